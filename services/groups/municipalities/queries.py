"""Which municipalities there are, what they are called, and when they are members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, select

from services.groups.municipalities.tables import known_memberships, known_municipalities

Interval = tuple[date, date | None]
"""From a day, before another (None: no end in sight)."""


@dataclass(frozen=True)
class Municipality:
    """A municipality as it is called on a day."""

    municipality_id: str
    name: str
    names: tuple[str, ...]
    number: str | None
    invented: bool
    example: bool


def municipalities(connection: Connection, as_of: date) -> dict[str, Municipality]:
    """All that groups knows of, by id, with the names of that day."""
    rows = connection.execute(select(known_municipalities)).mappings()
    return {row["municipality_id"]: _named(row, as_of) for row in rows}


def municipality(connection: Connection, municipality_id: str, as_of: date) -> Municipality | None:
    """One municipality, None where groups has not heard of it."""
    query = select(known_municipalities).where(known_municipalities.c.municipality_id == municipality_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _named(row, as_of)


def membership_of(connection: Connection, municipality_id: str) -> tuple[Interval, ...]:
    """The intervals in which the municipality is a member, in order, apart from each other.

    Versions that follow without a gap are one membership, also where the next one is so far
    only set to begin.
    """
    return memberships(connection, [municipality_id]).get(municipality_id, ())


def memberships(
    connection: Connection, among: Iterable[str] | None = None
) -> dict[str, tuple[Interval, ...]]:
    """The intervals of every municipality, `among` some or all, that is, was or will be a member."""
    query = select(known_memberships)
    if among is not None:
        query = query.where(known_memberships.c.municipality_id.in_(among))
    rows: dict[str, list[Any]] = {}
    for row in connection.execute(query).mappings():
        rows.setdefault(row["municipality_id"], []).append(row)
    found = {key: joined_intervals(versions) for key, versions in rows.items()}
    return {key: intervals for key, intervals in found.items() if intervals}


def members(connection: Connection, as_of: date) -> set[str]:
    """The municipalities that are members on that day."""
    return {
        municipality_id
        for municipality_id, intervals in memberships(connection).items()
        if covers(intervals, as_of)
    }


def standing(
    connection: Connection, municipality_id: str, today: date
) -> Literal["member", "on_its_way", "outside"]:
    """Whether the municipality is a member today, on its way to be one, or neither."""
    query = select(known_memberships).where(known_memberships.c.municipality_id == municipality_id)
    rows = connection.execute(query).mappings().all()
    if covers(joined_intervals(rows), today):
        return "member"
    on_its_way = any(
        row["left_on"] is None
        and ((row["invited"] and not row["rejected"]) or (row["joining_on"] or date.min) > today)
        for row in rows
    )
    return "on_its_way" if on_its_way else "outside"


def coming_end(connection: Connection, municipality_id: str) -> date | None:
    """The first day without membership, when a notice of withdrawal is in."""
    query = select(known_memberships).where(known_memberships.c.municipality_id == municipality_id)
    rows = connection.execute(query).mappings().all()
    ends = [row["ends_on"] for row in rows if row["ends_on"] is not None and row["left_on"] is None]
    return max(ends, default=None)


def covers(intervals: Iterable[Interval], day: date) -> bool:
    """Whether one of the intervals holds on that day."""
    return any(start <= day and (until is None or day < until) for start, until in intervals)


def joined_intervals(versions: Iterable[Any]) -> tuple[Interval, ...]:
    """Memberships under all versions as one: touching and overlapping ones are merged."""
    rows = list(versions)
    begun = [(row["member_from"], row["left_on"]) for row in rows if row["member_from"] is not None]
    begun += [
        (date.fromisoformat(start), date.fromisoformat(until))
        for row in rows
        for start, until in row["earlier"]
    ]
    ends = [until for _, until in begun if until is not None]
    planned = [
        (row["joining_on"], None)
        for row in rows
        if row["member_from"] is None and row["joining_on"] is not None and row["joining_on"] in ends
    ]
    merged: list[Interval] = []
    for start, until in sorted([*begun, *planned], key=lambda interval: interval[0]):
        if until is not None and until <= start:
            continue
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            before = merged[-1][1]
            end = None if before is None or until is None else max(before, until)
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, until))
    return tuple(merged)


def _named(row: Any, as_of: date) -> Municipality:
    names = _of_day(row["names"], as_of)
    number = _of_day(row["numbers"], as_of)
    return Municipality(
        municipality_id=row["municipality_id"],
        name=names["nb"],
        names=tuple(name for name in (names["nb"], names["se"], names["fkv"]) if name),
        number=number["number"] if number else None,
        invented=row["invented"],
        example=row["example"],
    )


def _of_day(facts: list[dict[str, Any]], as_of: date) -> dict[str, Any]:
    """The fact that holds on the day; before the first one, the first."""
    holding = [fact for fact in facts if fact["valid_from"] <= as_of.isoformat()]
    return (holding or facts[:1] or [{}])[-1 if holding else 0]
