"""Ways through a version and memberships, as rows and as they stand on a date.

Functions that take rows work alike on what is known now and on what was known earlier
(`rows_known_at`). To each way belongs `ceased_on`, the day from which its municipality is no more: nobody
is a member after it, whether or not the end of the membership is written already. And `host`: whether
the municipality hosts the version, which is known before it joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Literal

from sqlalchemy import Connection, select

from services.membership.agreements.queries import agreement_versions, versions_known_at
from services.membership.memberships.projection import CEASED, MEMBERSHIPS
from services.membership.memberships.tables import ceased_rows, membership_rows
from shared.eventstore import Store
from shared.readmodels import Row
from shared.rowsql import all_rows, rows_among

Stage = Literal[
    "invited",
    "in_treatment",
    "deferred",
    "rejected",
    "approved",
    "approved_with_conditions",
    "signed",
    "received",
    "joining_cancelled",
    "joining",
    "member",
    "notice_given",
    "ended",
]
"""How far a municipality has come with one version; `joining` is a joining date ahead."""

Standing = Literal["former", "member", "coming"]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Membership under one version, which the municipality may host: from `start`, before `end` (None: open)."""

    agreement_version: int
    start: date
    end: date | None
    host: bool


@dataclass(frozen=True, kw_only=True)
class Member:
    """One unbroken membership, over all versions that follow each other without a gap."""

    municipality_id: str
    start: date
    end: date | None
    parts: tuple[Interval, ...]
    example: bool

    def standing(self, day: date) -> Standing:
        """Whether the municipality was, is or will be a member, seen from `day`."""
        if day < self.start:
            return "coming"
        return "member" if self.end is None or day < self.end else "former"

    def part_on(self, day: date) -> Interval:
        """The version that holds on `day`; before the begin the first, after the end the last."""
        holding = [part for part in self.parts if part.start <= day]
        return holding[-1] if holding else self.parts[0]


def rows(connection: Connection, municipality_id: str | None = None) -> list[Row]:
    """Everybody's ways, or those of one municipality; by version."""
    if municipality_id is not None:
        found = rows_among(connection, membership_rows, "municipality_id", [municipality_id])
    else:
        found = sorted(all_rows(connection, membership_rows), key=itemgetter("agreement_version"))
    gone = {one: day for one, (day, _) in ceased(connection).items()}
    return _completed(found, gone, agreement_versions(connection))


def rows_known_at(store: Store, moment: str, municipality_id: str | None = None) -> list[Row]:
    """The same as they were known at `moment` (RFC 3339, inclusive)."""
    gone = store.rows_known_at(CEASED, moment, municipality_id)
    found = store.rows_known_at(MEMBERSHIPS, moment, municipality_id)
    ends = {row["municipality_id"]: row["ceased_on"] for row in gone}
    return _completed(found, ends, versions_known_at(store, moment))


def _completed(ways: Iterable[Row], gone: Mapping[str, date], versions: Iterable[Row]) -> list[Row]:
    hosts = {version["agreement_version"]: version["host_municipality_id"] for version in versions}
    return [
        way
        | {
            "ceased_on": gone.get(way["municipality_id"]),
            "host": hosts.get(way["agreement_version"]) == way["municipality_id"],
        }
        for way in ways
    ]


def known_to(municipality_id: str | None, known: Iterable[Row], day: date) -> list[Row]:
    """The rows as somebody bound to that municipality (None: not bound) may know them on `day`.

    When another one's membership ends is its own matter until the day has come (decision 16).
    """
    return [
        row if municipality_id in (None, row["municipality_id"]) else _without_ends_ahead(row, day)
        for row in known
    ]


def _without_ends_ahead(row: Row, day: date) -> Row:
    ends_on, earlier = row["ends_on"], row["earlier"]
    return row | {
        "ends_on": None if ends_on is None or ends_on > day else ends_on,
        "earlier": [(start, None if end > day.isoformat() else end) for start, end in earlier],
    }


def ceased(connection: Connection) -> dict[str, tuple[date, str]]:
    """The day from which a municipality is no more, and why, by municipality."""
    found = connection.execute(select(ceased_rows)).mappings()
    return {row["municipality_id"]: (row["ceased_on"], row["cause"]) for row in found}


def by_municipality(known: Iterable[Row]) -> dict[str, list[Row]]:
    """The ways of each municipality."""
    found: dict[str, list[Row]] = {}
    for row in known:
        found.setdefault(row["municipality_id"], []).append(row)
    return found


def stage(row: Row, day: date) -> Stage:
    """How far the municipality has come; a membership by its dates, the steps before as recorded."""
    if row["member_from"] is not None:
        return _dated(row, day)
    if row["joining_cancelled"]:
        return "joining_cancelled"
    if row["papers"]:
        return "received"
    if row["signature"]:
        return "signed"
    if row["resolution"]:
        return _resolved(row)
    return "in_treatment" if row["treatments"] else "invited"


