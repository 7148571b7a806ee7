"""Which rates hold in a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from services.fees.contract import Component
from services.fees.schedules.tables import schedules
from shared import typed
from shared.rowsql import all_rows


def all_schedules(connection: Connection) -> list[dict[str, Any]]:
    """Every schedule, the one adopted last first; `components` as values of the contract."""
    adopted = sorted(all_rows(connection, schedules), key=_order, reverse=True)
    return [row | {"components": typed.convert(row["components"], tuple[Component, ...])} for row in adopted]


def holding(adopted: Sequence[dict[str, Any]], year: int) -> dict[str, Any] | None:
    """Of `all_schedules`, the one that holds in the year: adopted last among those that cover it."""
    for schedule in adopted:
        if schedule["first_year"] <= year and (
            schedule["last_year"] is None or year <= schedule["last_year"]
        ):
            return schedule
    return None


def component_names(connection: Connection) -> tuple[str, ...]:
    """The names of all components that any schedule has."""
    names = {component.name for schedule in all_schedules(connection) for component in schedule["components"]}
    return tuple(sorted(names))


def _order(row: dict[str, Any]) -> tuple[str, str]:
    return row["adopted_at"], row["schedule_id"]
