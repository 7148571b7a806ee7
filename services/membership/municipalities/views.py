"""What is shown of a municipality, over HTTP, on pages and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import msgspec

from services.membership.contract import MunicipalityId
from services.membership.municipalities import queries
from services.membership.municipalities.identity import intervals
from services.membership.municipalities.network_files import county_names, folder
from services.membership.municipalities.queries import View
from services.membership.municipalities.requirements import MunicipalityUnknown
from services.membership.population import queries as inhabitants
from services.membership.population.queries import Figure
from shared.csv_export import export
from shared.web.commands import connection, store
from shared.web.reads import known_at

CSV_COLUMNS = (
    "municipality_id",
    "number",
    "organisation_number",
    "name_nb",
    "name_se",
    "name_fkv",
    "county_number",
    "county",
    "inhabitants",
    "inhabitants_as_of",
    "source",
    "published_on",
    "invented",
    "example",
)


def views(as_of: date, *, search: str = "", number: str = "") -> list[View]:
    """The municipalities that this request asks for, as known at its `known_at`."""
    moment = known_at()
    rows = queries.rows(connection()) if moment is None else queries.rows_known_at(store(), moment)
    if number:
        return queries.carrying(rows, number, None, as_of)
    return queries.found(rows, search, as_of) if search else queries.existing(rows, as_of)


def figures(as_of: date) -> dict[MunicipalityId, Figure]:
    """The newest figure of each municipality, as known at the request's `known_at`."""
    moment = known_at()
    if moment is None:
        return inhabitants.latest_figures(connection(), as_of)
    return inhabitants.newest(inhabitants.rows_known_at(store(), moment), as_of)


def found(municipality_id: object, as_of: date) -> View:
    """One municipality as known at the request's `known_at`; raises MunicipalityUnknown."""
    moment, wanted = known_at(), str(municipality_id)
    if moment is None:
        one = queries.municipality(connection(), wanted, as_of)
    else:
        rows = queries.rows_known_at(store(), moment, wanted)
        one = queries.view(rows[0], as_of) if rows else None
    if one is None:
        raise MunicipalityUnknown("There is no such municipality.")
    return one


def figure_of(municipality_id: MunicipalityId, as_of: date) -> Figure | None:
    """The newest figure of one municipality, as known at the request's `known_at`."""
    moment = known_at()
    if moment is None:
        return inhabitants.latest_figure(connection(), municipality_id, as_of)
    rows = inhabitants.rows_known_at(store(), moment, municipality_id)
    return inhabitants.newest(rows, as_of).get(municipality_id)


def summary(one: View, figure: Figure | None) -> dict[str, Any]:
    """What a list shows of a municipality."""
    return {
        "municipality_id": one.municipality_id,
        "organisation_number": one.organisation_number,
        "number": one.number,
        "names": msgspec.to_builtins(one.names),
        "county_number": one.county_number,
        "county": county(one.county_number),
        "valid_from": one.valid_from,
        "valid_to": one.ceased_on,
        "exists": one.exists,
        "successors": list(one.successors),
        "invented": one.invented,
        "example": one.example,
        "population": asdict(figure) if figure else None,
    }


def whole(one: View, figure: Figure | None) -> dict[str, Any]:
    """Everything that is known of a municipality."""
    return summary(one, figure) | {
        "version": one.version,
        "numbers": [
            {"number": fact.number, "county_number": fact.county_number} | _dates(fact.valid_from, end)
            for fact, end in intervals(one.numbers)
        ],
        "names_history": [
            {"names": msgspec.to_builtins(fact.names)} | _dates(fact.valid_from, end)
            for fact, end in intervals(one.names_history)
        ],
        "organisation_numbers": [
            {"organisation_number": fact.organisation_number} | _dates(fact.valid_from, end)
            for fact, end in intervals(one.organisations)
        ],
        "changes_of_the_map": [asdict(link) for link in one.links],
    }


def county(number: str | None) -> str | None:
    """The county's name, None where the network's files do not know it."""
    return county_names(folder()).get(number) if number else None


def as_csv(shown: Iterable[Mapping[str, Any]], *, mark: bool) -> bytes:
    """The list as a file; `mark` for a spreadsheet that needs a byte order mark."""
    return export(CSV_COLUMNS, (_csv_row(one) for one in shown), mark=mark)


def _csv_row(one: Mapping[str, Any]) -> dict[str, Any]:
    figure = one["population"] or {}
    return {
        **{column: one.get(column) for column in CSV_COLUMNS},
        **{f"name_{language}": name for language, name in one["names"].items()},
        "inhabitants": figure.get("inhabitants"),
        "inhabitants_as_of": figure.get("as_of"),
        "source": figure.get("source"),
        "published_on": figure.get("published_on"),
    }


def _dates(start: date, end: date | None) -> dict[str, Any]:
    return {"valid_from": start, "valid_to": end}
