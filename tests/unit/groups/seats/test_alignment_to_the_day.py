"""Where exactly seats begin and end when memberships, gaps and sign-ups meet."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.contract import SeatDatesCorrected, SeatTermCorrected
from services.groups.seats.alignment import Span
from services.groups.seats.domain import seats
from services.groups.seats.state import MunicipalitySeats, SeatEvent
from tests.support.examples.groups import (
    CHOICE,
    LEADERS,
    LOPPA,
    seat_closed,
    seat_filled,
    seat_opened,
    seat_vacated,
)
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import JOINED, LATER, LEFT, after, aligned, sign_up

given = Scenario(seats).given
BACK, BEGAN = date(2028, 1, 1), date(2026, 2, 1)


def dates_corrected(**changes: Any) -> SeatDatesCorrected:
    """A seat that never was is open until further notice."""
    corrected: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "old_opened_from": JOINED,
        "opened_from": JOINED,
        "old_closed_on": JOINED,
        "closed_on": None,
        "reason": "MunicipalityJoined",
    }
    return SeatDatesCorrected(**(corrected | changes))


def days(state: MunicipalitySeats) -> list[tuple[date, date | None]]:
    return [(seat.opened_from, seat.closed_on) for seat in state.seats]


def test_seats_one_after_the_other_are_one_seat_of_those_that_a_member_has() -> None:
    state = after(
        [seat_opened()],
        aligned(Span(JOINED, LEFT), Span(BACK, None)),
        aligned(Span(JOINED, None)),
        aligned(Span(JOINED, None), seats=2),
    )

    assert days(state) == [(JOINED, LEFT), (LEFT, None), (JOINED, None)]


def test_of_two_gaps_that_turn_out_to_be_none_no_two_seats_share_a_day() -> None:
    again, gone = date(2030, 1, 1), date(2029, 1, 1)
    state = after(
        [seat_opened()],
        aligned(Span(JOINED, LEFT), Span(BACK, gone), Span(again, None)),
        aligned(Span(JOINED, None)),
    )

    assert days(state) == [(JOINED, LEFT), (LEFT, gone), (gone, None)]


def test_a_seat_from_a_sign_up_is_none_of_those_that_every_member_has() -> None:
    opened = seat_opened(choice_id=CHOICE, from_joining=True)

    given(opened).when(aligned(Span(JOINED, None), sign_ups=(sign_up(),))).then(seat_opened(seat=2))


def test_a_sign_up_takes_effect_in_the_membership_that_holds_on_its_day() -> None:
    during = sign_up(chosen_on=LATER, effective_from=LATER)
    on_the_last_day = sign_up(chosen_on=LATER, effective_from=LEFT)
    both = (Span(JOINED, LEFT), Span(BACK, None))

    assert days(after([], aligned(*both, seats=0, sign_ups=(during,)))) == [(LATER, LEFT)]
    assert days(after([], aligned(*both, seats=0, sign_ups=(on_the_last_day,)))) == [(BACK, None)]


def test_a_members_sign_up_begins_as_asked_when_joining_was_not_so_late_after_all() -> None:
    asked = (sign_up(chosen_on=LATER, effective_from=LATER),)
    state = after(
        [seat_opened(choice_id=CHOICE, opened_from=LATER), seat_filled(valid_from=LATER)],
        aligned(Span(date(2026, 6, 1), None), seats=0, sign_ups=asked),
        aligned(Span(JOINED, None), seats=0, sign_ups=asked),
    )

    assert days(state) == [(LATER, None)]


def test_a_seat_from_a_sign_up_follows_a_membership_that_moves_past_its_end() -> None:
    moved = Span(date(2027, 6, 1), None)
    state = after(
        [seat_opened(choice_id=CHOICE, from_joining=True), seat_closed()],
        aligned(moved, seats=0, sign_ups=(sign_up(),)),
    )

    assert days(state) == [(moved.start, None)]


def test_a_seat_that_was_given_up_before_the_membership_begins_has_no_day() -> None:
    events: list[SeatEvent] = [
        seat_opened(choice_id=CHOICE, from_joining=True),
        seat_closed(closed_on=LATER, reason="given_up"),
    ]
    june = date(2026, 6, 1)
    state = after(events, aligned(Span(june, None), seats=0, sign_ups=(sign_up(),)))

    assert days(state) == [(june, june)]


def test_a_membership_may_be_put_right_at_both_ends_at_once() -> None:
    assert days(after([seat_opened()], aligned(Span(LATER, LEFT)))) == [(LATER, LEFT)]


def test_who_lost_a_seat_by_an_end_before_its_first_day_has_it_again_when_the_end_is_put_right() -> None:
    before: list[SeatEvent] = [seat_opened(), seat_filled()]
    emptied = after(before, aligned())
    put_right = after(before, aligned(), aligned(Span(JOINED, LEFT)))

    assert days(emptied) == [(JOINED, JOINED)]
    assert days(put_right) == [(JOINED, LEFT)]
    assert (put_right.seats[0].terms[0].valid_from, put_right.seats[0].terms[0].valid_to) == (BEGAN, LEFT)


def test_a_seat_that_never_was_comes_back_only_where_one_is_missing() -> None:
    events: list[SeatEvent] = [seat_opened(), seat_closed(closed_on=JOINED), seat_opened(seat=2)]

    given(*events).when(aligned(Span(JOINED, None))).then_nothing()
    given(*events).when(aligned(Span(JOINED, None), seats=2)).then(dates_corrected())
    given(*events).when(aligned(Span(JOINED, None), seats=3)).then(dates_corrected(), seat_opened(seat=3))
    given(*events).when(aligned(Span(JOINED, None), seats=0)).then_nothing()


def test_of_seats_that_never_were_the_first_opened_and_last_numbered_comes_back() -> None:
    opened = [JOINED, LATER, JOINED, LATER]
    events = [
        event
        for number, day in enumerate(opened, start=1)
        for event in (seat_opened(seat=number, opened_from=day), seat_closed(seat=number, closed_on=day))
    ]

    given(*events).when(aligned(Span(JOINED, None))).then(dates_corrected(seat=3))
    given(*events).when(aligned(Span(JOINED, None), seats=2)).then(dates_corrected(), dates_corrected(seat=3))


def test_a_seat_that_never_was_does_not_come_back_in_a_later_membership_nor_from_a_sign_up() -> None:
    never_was: list[SeatEvent] = [seat_opened(), seat_filled(), seat_closed(closed_on=JOINED)]
    from_sign_up = [seat_opened(choice_id=CHOICE), seat_closed(closed_on=JOINED, reason="given_up")]

    assert days(after(never_was, aligned(Span(LATER, None)))) == [(JOINED, JOINED), (LATER, None)]
    assert days(after(never_was, aligned(Span(date(2025, 1, 1), JOINED)))) == [
        (JOINED, JOINED),
        (date(2025, 1, 1), JOINED),
    ]
    assert days(after(from_sign_up, aligned(Span(JOINED, None), sign_ups=(sign_up(),)))) == [
        (JOINED, JOINED),
        (JOINED, None),
    ]


def test_a_seat_that_comes_back_fills_its_span_beside_those_that_follow_each_other() -> None:
    events: list[SeatEvent] = [
        seat_opened(),
        seat_closed(closed_on=LATER),
        seat_opened(seat=2, opened_from=LATER),
        seat_opened(seat=3, opened_from=LATER),
        seat_closed(seat=3, closed_on=LATER),
    ]

    assert days(after(events, aligned(Span(JOINED, LEFT), seats=2))) == [
        (JOINED, LATER),
        (LATER, LEFT),
        (JOINED, LEFT),
    ]


def test_a_term_before_a_corrected_joining_date_has_no_day() -> None:
    state = after(
        [seat_opened(), seat_filled(valid_to=date(2026, 2, 15))],
        aligned(Span(LATER, None)),
    )

    assert (state.seats[0].terms[0].valid_from, state.seats[0].terms[0].valid_to) == (LATER, LATER)


def test_a_seat_that_closes_ends_the_terms_that_would_go_on() -> None:
    closing = aligned(Span(JOINED, LEFT), reason="MunicipalityLeft")
    ahead = date(2028, 6, 1)
    called_off = (seat_filled(valid_from=ahead), seat_vacated(vacated_on=ahead))

    given(seat_opened(), seat_filled(valid_to=ahead)).when(closing).then(
        seat_vacated(vacated_on=LEFT, because="seat_closed"), seat_closed()
    )
    given(seat_opened(), seat_filled(valid_to=LEFT)).when(closing).then(seat_closed())
    given(seat_opened(), *called_off).when(closing).then(seat_closed())


def test_a_seat_from_a_sign_up_without_any_membership_has_no_day() -> None:
    opened = seat_opened(choice_id=CHOICE, from_joining=True)
    state = after([opened], aligned(seats=0, sign_ups=(sign_up(),)))

    assert days(state) == [(opened.opened_from, opened.opened_from)]


def test_a_term_that_is_cut_tells_where_it_ended_before() -> None:
    ended = date(2026, 2, 15)
    decided = seats.decide(
        seats.fold([seat_opened(), seat_filled(valid_to=ended)]), aligned(Span(LATER, None))
    )

    assert [one.old_valid_to for one in decided if isinstance(one, SeatTermCorrected)] == [ended]
