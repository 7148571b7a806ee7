"""Compare two builds of a read model row by row, at one moment, in the database itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Connection, Table, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from shared import builds
from shared.database import Database
from shared.readmodels import Key, Projection, Row

_AT_ONCE = 1_000
"""Rows fetched in one go: the driver would hold all that differ beside ours."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row that is not the same; None where a side has no such row."""

    table: str
    key: Key
    live: Row | None
    rebuilt: Row | None


@dataclass(kw_only=True)
class Comparison:
    """One read model: how many rows are the same, and every one that is not, by key."""

    model: str
    equal: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Rows that both sides have, with other contents."""
        return len(self.differences) - self.missing - self.added

    @property
    def missing(self) -> int:
        """Rows that only the live side has."""
        return sum(1 for found in self.differences if found.rebuilt is None)

    @property
    def added(self) -> int:
        """Rows that only the rebuilt side has."""
        return sum(1 for found in self.differences if found.live is None)


def compare(database: Database, projections: Sequence[Projection], build: int) -> list[Comparison]:
    """Compare `build`, which appends feed already, with the live builds, at one and the same moment.

    Nobody is held up: it is one snapshot. Only rows that differ are kept in memory.
    """
    with database.reading() as connection:
        if database.dialect == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        return [_compare(connection, projection, build) for projection in projections]


def _compare(connection: Connection, projection: Projection, build: int) -> Comparison:
    rebuilt = builds.physical_table(projection, build)
    if not builds.is_current(connection, projection):
        lost = _only_in(connection, rebuilt, None)
        found = [
            Difference(table=projection.name, key=k, live=None, rebuilt=lost[k])
            for k in sorted(lost, key=repr)
        ]
        return Comparison(model=projection.name, differences=found)
    live = builds.physical_table(projection, builds.build_of(connection, projection.name, "live") or 0)
    before, after = _only_in(connection, live, rebuilt), _only_in(connection, rebuilt, live)
    differing = sorted((k for k in before.keys() | after.keys() if before.get(k) != after.get(k)), key=repr)
    rows: int = connection.execute(select(func.count()).select_from(live)).scalar_one()
    return Comparison(
        model=projection.name,
        equal=rows - sum(1 for key in differing if key in before),
        differences=[
            Difference(table=projection.name, key=key, live=before.get(key), rebuilt=after.get(key))
            for key in differing
        ],
    )


def _only_in(connection: Connection, one: Table, other: Table | None) -> dict[Key, Row]:
    """Rows of `one` that `other` does not have like that, by key; all of them where there is no other."""
    keys = [column.name for column in one.primary_key.columns]
    query: Any = select(*_comparable(connection, one))
    if other is not None:
        query = query.except_(select(*_comparable(connection, other)))
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings()
    return {tuple(row[name] for name in keys): dict(row) for row in found}


def _comparable(connection: Connection, table: Table) -> list[Any]:
    """The columns; PostgreSQL knows no equality of `json`."""
    if connection.dialect.name != "postgresql":
        return list(table.columns)
    return [
        cast(column, JSONB).label(column.name) if isinstance(column.type, JSON) else column
        for column in table.columns
    ]
