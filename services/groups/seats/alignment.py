"""Bring the seats of a municipality in line with its membership, the group's life and its sign-ups.

One decision serves every cause (joined, left, a corrected date, a group established or
archived, a sign-up): it is told which spans of time carry seats, and says what must happen
so that seats and terms fit them. When everything fits already, nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.groups.contract import (
    ChoiceId,
    ContactId,
    GroupId,
    MunicipalityId,
    SeatClosed,
    SeatDatesCorrected,
    SeatFilled,
    SeatOpened,
    SeatRole,
    SeatTermCorrected,
    SeatVacated,
)
from services.groups.seats.state import (
    MunicipalitySeats,
    Seat,
    SeatEvent,
    Term,
    before,
    earlier,
    evolve,
    overlap,
)


@dataclass(frozen=True)
class Span:
    """Days on which the municipality is a member and the group exists; `until` None: open."""

    start: date
    until: date | None


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A sign-up for this group; `effective_from` None: from joining.

    `stands` is False when the person has gone since; no new seat follows from it then.
    """

    choice_id: ChoiceId
    contact_id: ContactId
    role: SeatRole
    chosen_on: date
    effective_from: date | None
    stands: bool = True


@dataclass(frozen=True, kw_only=True)
class AlignSeats:
    """Let the seats fit `spans` (in order, apart from each other), `seats` of them in each."""

    municipality_id: MunicipalityId
    group_id: GroupId
    spans: tuple[Span, ...]
    seats: int
    sign_ups: tuple[SignUp, ...]
    reason: str


def align(state: MunicipalitySeats, command: AlignSeats) -> list[SeatEvent]:
    """What must happen to the seats, oldest seat first, new ones last."""
    events: list[SeatEvent] = []
    back = {number: span for span in command.spans for number in _back_in(span, state, command)}
    for seat in state.seats:
        target = back.get(seat.number) or _target(seat, state, command)
        events += _moved(seat, target, command)
    number = len(state.seats)
    for span in command.spans:
        for _ in range(_missing(span, state, command) - list(back.values()).count(span)):
            number += 1
            events += _opened(number, span, None, command)
    known = {seat.choice_id for seat in state.seats}
    for sign_up in command.sign_ups:
        place = _place(sign_up.effective_from or sign_up.chosen_on, command.spans)
        if sign_up.stands and sign_up.choice_id not in known and place is not None:
            number += 1
            events += _opened(number, place, sign_up, command)
    return events


# --- where each seat belongs --------------------------------------------------------------


def _target(seat: Seat, state: MunicipalitySeats, command: AlignSeats) -> Span:
    return _fixed_target(seat, state, command) if seat.choice_id is None else _chosen_target(seat, command)


def _fixed_target(seat: Seat, state: MunicipalitySeats, command: AlignSeats) -> Span:
    """A fixed seat fills its span, side by side with its like, after those before it."""
    span = _span_of(seat, command.spans)
    if span is None:
        return Span(seat.opened_from, seat.opened_from)
    earlier_ends = [
        other.closed_on
        for other in _fixed_in(span, state, command)
        if other.closed_on is not None and other.closed_on <= seat.opened_from
    ]
    until = seat.closed_on if _successors(seat, span, state, command) else span.until
    return Span(max(earlier_ends, default=span.start), until)


def _chosen_target(seat: Seat, command: AlignSeats) -> Span:
    """A seat from a sign-up begins when the person asked for it, or on joining."""
    span = _place(seat.opened_from, command.spans)
    if span is None:
        return Span(seat.opened_from, seat.opened_from)
    start = span.start
    if not seat.from_joining:
        asked: dict[ChoiceId | None, date | None] = {
            sign_up.choice_id: sign_up.effective_from for sign_up in command.sign_ups
        }
        start = max(start, asked.get(seat.choice_id) or seat.opened_from)
    until = earlier(span.until, seat.given_up_on)
    return Span(start, until if until is None else max(start, until))


def _span_of(seat: Seat, spans: Sequence[Span]) -> Span | None:
    sharing = (span for span in spans if overlap(span.start, span.until, seat.opened_from, seat.closed_on))
    return next(sharing, None)


def _place(day: date, spans: Sequence[Span]) -> Span | None:
    return next((span for span in spans if span.until is None or span.until > day), None)


def _fixed_in(span: Span, state: MunicipalitySeats, command: AlignSeats) -> list[Seat]:
    return [seat for seat in state.seats if seat.choice_id is None and _span_of(seat, command.spans) == span]


