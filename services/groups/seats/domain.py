"""The rules of the seats of one municipality in one group: aligned, filled, vacated, given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from services.groups.contract import GroupId, MunicipalityId, SeatClosed
from services.groups.seats.alignment import AlignSeats, align
from services.groups.seats.contact_corrections import CorrectContact, correct_contact
from services.groups.seats.day_corrections import CorrectTerm, correct
from services.groups.seats.state import GIVEN_UP, MunicipalitySeats, SeatEvent, before, evolve, previous
from services.groups.seats.terms import (
    AppointToSeat,
    EndTermsOfContact,
    SeatNotOpen,
    VacateSeat,
    appoint,
    end_terms,
    open_seat,
    vacate,
    vacated,
)
from shared.decider import Decider
from shared.errors import Refused

# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GiveUpSeat:
    """Close a seat that came from a sign-up."""

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    closed_on: date


SeatCommand: TypeAlias = (
    AlignSeats | AppointToSeat | VacateSeat | GiveUpSeat | CorrectTerm | CorrectContact | EndTermsOfContact
)


# --- refusals ---------------------------------------------------------------------------


class SeatNotFromSignUp(Refused):
    """A seat that every member has cannot be given up."""

    code = "seat-not-from-sign-up"
    nb = "Faste plasser kan ikke gis opp, bare stå ledige."


# --- decisions --------------------------------------------------------------------------


def give_up(state: MunicipalitySeats, command: GiveUpSeat) -> list[SeatEvent]:
    """The terms end and the seat closes."""
    seat = open_seat(state, command.seat)
    if seat.choice_id is None:
        raise SeatNotFromSignUp("Every member has this seat; it can only be vacant.")
    if seat.given_up_on == command.closed_on:
        return []
    closed_on = max(seat.opened_from, command.closed_on)
    if not before(closed_on, seat.closed_on):
        raise SeatNotOpen("The seat is closed by then.", field="closed_on")
    ending = [term for term in seat.terms if term.began and before(closed_on, term.valid_to)]
    closed = SeatClosed(
        municipality_id=command.municipality_id,
        group_id=command.group_id,
        seat=seat.number,
        closed_on=closed_on,
        reason=GIVEN_UP,
    )
    ended = [vacated(command, seat, term, max(term.valid_from, closed_on), "seat_closed") for term in ending]
    return [*ended, closed]


def decide(state: MunicipalitySeats, command: SeatCommand) -> list[SeatEvent]:  # noqa: PLR0911  # one per command
    """What follows from a command."""
    match command:
        case AlignSeats():
            return align(state, command)
        case AppointToSeat():
            return appoint(state, command)
        case VacateSeat():
            return vacate(state, command)
        case GiveUpSeat():
            return give_up(state, command)
        case CorrectTerm():
            return correct(state, command)
        case CorrectContact():
            return correct_contact(state, command)
        case EndTermsOfContact():
            return end_terms(state, command)


seats: Decider[MunicipalitySeats, SeatCommand, SeatEvent] = Decider(
    category="seats",
    initial=MunicipalitySeats(),
    decide=decide,
    evolve=evolve,
    about="municipality",
    previous=previous,
)
