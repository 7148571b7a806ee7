"""The rule for a term whose days were recorded wrongly: it has others, where seat and contact allow them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.groups.contract import GroupId, MunicipalityId, SeatTermCorrected
from services.groups.seats.state import MunicipalitySeats, SeatEvent, before
from services.groups.seats.terms import (
    ContactIsErased,
    ContactRoleEnded,
    TermEmpty,
    must_be_free,
    must_be_open,
    open_seat,
    term_of,
)


@dataclass(frozen=True)
class ContactGone:
    """The first day without the contact: it was erased, or its role ended."""

    on: date
    erased: bool


@dataclass(frozen=True, kw_only=True)
class CorrectTerm:
    """Put right the dates of a term that were recorded wrongly."""

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    term: int
    valid_from: date
    valid_to: date | None
    reason: str
    contact_gone: ContactGone | None


def correct(state: MunicipalitySeats, command: CorrectTerm) -> list[SeatEvent]:
    """Other dates for a term, where the seat is open, nobody else sits and the contact is not gone."""
    seat = open_seat(state, command.seat)
    term = term_of(seat, command.term)
    if command.valid_to is not None and command.valid_to <= command.valid_from:
        raise TermEmpty("The term ends before it begins.", field="valid_to")
    valid_to = seat.closed_on if command.valid_to is None else command.valid_to
    if (term.valid_from, term.valid_to) == (command.valid_from, valid_to):
        return []
    must_be_open(seat, command.valid_from, valid_to)
    must_be_free(seat, term, (term.deputy, command.valid_from, valid_to))
    if not term.began or before(term.valid_to, valid_to):
        _must_be_there(command.contact_gone, valid_to)
    return [
        SeatTermCorrected(
            municipality_id=command.municipality_id,
            group_id=command.group_id,
            seat=seat.number,
            term=term.number,
            old_valid_from=term.valid_from,
            valid_from=command.valid_from,
            old_valid_to=term.valid_to,
            valid_to=valid_to,
            follows_seat=False,
            reason=command.reason,
        )
    ]


def _must_be_there(gone: ContactGone | None, valid_to: date | None) -> None:
    if gone is None or not before(gone.on, valid_to):
        return
    if gone.erased:
        raise ContactIsErased(f"The contact was erased on {gone.on}.", field="valid_to")
    raise ContactRoleEnded(f"The contact's role ended on {gone.on}.", field="valid_to")
