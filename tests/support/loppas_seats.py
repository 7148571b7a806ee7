"""What membership tells groups of one municipality, and what is asked of its seats."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.groups.choices.domain import ChooseGroups, choices
from services.groups.seats import handlers
from services.groups.seats.terms import AppointToSeat
from services.membership.contract import MunicipalityInvited, MunicipalityJoined
from tests.support.examples.groups import CHOICE, HEALTH, LEADER, LOPPA
from tests.support.seat_commands import appoint

JOINED, LEFT, TODAY = date(2026, 6, 1), date(2027, 1, 1), date(2026, 9, 1)


def joined(version: int = 1, member_from: date = JOINED) -> MunicipalityJoined:
    return MunicipalityJoined(
        municipality_id=LOPPA,  # type: ignore[arg-type]  # one UUID, named by each contract
        agreement_version=version,
        member_from=member_from,
    )


def of_loppa(event: Any, **fields: Any) -> Any:
    given = {"municipality_id": LOPPA, "agreement_version": 1}
    names = event.__struct_fields__
    return event(**{name: value for name, value in given.items() if name in names}, **fields)


def invited(round_: int = 1) -> Any:
    return of_loppa(MunicipalityInvited, round=round_, invited_on=date(2026, 1, 1), reply_by=date(2026, 5, 1))


def appointment(**changes: Any) -> AppointToSeat:
    return appoint(**({"valid_from": JOINED} | changes))


def as_sent(connection: Connection, **changes: Any) -> ChooseGroups:
    """The form "Velg faggrupper" with what is known to groups."""
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "choice_id": CHOICE,
        "contact_id": LEADER,
        "role": "specialist",
        "group_ids": [HEALTH],
    }
    return handlers.sign_up(connection, **(given | changes))


def sign_up(stage: Any, today: date, **changes: Any) -> None:
    with stage.store.reading() as connection:
        command = as_sent(connection, today=today, **changes)
    stage.asked(choices, choices.stream(LOPPA), command)
