"""What a date brings: memberships begin and end, deadlines come near and pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from services.membership.contract import MunicipalityId
from services.membership.memberships import queries
from services.membership.memberships.deadlines import Deadlines
from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import (
    BeginMembership,
    EndMembership,
    NoteDeadlineNear,
    NoteDeadlinePassed,
)
from services.membership.memberships.handlers import Knowledge, follow_ups, knowledge
from shared.reactions import Due, Reaction, Rule
from shared.readmodels import Row


def rules(days: Callable[[], Deadlines]) -> tuple[Rule, ...]:
    """The schedule of memberships; `days` says, when it is asked, how long before a deadline it is spoken of."""
    return (
        Rule(name="membership-begins", due=due_to_begin),
        Rule(name="membership-ends", due=due_to_end),
        Rule(name="membership-gives-way", due=due_to_give_way),
        Rule(name="deadline-near", due=_nearing(days)),
        Rule(name="deadline-passed", due=due_to_have_passed),
    )


def due_to_begin(connection: Connection, today: date) -> Iterator[Due]:
    """Memberships whose joining date has come."""
    known = knowledge(connection)
    for row in _all(known):
        if not row["joined"] and row["member_from"] is not None and row["member_from"] <= today:
            yield _due(row, row["member_from"], BeginMembership(**_about(known, row, today)))


def due_to_end(connection: Connection, today: date) -> Iterator[Due]:
    """Memberships whose notice has run out."""
    known = knowledge(connection)
    for row in _all(known):
        if row["joined"] and not row["left"] and row["ends_on"] is not None and row["ends_on"] <= today:
            yield _due(row, row["ends_on"], EndMembership(**_about(known, row, today)))


def due_to_give_way(connection: Connection, today: date) -> Iterator[Due]:
    """Memberships in whose place a later version has come, or whose municipality is no more."""
    known = knowledge(connection)
    by_stream = {_stream(row): row for row in _all(known)}
    for municipality_id in known.ways:
        for stream, command in follow_ups(known, municipality_id, today):
            yield _due(by_stream[stream], command.left_on, command)


def _nearing(days: Callable[[], Deadlines]) -> Callable[[Connection, date], Iterator[Due]]:
    def due_to_be_near(connection: Connection, today: date) -> Iterator[Due]:
        """The nearest mark that was reached before each deadline; those missed are not made up for."""
        known, before = knowledge(connection), days()
        for row, rule, deadline, since in _deadlines(known, today):
            left = (deadline - today).days
            marks = before.reply if rule == "reply" else before.expiry
            reached = [mark for mark in marks if left <= mark]
            if left < 0 or not reached:
                continue
            on = deadline - timedelta(days=min(reached))
            if on > since:
                command = NoteDeadlineNear(
                    **_about(known, row, today), rule=rule, deadline=deadline, days_left=min(reached)
                )
                yield _due(row, on, command)

    return due_to_be_near


def due_to_have_passed(connection: Connection, today: date) -> Iterator[Due]:
    """Deadlines that are over: an answer the day after its last day, a version on its first day outside."""
    known = knowledge(connection)
    for row, rule, deadline, _ in _deadlines(known, today):
        over_on = deadline + timedelta(days=1) if rule == "reply" else deadline
        if over_on <= today:
            command = NoteDeadlinePassed(**_about(known, row, today), rule=rule, deadline=deadline)
            yield _due(row, over_on, command)


def _deadlines(known: Knowledge, today: date) -> Iterator[tuple[Row, Literal["reply", "expiry"], date, date]]:
    """Deadlines that still ask for something: the way, of what, the last day, and since when it runs."""
    for row in _all(known):
        own = known.ways[row["municipality_id"]]
        if queries.days_left(row, today) is not None and not queries.moot(row, own, today):
            yield row, "reply", row["reply_by"], row["invited_on"]
        ends = known.versions[row["agreement_version"]]["valid_to"]
        if ends is not None and row["joined"] and not row["left"] and not queries.covered(row, own, ends):
            yield row, "expiry", ends, row["member_from"]


def _all(known: Knowledge) -> list[Row]:
    return [row for own in known.ways.values() for row in own]


def _about(known: Knowledge, row: Row, today: date) -> dict[str, Any]:
    return {
        "municipality_id": MunicipalityId(row["municipality_id"]),
        "agreement_version": row["agreement_version"],
        "facts": known.facts(row["municipality_id"], row["agreement_version"]),
        "today": today,
    }


def _stream(row: Row) -> str:
    return memberships.stream(row["municipality_id"], str(row["agreement_version"]))


def _due(row: Row, on: date, command: Any) -> Due:
    return Due(
        on=on,
        reaction=Reaction(decider=memberships, stream=_stream(row), command=command),
        example=row["example"],
    )