def _dated(row: Row, day: date) -> Stage:
    if any(end is not None and end <= day for end in (row["ends_on"], row["ceased_on"])):
        return "ended"
    if day < row["member_from"]:
        return "joining"
    return "notice_given" if row["notice"] else "member"


def _resolved(row: Row) -> Stage:
    outcome: Stage = row["resolution"]["outcome"]
    return "approved" if outcome == "approved_with_conditions" and row["settled"] else outcome


def lacking(row: Row, *, host: bool) -> list[str]:
    """What membership still asks for, in the order of the way."""
    resolution = row["resolution"] or {}
    outcome = resolution.get("outcome")
    steps = {
        "resolution": outcome not in ("approved", "approved_with_conditions"),
        "conditions": outcome == "approved_with_conditions" and not row["settled"],
        "signature": not row["signature"] and not host,
        "papers": not row["papers"] and not host,
        "joining_date": row["member_from"] is None,
    }
    return [step for step, lacks in steps.items() if lacks]


def awaits_answer(row: Row) -> bool:
    """Whether the council's last word is still to come in this round."""
    return row["resolution"] is None or row["resolution"]["outcome"] == "deferred"


def moot(row: Row, own: Iterable[Row], day: date) -> bool:
    """Whether the way leads nowhere any more and asks nobody for anything; `own` are the municipality's ways.

    The municipality is no more before it became a member by it, or has been one under a later
    version since it was invited.
    """
    begins, ceased_on = row["member_from"], row["ceased_on"]
    if begins is not None:
        return ceased_on is not None and ceased_on <= begins
    if ceased_on is not None and ceased_on <= day:
        return True
    invited_on = row["invited_on"] or date.min
    return any(
        part.start <= day and (part.end is None or part.end > invited_on)
        for other in own
        if other["agreement_version"] > row["agreement_version"]
        for part in intervals(other)
    )


def covered(row: Row, own: Iterable[Row], ends: date) -> bool:
    """Whether the membership is over when its version ends, or a later version follows."""
    if any(end is not None and end <= ends for end in (row["ends_on"], row["ceased_on"])):
        return True
    return any(
        other["agreement_version"] > row["agreement_version"]
        and other["member_from"] is not None
        and other["member_from"] <= ends
        for other in own
    )


def intervals(row: Row) -> list[Interval]:
    """The memberships under the row's version as they are recorded, those ahead included."""
    found = [
        (date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end in row["earlier"]
    ]
    if row["member_from"] is not None:
        found.append((row["member_from"], row["ends_on"]))
    return [
        Interval(agreement_version=row["agreement_version"], start=start, end=end, host=row["host"])
        for start, end in found
        if end is None or start < end
    ]


def holding(row: Row) -> list[Interval]:
    """The same, as far as the municipality exists."""
    return _while_it_exists(intervals(row), row["ceased_on"])


def _while_it_exists(parts: Iterable[Interval], ceased_on: date | None) -> list[Interval]:
    if ceased_on is None:
        return list(parts)
    return [
        part if part.end is not None and part.end <= ceased_on else replace(part, end=ceased_on)
        for part in parts
        if part.start < ceased_on
    ]


def memberships(known: Iterable[Row]) -> list[Member]:
    """Every unbroken membership, joined over versions that follow each other without a gap.

    An open membership under an earlier version gives way when a later one begins.
    """
    return [one for own in by_municipality(known).values() for one in _joined(own)]


def _joined(own: Sequence[Row]) -> list[Member]:
    parts = sorted((part for row in own for part in intervals(row)), key=lambda part: part.start)
    chains: list[list[Interval]] = []
    for part in parts:
        before = chains[-1][-1] if chains else None
        if before is not None and before.end is None:
            before = chains[-1][-1] = replace(before, end=part.start)
        if before is not None and before.end == part.start:
            chains[-1].append(part)
        else:
            chains.append([part])
    example = any(row["example"] for row in own)
    held = [parts for chain in chains if (parts := _while_it_exists(chain, own[0]["ceased_on"]))]
    return [
        Member(
            municipality_id=own[0]["municipality_id"],
            start=chain[0].start,
            end=chain[-1].end,
            parts=tuple(chain),
            example=example,
        )
        for chain in held
    ]


def days_left(row: Row, day: date) -> int | None:
    """Days until the council must have answered, negative when over; None when nothing is awaited."""
    if row["reply_by"] is None or not awaits_answer(row):
        return None
    left: int = (row["reply_by"] - day).days
    return left


def part_members(known: Iterable[Row], day: date) -> dict[int, list[str]]:
    """Who is a member on a day, by the version that holds for them then."""
    found: dict[int, list[str]] = {}
    for one in memberships(known):
        if one.standing(day) == "member":
            found.setdefault(one.part_on(day).agreement_version, []).append(one.municipality_id)
    return found
