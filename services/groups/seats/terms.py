"""The rules of terms: who may sit in a seat, from when to when, and how it becomes vacant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from services.groups.contract import (
    ContactId,
    GroupId,
    MunicipalityId,
    SeatFilled,
    SeatRole,
    SeatVacated,
    VacatedBecause,
)
from services.groups.seats.state import (
    MunicipalitySeats,
    Seat,
    SeatEvent,
    Term,
    before,
    overlap,
)
from shared.errors import NotFound, Refused

Standing = Literal["known", "not_yet_known", "erased", "elsewhere"]
"""What is known of a contact: this municipality's; not heard of yet; erased; another's."""


class SeatOf(Protocol):
    """Whatever names a municipality and a group."""

    @property
    def municipality_id(self) -> MunicipalityId:
        """The municipality that has the seat."""

    @property
    def group_id(self) -> GroupId:
        """The group it sits in."""


# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AppointToSeat:
    """Let a contact sit from `valid_from`, before `valid_to` (None: until further notice).

    `role_ends`: the first day on which the contact has no role for the group; None: not foreseen.
    """

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    contact_id: ContactId
    contact_standing: Standing
    role_ends: date | None
    role: SeatRole
    deputy: bool
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class VacateSeat:
    """End the member's (or the deputy's) term that is running on `vacated_on`, or begins later.

    `term` says which one is meant; without it the day does.
    """

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    deputy: bool
    vacated_on: date
    term: int | None = None


@dataclass(frozen=True, kw_only=True)
class EndTermsOfContact:
    """The contact is removed or erased: nothing of it in this group from `ends_on` on."""

    municipality_id: MunicipalityId
    group_id: GroupId
    contact_id: ContactId
    ends_on: date
    because: Literal["contact_removed", "contact_erased"]


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


class TermOver(Refused):
    """The term that is named ended before that day."""

    code = "term-over"
    nb = "Perioden er over før den datoen."


class ContactIsErased(Refused):
    """The person has been erased and cannot sit anywhere."""

    code = "contact-erased"
    nb = "Kontaktpersonen er slettet."


class ContactRoleEnded(Refused):
    """Nobody sits longer than membership knows them as a contact in a role for the group."""

    code = "contact-role-ended"
    nb = "Kontaktpersonens rolle er over før perioden slutter."


class ContactOfAnotherMunicipality(Refused):
    """The contact belongs to another municipality."""

    code = "contact-of-another-municipality"
    nb = "Kontaktpersonen hører til en annen kommune."


# --- decisions --------------------------------------------------------------------------


def appoint(state: MunicipalitySeats, command: AppointToSeat) -> list[SeatEvent]:
    """The seat is open and free on all days of the term; the same term again changes nothing."""
    seat = open_seat(state, command.seat)
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
    must_be_open(seat, command.valid_from, valid_to)
    must_be_free(seat, None, (command.deputy, command.valid_from, valid_to))
    if before(command.role_ends, valid_to):
        raise ContactRoleEnded(f"The contact's role ends on {command.role_ends}.", field="contact_id")
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
    seat = open_seat(state, command.seat)
    if command.term is None:
        meant = [term for term in seat.terms if term.deputy == command.deputy]
    else:
        meant = [term_of(seat, command.term)]
    day = command.vacated_on
    lasting = min(
        (term for term in meant if term.began and before(day, term.valid_to)),
        key=lambda term: term.valid_from,
        default=None,
    )
    ended_then = any(term.valid_to == day and term.asked_to == day for term in meant)
    if lasting is not None and (lasting.valid_from <= day or not ended_then):
        return [vacated(command, seat, lasting, max(lasting.valid_from, day), "asked")]
    if ended_then:
        return []
    if command.term is not None:
        raise TermOver(f"The term is over before {day}.", field="vacated_on")
    raise SeatAlreadyVacant(f"Nobody has the seat on {day}.", field="vacated_on")


def end_terms(state: MunicipalitySeats, command: EndTermsOfContact) -> list[SeatEvent]:
    """Every term of the contact ends by then; one that would begin later never does."""
    return [
        vacated(command, seat, term, max(term.valid_from, command.ends_on), command.because)
        for seat in state.seats
        for term in seat.terms
        if term.contact_id == command.contact_id
        and before(max(term.asked_from or date.min, command.ends_on), term.asked_to)
    ]


def open_seat(state: MunicipalitySeats, number: int) -> Seat:
    """The seat of that number; raises SeatUnknown where it was never open."""
    seat = state.seat(number)
    if seat is None or not seat.existed:
        raise SeatUnknown("The municipality has no such seat in the group.")
    return seat


def term_of(seat: Seat, number: int) -> Term:
    """The term of that number; raises TermUnknown where the seat never had one."""
    term = next((term for term in seat.terms if term.number == number), None)
    if term is None:
        raise TermUnknown("The seat has no such term.")
    return term


def _as_asked(term: Term) -> tuple[ContactId, SeatRole, bool, date, date | None]:
    return (term.contact_id, term.role, term.deputy, term.valid_from, term.valid_to)


def must_be_open(seat: Seat, valid_from: date, valid_to: date | None) -> None:
    """Raise SeatNotOpen where the seat is closed on one of the days."""
    if valid_from < seat.opened_from:
        raise SeatNotOpen(f"The seat opens on {seat.opened_from}.", field="valid_from")
    if before(seat.closed_on, valid_to) or (seat.closed_on is not None and valid_from >= seat.closed_on):
        raise SeatNotOpen(f"The seat closes on {seat.closed_on}.", field="valid_to")


def must_be_free(seat: Seat, except_for: Term | None, wanted: tuple[bool, date, date | None]) -> None:
    """Raise SeatTaken where another's term of the same kind, member's or deputy's, shares one of the days."""
    deputy, valid_from, valid_to = wanted
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


def vacated(
    command: SeatOf,
    seat: Seat,
    term: Term,
    day: date,
    because: VacatedBecause,
) -> SeatVacated:
    """The end of a term on `day`."""
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
