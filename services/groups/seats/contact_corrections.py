"""The rule for a term in which the wrong one was recorded: it never began, and the right one sits on its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from services.groups.contract import ContactId, GroupId, MunicipalityId, SeatRole
from services.groups.seats.state import MunicipalitySeats, SeatEvent, evolve
from services.groups.seats.terms import (
    AppointToSeat,
    Standing,
    TermUnknown,
    appoint,
    open_seat,
    term_of,
    vacated,
)


@dataclass(frozen=True, kw_only=True)
class CorrectContact:
    """Put right who sits in a term and in what capacity; its days stay as they are.

    `role_ends` as in `AppointToSeat`.
    """

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    term: int
    contact_id: ContactId
    contact_standing: Standing
    role_ends: date | None
    role: SeatRole
    reason: str


def correct_contact(state: MunicipalitySeats, command: CorrectContact) -> list[SeatEvent]:
    """The term ends on its first day, and a new one for the right contact takes all of its days."""
    seat = open_seat(state, command.seat)
    term = term_of(seat, command.term)
    if not term.began:
        raise TermUnknown("The term has no days.")
    if (term.contact_id, term.role) == (command.contact_id, command.role):
        return []
    ended = vacated(command, seat, term, term.valid_from, "asked")
    asked = AppointToSeat(
        municipality_id=command.municipality_id,
        group_id=command.group_id,
        seat=command.seat,
        contact_id=command.contact_id,
        contact_standing=command.contact_standing,
        role_ends=command.role_ends,
        role=command.role,
        deputy=term.deputy,
        valid_from=term.valid_from,
        valid_to=term.valid_to,
    )
    both = [ended, *appoint(evolve(state, ended), asked)]
    return [msgspec.structs.replace(event, reason=command.reason) for event in both]
