"""Rosters and coverage as of a date, from rows as they are or as they were known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.groups.groups import queries as groups
from services.groups.groups.projection import GROUPS
from services.groups.municipalities.queries import Municipality, members, municipalities
from services.groups.seats.projection import SEAT_TERMS, SEATS
from services.groups.seats.queries import seat_rows, seated, term_rows
from shared.eventstore import Store
from shared.readmodels import Row


@dataclass(frozen=True)
class Facts:
    """The rows that a roster is made of; own ones perhaps as known at an earlier moment."""

    groups: Sequence[Row]
    seats: Sequence[Row]
    terms: Sequence[Row]
    municipalities: Mapping[str, Municipality]
    members: Collection[str]


def facts(
    connection: Connection,
    store: Store,
    *,
    as_of: date,
    known_at: str | None = None,
    group_id: str | None = None,
    municipality_id: str | None = None,
) -> Facts:
    """What is recorded now, or what this service had recorded by `known_at`.

    Names of municipalities and membership are another service's facts: they are today's.
    """
    named = municipalities(connection, as_of)
    current = members(connection, as_of)
    if known_at is None:
        return Facts(
            groups.group_rows(connection),
            seat_rows(connection, municipality_id=municipality_id, group_id=group_id),
            term_rows(connection, municipality_id=municipality_id, group_id=group_id),
            named,
            current,
        )

    def wanted(row: Row) -> bool:
        return group_id in (None, row["group_id"]) and municipality_id in (None, row["municipality_id"])

    return Facts(
        store.rows_known_at(GROUPS, known_at),
        [row for row in store.rows_known_at(SEATS, known_at, municipality_id) if wanted(row)],
        [row for row in store.rows_known_at(SEAT_TERMS, known_at, municipality_id) if wanted(row)],
        named,
        current,
    )


def roster(known: Facts, group_id: str, as_of: date) -> Row | None:
    """The group with its seats on the day and who has none; None where there is no such group.

    `without` are the members that nobody sits for, by id; both lists are in no language's
    order yet: pages and CSV sort by name.
    """
    group = next((row for row in known.groups if row["group_id"] == group_id), None)
    if group is None:
        return None
    held = seated([row for row in known.seats if row["group_id"] == group_id], known.terms, as_of)
    places = [_place(seat, known) for seat in held]
    return {
        "group": groups.view(group, as_of),
        "as_of": as_of,
        "exists": groups.exists(group, as_of),
        "seats": places,
        "coverage": _coverage(group, held, known, as_of),
    }


def coverage(known: Facts, as_of: date) -> list[Row]:
    """Every group of the day with how well it is filled, in the network's order."""
    return [
        {"group": group, **_coverage(group, _held(known, group, as_of), known, as_of)}
        for group in groups.groups(known.groups, as_of)
    ]


def vacancies(seats: Iterable[Row]) -> list[Row]:
    """Vacant seats counted by municipality, in the order of `seats`."""
    found: dict[str, Row] = {}
    for seat in seats:
        if seat["vacant"]:
            named = {name: seat[name] for name in ("municipality_id", "municipality")}
            found.setdefault(seat["municipality_id"], named | {"count": 0})["count"] += 1
    return list(found.values())


def waiting(known: Facts, as_of: date) -> list[Row]:
    """Vacant fixed seats by municipality and group, and terms that end soon without a successor."""
    found: list[Row] = []
    for group in groups.groups(known.groups, as_of):
        held = _held(known, group, as_of)
        vacant: dict[str, list[Row]] = {}
        for seat in held:
            if seat["vacant"]:
                vacant.setdefault(seat["municipality_id"], []).append(seat)
            if seat["ends_soon"]:
                found.append(_item("term-ends", seat["municipality_id"], group, seat["ends_soon"], 1))
        for municipality_id, seats in vacant.items():
            since = max(seat["valid_from"] for seat in seats)
            found.append(_item("seat-vacant", municipality_id, group, since, len(seats)))
    return found


def _item(kind: str, municipality_id: str, group: Row, day: date, count: int) -> Row:
    return {"kind": kind, "municipality_id": municipality_id, "group": group, "day": day, "count": count}


def _held(known: Facts, group: Row, as_of: date) -> list[Row]:
    return seated([row for row in known.seats if row["group_id"] == group["group_id"]], known.terms, as_of)


def _place(seat: Row, known: Facts) -> Row:
    municipality = known.municipalities.get(seat["municipality_id"])
    return seat | {
        "municipality": municipality.name if municipality else None,
        "municipality_number": municipality.number if municipality else None,
    }


def _coverage(group: Mapping[str, Any], held: Sequence[Row], known: Facts, as_of: date) -> Row:
    """How many seats are filled, whom nobody sits for, and what ends within 60 days."""
    seats_expected = bool(group["seats_per_municipality"]) or group["seat_kind"] == "open"
    represented = {seat["municipality_id"] for seat in held if not seat["vacant"]}
    without = (
        sorted(set(known.members) - represented) if seats_expected and groups.exists(group, as_of) else []
    )
    ending = [seat for seat in held if seat["ends_soon"]]
    return {
        "seats": len(held),
        "filled": sum(not seat["vacant"] for seat in held),
        "vacant": sum(seat["vacant"] for seat in held),
        "represented": len(represented),
        "members": len(known.members),
        "without": [
            {
                "municipality_id": key,
                "municipality": known.municipalities[key].name if key in known.municipalities else None,
            }
            for key in without
        ],
        "ending": [
            {
                "municipality_id": seat["municipality_id"],
                "seat": seat["seat"],
                "contact_id": seat["member"]["contact_id"],
                "ends_on": seat["ends_soon"],
            }
            for seat in ending
        ],
    }
