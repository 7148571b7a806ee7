"""Which groups there are, and what each is for on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from services.groups.groups.tables import network_groups
from shared.readmodels import Row

KINDS = ("steering_group", "leadership", "leaders_network", "professional_group", "working_group")
"""The order in which the groups of a network are shown."""


def group_rows(connection: Connection) -> list[Row]:
    """All groups that ever were, as they are recorded now."""
    return [dict(row) for row in connection.execute(select(network_groups)).mappings()]


def group_row(connection: Connection, group_id: str) -> Row | None:
    """One group, None where there is no such."""
    query = select(network_groups).where(network_groups.c.group_id == group_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def groups(rows: Iterable[Mapping[str, Any]], as_of: date) -> list[Row]:
    """The groups that exist on the day, with the mandate of that day, in the network's order."""
    existing = [view(row, as_of) for row in rows if exists(row, as_of)]
    return sorted(existing, key=lambda row: (KINDS.index(row["kind"]), row["name"], row["group_id"]))


def exists(row: Mapping[str, Any], as_of: date) -> bool:
    """Whether the group exists on the day."""
    archived_on = row["archived_on"]
    return bool(row["established_on"] <= as_of and (archived_on is None or as_of < archived_on))


def view(row: Mapping[str, Any], as_of: date) -> Row:
    """The group with its mandate of the day (`mandate` None: none yet)."""
    held = [mandate for mandate in row["mandates"] if mandate["adopted_on"] <= as_of.isoformat()]
    return dict(row) | {"mandate": held[-1] if held else None}
