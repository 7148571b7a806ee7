"""What has happened to the seats of one municipality in one group, and what holds now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from services.groups.contract import (
    ChoiceId,
    ContactId,
    SeatClosed,
    SeatDatesCorrected,
    SeatFilled,
    SeatOpened,
    SeatRole,
    SeatTermCorrected,
    SeatVacated,
)

SeatEvent: TypeAlias = (
    SeatOpened | SeatFilled | SeatVacated | SeatClosed | SeatDatesCorrected | SeatTermCorrected
)

GIVEN_UP = "given_up"
"""The reason of a seat that the municipality itself gave back; moving dates do not bring it again."""


@dataclass(frozen=True)
class Term:
    """Who sits from `valid_from`, before `valid_to`.

    `asked_from` and `asked_to` are what was asked for; the seat's own dates may cut it, and
    when they move back the rest holds again. `asked_from` None: from whenever the seat opens.
    A term that was ended before it began asks for no day any more.
    """

    number: int
    contact_id: ContactId
    role: SeatRole
    deputy: bool
    valid_from: date
    valid_to: date | None
    asked_from: date | None
    asked_to: date | None

    @property
    def began(self) -> bool:
        """Whether the term has at least one day."""
        return self.valid_to is None or self.valid_from < self.valid_to


@dataclass(frozen=True)
class Seat:
    """A seat is open from `opened_from`, before `closed_on`; it never was if these are equal.

    `mistaken` is the last term in which the wrong one was recorded, as it stood until then.
    """

    number: int
    opened_from: date
    closed_on: date | None = None
    choice_id: ChoiceId | None = None
    from_joining: bool = False
    given_up_on: date | None = None
    terms: tuple[Term, ...] = ()
    mistaken: Term | None = None

    @property
    def existed(self) -> bool:
        """Whether the seat was open on at least one day."""
        return self.closed_on is None or self.opened_from < self.closed_on


@dataclass(frozen=True)
class MunicipalitySeats:
    """All seats that the municipality has or had in the group, by number from 1."""

    seats: tuple[Seat, ...] = ()

    def seat(self, number: int) -> Seat | None:
        """The seat of that number, None if there never was one."""
        return self.seats[number - 1] if 0 < number <= len(self.seats) else None


def before(one: date | None, other: date | None) -> bool:
    """Whether an end lies before another; None is the end that never comes."""
    return one is not None and (other is None or one < other)


def earlier(one: date | None, other: date | None) -> date | None:
    """The end that comes first."""
    return one if before(one, other) else other


def overlap(from_one: date | None, to_one: date | None, from_other: date, to_other: date | None) -> bool:
    """Whether two half-open intervals share a day; no interval shares one when it is empty."""
    first, last = max(from_one or date.min, from_other), earlier(to_one, to_other)
    return last is None or first < last


def evolve(state: MunicipalitySeats, event: SeatEvent) -> MunicipalitySeats:
    """The seats after `event`."""
    if isinstance(event, SeatOpened):
        opened = Seat(
            number=event.seat,
            opened_from=event.opened_from,
            choice_id=event.choice_id,
            from_joining=event.from_joining,
        )
        return MunicipalitySeats((*state.seats, opened))
    at = bisect_left(state.seats, event.seat, key=lambda seat: seat.number)
    return MunicipalitySeats((*state.seats[:at], _changed(state.seats[at], event), *state.seats[at + 1 :]))


def previous(state: MunicipalitySeats, event: SeatEvent) -> dict[str, Any]:
    """What an end replaces; corrections carry the old values themselves."""
    match event:
        case SeatClosed():
            return {"closed_on": state.seats[event.seat - 1].closed_on}
        case SeatVacated():
            return {"vacated_on": state.seats[event.seat - 1].terms[event.term - 1].valid_to}
        case _:
            return {}


def _changed(
    seat: Seat, event: SeatFilled | SeatVacated | SeatClosed | SeatDatesCorrected | SeatTermCorrected
) -> Seat:
    match event:
        case SeatFilled():
            return replace(seat, terms=(*seat.terms, _begun(seat, event)))
        case SeatVacated():
            ended = _with_term(seat, event.term, lambda term: _ended(term, event))
            return ended if event.reason is None else replace(ended, mistaken=seat.terms[event.term - 1])
        case SeatTermCorrected():
            return _with_term(seat, event.term, lambda term: _corrected(term, event))
        case SeatClosed():
            closed = replace(seat, closed_on=event.closed_on)
            return _given_up(closed, event.closed_on) if event.reason == GIVEN_UP else closed
        case SeatDatesCorrected():
            return replace(seat, opened_from=event.opened_from, closed_on=event.closed_on)


def _begun(seat: Seat, event: SeatFilled) -> Term:
    asked_from = None if seat.from_joining and not seat.terms else event.valid_from
    begun = Term(
        number=event.term,
        contact_id=event.contact_id,
        role=event.role,
        deputy=event.deputy,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        asked_from=asked_from,
        asked_to=event.valid_to,
    )
    wrong = None if event.reason is None else seat.mistaken
    return begun if wrong is None else replace(begun, asked_from=wrong.asked_from, asked_to=wrong.asked_to)


def _ended(term: Term, event: SeatVacated) -> Term:
    ended = replace(term, valid_to=earlier(term.valid_to, event.vacated_on))
    if event.because == "seat_closed":
        return ended
    never_began = event.vacated_on <= term.valid_from
    asked_from = event.vacated_on if never_began else term.asked_from
    return replace(ended, asked_from=asked_from, asked_to=event.vacated_on)


def _given_up(seat: Seat, day: date) -> Seat:
    """What was asked for ends with the seat, which nothing brings again."""
    terms = tuple(replace(term, asked_to=earlier(term.asked_to, day)) for term in seat.terms)
    return replace(seat, given_up_on=day, terms=terms)


def _corrected(term: Term, event: SeatTermCorrected) -> Term:
    moved = replace(term, valid_from=event.valid_from, valid_to=event.valid_to)
    if event.follows_seat:
        return moved
    return replace(moved, asked_from=event.valid_from, asked_to=event.valid_to)


def _with_term(seat: Seat, number: int, change: Callable[[Term], Term]) -> Seat:
    return replace(seat, terms=tuple(change(term) if term.number == number else term for term in seat.terms))
