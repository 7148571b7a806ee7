"""Commands about the seats of Loppa in the leaders' network; say only what matters, by keyword."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.groups.seats.alignment import AlignSeats, SignUp, Span
from services.groups.seats.day_corrections import CorrectTerm
from services.groups.seats.domain import SeatCommand, seats
from services.groups.seats.state import MunicipalitySeats, SeatEvent
from services.groups.seats.terms import AppointToSeat, EndTermsOfContact, VacateSeat
from tests.support.examples.groups import CHOICE, LEADER, LEADERS, LOPPA

JOINED, LATER, LEFT = date(2026, 1, 1), date(2026, 3, 1), date(2027, 1, 1)


def appoint(**changes: Any) -> AppointToSeat:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "contact_id": LEADER,
        "contact_standing": "known",
        "role_ends": None,
        "role": "director",
        "deputy": False,
        "valid_from": date(2026, 2, 1),
    }
    return AppointToSeat(**(given | changes))


def vacate(**changes: Any) -> VacateSeat:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "deputy": False,
        "vacated_on": date(2026, 6, 1),
    }
    return VacateSeat(**(given | changes))


def removed(**changes: Any) -> EndTermsOfContact:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "contact_id": LEADER,
        "ends_on": date(2026, 6, 1),
        "because": "contact_removed",
    }
    return EndTermsOfContact(**(given | changes))


def correct(**changes: Any) -> CorrectTerm:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "term": 1,
        "valid_from": date(2026, 1, 15),
        "valid_to": None,
        "contact_gone": None,
        "reason": "Feil dato i brevet",
    }
    return CorrectTerm(**(given | changes))


def aligned(*spans: Span, **changes: Any) -> AlignSeats:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "spans": spans,
        "seats": 1,
        "sign_ups": (),
        "reason": "MunicipalityJoined",
    }
    return AlignSeats(**(given | changes))


def sign_up(**changes: Any) -> SignUp:
    given: dict[str, Any] = {
        "choice_id": CHOICE,
        "contact_id": LEADER,
        "role": "director",
        "chosen_on": date(2025, 10, 1),
        "effective_from": None,
    }
    return SignUp(**(given | changes))


def after(events: Sequence[SeatEvent], *commands: SeatCommand) -> MunicipalitySeats:
    state = seats.fold(events)
    for command in commands:
        state = seats.fold(seats.decide(state, command), state)
    return state
