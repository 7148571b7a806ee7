"""What is shown of memberships, over HTTP, on pages and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from services.membership.memberships import queries
from services.membership.memberships.queries import Interval, Member
from services.membership.municipalities import queries as register
from services.membership.municipalities.queries import View
from shared import clock
from shared.csv_export import export
from shared.readmodels import Row
from shared.web.access import caller
from shared.web.callers import Caller
from shared.web.commands import connection, store
from shared.web.norwegian import sort_key

CSV_COLUMNS = (
    "municipality_id",
    "number",
    "organisation_number",
    "name_nb",
    "name_se",
    "name_fkv",
    "county_number",
    "standing",
    "member_from",
    "member_to",
    "agreement_version",
    "host",
    "example",
)

_SEEN_BY_ALL = ("municipality_id", "agreement_version", "host", "example")


def way_rows(moment: str | None, municipality_id: str | None = None) -> list[Row]:
    """Ways as known now, or at a moment, as far as the caller may know them."""
    asking, today = caller().municipality_id, clock.today()
    if moment is None:
        return queries.known_to(asking, queries.rows(connection(), municipality_id), today)
    known = queries.rows_known_at(store(), moment, municipality_id)
    return queries.known_to(asking, known, min(today, clock.day_of(moment)))


def municipalities(day: date, moment: str | None = None) -> dict[str, View]:
    """Every municipality that was ever known, as of a date."""
    known = register.rows(connection()) if moment is None else register.rows_known_at(store(), moment)
    return {row["municipality_id"]: register.view(row, day) for row in known}


def way(row: Row, day: date) -> dict[str, Any]:
    """One way as the office and the municipality itself see it."""
    return {name: value for name, value in row.items() if name != "earlier"} | {
        "stage": queries.stage(row, day),
        "days_left": queries.days_left(row, day),
        "missing": queries.lacking(row, host=row["host"]),
        "intervals": [_interval(one) for one in queries.holding(row)],
    }


def seen_by(row: Row, day: date, asking: Caller) -> dict[str, Any] | None:
    """One way as the caller may see it: of others membership, never what is unfinished."""
    if asking.municipality_id in (None, row["municipality_id"]):
        return way(row, day)
    parts = sorted(queries.holding(row), key=lambda part: part.start)
    if not parts:
        return None
    return {name: row[name] for name in _SEEN_BY_ALL} | _membership(row, parts, day)


def _membership(row: Row, parts: Sequence[Interval], day: date) -> dict[str, Any]:
    """The membership that holds on the day, else the next, else the last: whatever round has begun since."""
    to_come = [part for part in parts if part.end is None or day < part.end]
    shown = to_come[0] if to_come else parts[-1]
    stage: queries.Stage = "ended"
    if to_come:
        stage = "joining" if day < shown.start else "member"
    return {
        "stage": stage,
        "member_from": shown.start,
        "ends_on": shown.end,
        "joined": row["joined"] or shown.start != row["member_from"],
        "intervals": [_interval(part) for part in parts],
    }


def board(day: date, moment: str | None = None) -> list[dict[str, Any]]:
    """Every way that leads somewhere and that the caller may see, with name and number, in Norwegian order."""
    names = municipalities(day, moment)
    asking = caller()
    seen = [
        shown
        for own in queries.by_municipality(way_rows(moment)).values()
        for row in own
        if not queries.moot(row, own, day) and (shown := seen_by(row, day, asking)) is not None
    ]
    named = [
        one | {"name": about.name, "number": about.number}
        for one in seen
        if (about := names.get(one["municipality_id"])) is not None
    ]
    return sorted(named, key=lambda one: (sort_key(one["name"]), one["agreement_version"]))


def members(day: date, moment: str | None = None) -> list[dict[str, Any]]:
    """Every unbroken membership, with the numbers and names of the day, in Norwegian order."""
    names = municipalities(day, moment)
    found = [
        _member(one, about, day)
        for one in queries.memberships(way_rows(moment))
        if (about := names.get(one.municipality_id)) is not None
    ]
    return sorted(found, key=position)


def without_membership(municipality_ids: Iterable[str], day: date) -> list[dict[str, Any]]:
    """Municipalities of which something changed and which never were members."""
    names = municipalities(day)
    return [_about(names[one]) | _NO_MEMBERSHIP for one in municipality_ids if one in names]


def position(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """The place of a member in the list, for its cursor."""
    return (*sort_key(one["names"]["nb"]), one["municipality_id"], str(one["member_from"] or ""))


def as_csv(shown: Iterable[Mapping[str, Any]], *, mark: bool) -> bytes:
    """The list of members as a file; `mark` for a spreadsheet that needs a byte order mark."""
    rows = (
        {column: one.get(column) for column in CSV_COLUMNS}
        | {f"name_{language}": name for language, name in one["names"].items()}
        for one in shown
    )
    return export(CSV_COLUMNS, rows, mark=mark)


def _member(one: Member, about: View, day: date) -> dict[str, Any]:
    part = one.part_on(day)
    return _about(about) | {
        "standing": one.standing(day),
        "member_from": one.start,
        "member_to": one.end,
        "agreement_version": part.agreement_version,
        "host": part.host,
        "parts": [_interval(part) for part in one.parts],
        "example": one.example,
    }


_NO_MEMBERSHIP: dict[str, Any] = {
    "standing": None,
    "member_from": None,
    "member_to": None,
    "agreement_version": None,
    "host": False,
    "parts": [],
}


def _about(about: View) -> dict[str, Any]:
    return {
        "municipality_id": about.municipality_id,
        "number": about.number,
        "organisation_number": about.organisation_number,
        "names": msgspec.to_builtins(about.names),
        "county_number": about.county_number,
        "example": about.example,
    }


def _interval(part: Interval) -> dict[str, Any]:
    return {"agreement_version": part.agreement_version, "member_from": part.start, "member_to": part.end}