def _missing(span: Span, state: MunicipalitySeats, command: AlignSeats) -> int:
    """How many fixed seats the span wants besides those that last in it, at least none."""
    there = _fixed_in(span, state, command)
    lasting = [seat for seat in there if not _successors(seat, span, state, command)]
    return max(0, command.seats - len(lasting))


def _back_in(span: Span, state: MunicipalitySeats, command: AlignSeats) -> list[int]:
    """Seats that a wrong date left without a day are open again, where their first day is in the span.

    Those that were opened with the span before others, and the latest ones first: they were the last to go.
    """
    without_a_day = [
        seat
        for seat in state.seats
        if seat.choice_id is None
        and not seat.existed
        and span.start <= seat.opened_from
        and before(seat.opened_from, span.until)
    ]
    without_a_day.sort(key=lambda seat: (seat.opened_from, -seat.number))
    return [seat.number for seat in without_a_day[: _missing(span, state, command)]]


def _successors(seat: Seat, span: Span, state: MunicipalitySeats, command: AlignSeats) -> list[Seat]:
    end = seat.closed_on
    return [] if end is None else [s for s in _fixed_in(span, state, command) if s.opened_from >= end]


# --- what must happen to it ---------------------------------------------------------------


def _opened(number: int, span: Span, sign_up: SignUp | None, command: AlignSeats) -> list[SeatEvent]:
    asked = sign_up.effective_from if sign_up else None
    opened = SeatOpened(
        municipality_id=command.municipality_id,
        group_id=command.group_id,
        seat=number,
        opened_from=max(span.start, asked or span.start),
        reason=command.reason,
        choice_id=sign_up.choice_id if sign_up else None,
        from_joining=sign_up is not None and asked is None,
    )
    events: list[SeatEvent] = [opened]
    if sign_up is not None:
        events.append(
            SeatFilled(
                municipality_id=command.municipality_id,
                group_id=command.group_id,
                seat=number,
                term=1,
                contact_id=sign_up.contact_id,
                role=sign_up.role,
                deputy=False,
                valid_from=opened.opened_from,
                valid_to=None,
            )
        )
    alone = MunicipalitySeats()
    for event in events:
        alone = evolve(alone, event)
    (seat,) = alone.seats
    return [*events, *_moved(seat, Span(seat.opened_from, span.until), command)]


def _moved(seat: Seat, target: Span, command: AlignSeats) -> list[SeatEvent]:
    if (seat.opened_from, seat.closed_on) == (target.start, target.until):
        return []
    if seat.opened_from == target.start and seat.closed_on is None and target.until is not None:
        return _closed(seat, target.until, command)
    corrected = SeatDatesCorrected(
        municipality_id=command.municipality_id,
        group_id=command.group_id,
        seat=seat.number,
        old_opened_from=seat.opened_from,
        opened_from=target.start,
        old_closed_on=seat.closed_on,
        closed_on=target.until,
        reason=command.reason,
    )
    return [corrected, *_terms_moved(seat, target, command)]


def _closed(seat: Seat, closed_on: date, command: AlignSeats) -> list[SeatEvent]:
    vacated = [
        SeatVacated(
            municipality_id=command.municipality_id,
            group_id=command.group_id,
            seat=seat.number,
            term=term.number,
            contact_id=term.contact_id,
            deputy=term.deputy,
            vacated_on=max(term.valid_from, closed_on),
            because="seat_closed",
        )
        for term in seat.terms
        if term.began and (term.valid_to is None or term.valid_to > closed_on)
    ]
    return [
        *vacated,
        SeatClosed(
            municipality_id=command.municipality_id,
            group_id=command.group_id,
            seat=seat.number,
            closed_on=closed_on,
            reason=command.reason,
        ),
    ]


def _terms_moved(seat: Seat, target: Span, command: AlignSeats) -> Iterator[SeatTermCorrected]:
    for term in seat.terms:
        valid_from, valid_to = _within(term, target)
        if (valid_from, valid_to) != (term.valid_from, term.valid_to):
            yield SeatTermCorrected(
                municipality_id=command.municipality_id,
                group_id=command.group_id,
                seat=seat.number,
                term=term.number,
                old_valid_from=term.valid_from,
                valid_from=valid_from,
                old_valid_to=term.valid_to,
                valid_to=valid_to,
                follows_seat=True,
                reason=command.reason,
            )


def _within(term: Term, target: Span) -> tuple[date, date | None]:
    """What was asked for, as far as the seat is open; empty where nothing of it is."""
    start = max(term.asked_from or target.start, target.start)
    until = earlier(term.asked_to, target.until)
    return start, until if until is None else max(start, until)
