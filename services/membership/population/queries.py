"""Inhabitants of a municipality on dates, as known now or as known earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from services.membership.contract import MunicipalityId
from services.membership.population.projection import population_register
from services.membership.population.tables import population_figures
from shared.eventstore import Store
from shared.readmodels import Row
from shared.rowsql import all_rows, rows_among


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The inhabitants on a date; `published_on` is None where it is not known."""

    municipality_id: MunicipalityId
    as_of: date
    inhabitants: int
    source: str
    published_on: date | None
    replaces: int | None
    invented: bool
    recorded_at: str
    event_id: str
    example: bool


def rows(connection: Connection, municipality_id: str | None = None) -> list[Row]:
    """The figures as they stand, of one municipality or of all."""
    if municipality_id is None:
        return all_rows(connection, population_figures)
    return rows_among(connection, population_figures, "municipality_id", [municipality_id])


def rows_known_at(store: Store, moment: str, municipality_id: str | None = None) -> list[Row]:
    """The figures as they were known at `moment` (RFC 3339, inclusive)."""
    return store.rows_known_at(population_register, moment, municipality_id)


def figures(known: Iterable[Row]) -> list[Figure]:
    """Rows as figures, oldest date first."""
    ordered = sorted(known, key=lambda row: (row["as_of"], row["municipality_id"]))
    return [Figure(**row) for row in ordered]


def newest(known: Iterable[Row], as_of: date) -> dict[MunicipalityId, Figure]:
    """For each municipality the figure of the latest date that is not after `as_of`."""
    return {figure.municipality_id: figure for figure in figures(known) if figure.as_of <= as_of}


def population_of(connection: Connection, municipality_id: str) -> list[Figure]:
    """All figures of one municipality, oldest date first."""
    return figures(rows(connection, municipality_id))


def latest_figure(connection: Connection, municipality_id: str, as_of: date) -> Figure | None:
    """The figure of the latest date that is not after `as_of`, None before the first."""
    return newest(rows(connection, municipality_id), as_of).get(MunicipalityId(municipality_id))


def latest_figures(connection: Connection, as_of: date) -> dict[MunicipalityId, Figure]:
    """The same for every municipality."""
    return newest(rows(connection), as_of)
