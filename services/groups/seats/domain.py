"""The rules of seats: who may sit, from when to when, and how a seat becomes vacant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from services.groups.contract import (
    ContactId,
    GroupId,
    MunicipalityId,
    SeatClosed,
    SeatFilled,
    SeatRole,
    SeatTermCorrected,
    SeatVacated,
)
from services.groups.seats.alignment import AlignSeats, align
from services.groups.seats.state import (
    GIVEN_UP,
    MunicipalitySeats,
    Seat,
    SeatEvent,
    Term,
    before,
    earlier,
    evolve,
    overlap,
)
from shared.decider import Decider
from shared.errors import NotFound, Refused

Standing = Literal["known", "not_yet_known", "erased", "elsewhere"]
"""What is known of a contact: this municipality's; not heard of yet; erased; another's."""

# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AppointToSeat:
    """Let a contact sit from `valid_from`, before `valid_to` (None: until further notice)."""

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    contact_id: ContactId
    contact_standing: Standing
    role: SeatRole
    deputy: bool
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class VacateSeat:
    """End the member's (or the deputy's) term that is running on `vacated_on`, or begins later."""

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    deputy: bool
    vacated_on: date


@dataclass(frozen=True, kw_only=True)
class GiveUpSeat:
    """Close a seat that came from a sign-up."""

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    closed_on: date


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


@dataclass(frozen=True, kw_only=True)
class EndTermsOfContact:
    """The contact is removed or erased: nothing of it in this group from `ends_on` on."""

    municipality_id: MunicipalityId
    group_id: GroupId
    contact_id: ContactId
    ends_on: date
    because: Literal["contact_removed", "contact_erased"]


SeatCommand: TypeAlias = (
    AlignSeats | AppointToSeat | VacateSeat | GiveUpSeat | CorrectTerm | EndTermsOfContact
)


# --- refusals ---------------------------------------------------------------------------


class SeatUnknown(NotFound):
    """The municipality has no such seat in the group."""

    code = "seat-unknown"
    nb = "Kommunen har ingen slik plass i gruppen."


class TermUnknown(NotFound):
    """The seat has no such term."""

    code = "term-unknown"
    nb = "Plassen har ingen slik periode."


class TermEmpty(Refused):
    """A term must have at least one day."""

    code = "term-empty"
    nb = "Perioden må vare i minst én dag."


class SeatNotOpen(Refused):
    """The seat is not open on all of the days asked for."""

    code = "seat-not-open"
    nb = "Plassen er ikke åpen i hele perioden."


class SeatTaken(Refused):
    """Somebody sits there already; a seat is never taken over silently."""

    code = "seat-taken"
    nb = "Plassen er allerede besatt i perioden. Avslutt den andre perioden først."


class SeatAlreadyVacant(Refused):
    """Nobody sits there on that day or later."""

    code = "seat-already-vacant"
    nb = "Ingen har plassen på den datoen."


class SeatNotFromSignUp(Refused):
    """A seat that every member has cannot be given up."""

    code = "seat-not-from-sign-up"
    nb = "Faste plasser kan ikke gis opp, bare stå ledige."


class ContactIsErased(Refused):
    """The person has been erased and cannot sit anywhere."""

    code = "contact-erased"
    nb = "Kontaktpersonen er slettet."


class ContactOfAnotherMunicipality(Refused):
    """The contact belongs to another municipality."""

    code = "contact-of-another-municipality"
    nb = "Kontaktpersonen hører til en annen kommune."


# --- decisions --------------------------------------------------------------------------


def appoint(state: MunicipalitySeats, command: AppointToSeat) -> list[SeatEvent]:
    """The seat is open and free on all days of the term; the same term again changes nothing."""
    seat = _seat(state, command.seat)
    if command.contact_standing == "erased":
        raise ContactIsErased("The contact is erased.", field="contact_id")
    if command.contact_standing == "elsewhere":
        raise ContactOfAnotherMunicipality("The contact belongs to another municipality.", field="contact_id")
    valid_to = command.valid_to if command.valid_to is not None else seat.closed_on
    if valid_to is not None and valid_to <= command.valid_from:
        if command.valid_to is None:
            raise SeatNotOpen(f"The seat closes on {seat.closed_on}.", field="valid_from")
        raise TermEmpty("The term ends before it begins.", field="valid_to")
    wanted = (command.contact_id, command.role, command.deputy, command.valid_from, valid_to)
    if any(_as_asked(term) == wanted for term in seat.terms):
        return []
    _must_be_open(seat, command.valid_from, valid_to)
    _must_be_free(seat, None, command.deputy, command.valid_from, valid_to)
    return [
        SeatFilled(
            municipality_id=command.municipality_id,
            group_id=command.group_id,
            seat=seat.number,
            term=len(seat.terms) + 1,
            contact_id=command.contact_id,
            role=command.role,
            deputy=command.deputy,
            valid_from=command.valid_from,
            valid_to=valid_to,
        )
    ]


def vacate(state: MunicipalitySeats, command: VacateSeat) -> list[SeatEvent]:
    """The term running on the day ends; without one, the next that would begin never does."""
    seat = _seat(state, command.seat)
    terms = sorted(
        (term for term in seat.terms if term.deputy == command.deputy and term.began),
        key=lambda term: term.valid_from,
    )
    for term in terms:
        if term.valid_to == command.vacated_on and term.asked_to == command.vacated_on:
            return []
        if term.valid_to is None or term.valid_to > command.vacated_on:
            return [_vacated(command, seat, term, max(term.valid_from, command.vacated_on), "asked")]
    raise SeatAlreadyVacant(f"Nobody has the seat on {command.vacated_on}.", field="vacated_on")


def give_up(state: MunicipalitySeats, command: GiveUpSeat) -> list[SeatEvent]:
    """The terms end and the seat closes."""
    seat = _seat(state, command.seat)
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
    vacated = [_vacated(command, seat, term, max(term.valid_from, closed_on), "asked") for term in ending]
    return [*vacated, closed]


def correct(state: MunicipalitySeats, command: CorrectTerm) -> list[SeatEvent]:
    """Other dates for a term, where the seat is open and nobody else sits."""
    seat = _seat(state, command.seat)
    term = next((term for term in seat.terms if term.number == command.term), None)
    if term is None:
        raise TermUnknown("The seat has no such term.")
    if command.valid_to is not None and command.valid_to <= command.valid_from:
        raise TermEmpty("The term ends before it begins.", field="valid_to")
    valid_to = earlier(command.valid_to, seat.closed_on) if command.valid_to is None else command.valid_to
    if (term.valid_from, term.valid_to) == (command.valid_from, valid_to):
        return []
    _must_be_open(seat, command.valid_from, valid_to)
    _must_be_free(seat, term, term.deputy, command.valid_from, valid_to)
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


def end_terms(state: MunicipalitySeats, command: EndTermsOfContact) -> list[SeatEvent]:
    """Every term of the contact ends by then; one that would begin later never does."""
    return [
        _vacated(command, seat, term, max(term.valid_from, command.ends_on), command.because)
        for seat in state.seats
        for term in seat.terms
        if term.contact_id == command.contact_id
        and before(max(term.asked_from or date.min, command.ends_on), term.asked_to)
    ]


def _seat(state: MunicipalitySeats, number: int) -> Seat:
    seat = state.seat(number)
    if seat is None or not seat.existed:
        raise SeatUnknown("The municipality has no such seat in the group.")
    return seat


def _as_asked(term: Term) -> tuple[ContactId, SeatRole, bool, date, date | None]:
    return (term.contact_id, term.role, term.deputy, term.valid_from, term.valid_to)


def _must_be_open(seat: Seat, valid_from: date, valid_to: date | None) -> None:
    if valid_from < seat.opened_from:
        raise SeatNotOpen(f"The seat opens on {seat.opened_from}.", field="valid_from")
    if before(seat.closed_on, valid_to) or (seat.closed_on is not None and valid_from >= seat.closed_on):
        raise SeatNotOpen(f"The seat closes on {seat.closed_on}.", field="valid_to")


def _must_be_free(
    seat: Seat, except_for: Term | None, deputy: bool, valid_from: date, valid_to: date | None
) -> None:
    for term in seat.terms:
        if term is except_for or term.deputy != deputy:
            continue
        if overlap(term.asked_from, term.asked_to, valid_from, valid_to):
            raise SeatTaken(
                "Somebody has the seat already.",
                field="valid_from",
                term=term.number,
                valid_from=term.valid_from,
                valid_to=term.valid_to,
            )


def _vacated(
    command: VacateSeat | GiveUpSeat | EndTermsOfContact,
    seat: Seat,
    term: Term,
    day: date,
    because: Literal["asked", "contact_removed", "contact_erased"],
) -> SeatVacated:
    return SeatVacated(
        municipality_id=command.municipality_id,
        group_id=command.group_id,
        seat=seat.number,
        term=term.number,
        contact_id=term.contact_id,
        deputy=term.deputy,
        vacated_on=day,
        because=because,
    )


def decide(state: MunicipalitySeats, command: SeatCommand) -> list[SeatEvent]:
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
        case EndTermsOfContact():
            return end_terms(state, command)


seats: Decider[MunicipalitySeats, SeatCommand, SeatEvent] = Decider(
    category="seats", initial=MunicipalitySeats(), decide=decide, evolve=evolve, about="municipality"
)
