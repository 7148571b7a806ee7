"""Seats follow membership, the group's life and the sign-ups."""

from __future__ import annotations

from datetime import date

from services.groups.seats.alignment import Span
from services.groups.seats.domain import seats
from services.groups.seats.state import SeatEvent
from tests.support.examples.groups import (
    CHOICE,
    seat_closed,
    seat_filled,
    seat_opened,
    seat_vacated,
)
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import JOINED, LATER, LEFT, after, aligned, sign_up, vacate

THE_SEATS = Scenario(seats)


def test_a_municipality_that_joins_is_given_its_seats_and_stands_as_vacant() -> None:
    THE_SEATS.when(aligned(Span(JOINED, None), seats=2)).then(seat_opened(), seat_opened(seat=2))


def test_a_version_that_follows_without_a_gap_changes_nothing() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled())
    story.when(aligned(Span(JOINED, None))).then_nothing()


def test_a_municipality_that_leaves_has_its_terms_ended_and_its_seats_closed() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled())
    story.when(aligned(Span(JOINED, LEFT), reason="MunicipalityLeft")).then(
        seat_vacated(vacated_on=LEFT, because="seat_closed"), seat_closed()
    )


def test_a_term_that_ends_before_the_municipality_leaves_is_left_alone() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_to=date(2026, 8, 1)))
    story.when(aligned(Span(JOINED, LEFT), reason="MunicipalityLeft")).then(seat_closed())


def test_a_term_that_lay_ahead_never_begins_when_the_municipality_leaves() -> None:
    ahead = date(2028, 1, 1)
    state = after([seat_opened(), seat_filled(valid_from=ahead)], aligned(Span(JOINED, LEFT)))

    assert not state.seats[0].terms[0].began


def test_a_leaving_date_put_right_moves_seat_and_term() -> None:
    state = after(
        [seat_opened(), seat_filled()],
        aligned(Span(JOINED, LEFT)),
        aligned(Span(JOINED, date(2027, 7, 1))),
    )

    assert state.seats[0].closed_on == date(2027, 7, 1)
    assert state.seats[0].terms[0].valid_to == date(2027, 7, 1)


def test_an_end_that_did_not_come_leaves_the_term_as_it_was_asked_for() -> None:
    before: list[SeatEvent] = [seat_opened(), seat_filled()]
    state = after(before, aligned(Span(JOINED, LEFT)), aligned(Span(JOINED, None)))

    assert state == seats.fold(before)


def test_a_later_joining_date_cuts_the_terms_and_an_earlier_one_brings_them_back() -> None:
    before: list[SeatEvent] = [seat_opened(), seat_filled()]
    cut = after(before, aligned(Span(LATER, None)))
    assert cut.seats[0].terms[0].valid_from == LATER

    back = after(before, aligned(Span(LATER, None)), aligned(Span(JOINED, None)))
    assert back == seats.fold(before)


def test_a_municipality_that_comes_back_gets_new_seats() -> None:
    state = after(
        [seat_opened(), seat_filled(), seat_closed()],
        aligned(Span(JOINED, LEFT), Span(date(2028, 1, 1), None)),
    )

    assert [seat.opened_from for seat in state.seats] == [JOINED, date(2028, 1, 1)]
    assert not state.seats[1].terms


def test_a_gap_that_turns_out_not_to_be_one_keeps_both_rows_of_seats_one_after_the_other() -> None:
    state = after(
        [seat_opened()],
        aligned(Span(JOINED, LEFT), Span(date(2028, 1, 1), None)),
        aligned(Span(JOINED, None)),
    )

    assert [(seat.opened_from, seat.closed_on) for seat in state.seats] == [(JOINED, LEFT), (LEFT, None)]


def test_a_sign_up_made_on_the_way_takes_effect_from_joining() -> None:
    opened = seat_opened(choice_id=CHOICE, from_joining=True)
    THE_SEATS.when(aligned(Span(JOINED, None), seats=0, sign_ups=(sign_up(),))).then(
        opened, seat_filled(valid_from=JOINED)
    )


def test_a_sign_up_made_on_the_way_follows_a_corrected_joining_date() -> None:
    state = after(
        [seat_opened(choice_id=CHOICE, from_joining=True), seat_filled(valid_from=JOINED)],
        aligned(Span(date(2025, 11, 1), None), seats=0, sign_ups=(sign_up(),)),
    )

    assert state.seats[0].terms[0].valid_from == date(2025, 11, 1)


def test_only_the_term_of_the_sign_up_itself_follows_the_joining_date() -> None:
    earlier = aligned(Span(date(2025, 11, 1), None), sign_ups=(sign_up(),))
    fixed = after([seat_opened(), seat_filled(valid_from=JOINED)], earlier)
    events: list[SeatEvent] = [
        seat_opened(choice_id=CHOICE, from_joining=True),
        seat_filled(valid_from=JOINED),
        seat_vacated(vacated_on=JOINED),
        seat_filled(term=2, valid_from=JOINED),
    ]
    appointed = after(events, earlier)

    assert (fixed.seats[0].opened_from, fixed.seats[0].terms[0].valid_from) == (date(2025, 11, 1), JOINED)
    assert appointed.seats[0].opened_from == date(2025, 11, 1)
    assert appointed.seats[0].terms[1].valid_from == JOINED


def test_who_was_called_off_before_joining_does_not_sit_when_that_date_moves() -> None:
    earlier = aligned(Span(date(2025, 11, 1), None), seats=0, sign_ups=(sign_up(),))
    opened = seat_opened(choice_id=CHOICE, from_joining=True)
    for because in ("asked", "contact_removed", "contact_erased"):
        ended = seat_vacated(vacated_on=JOINED, because=because)
        moved = after([opened, seat_filled(valid_from=JOINED), ended], earlier)
        assert not moved.seats[0].terms[0].began


def test_who_was_called_off_while_the_seat_cut_the_term_does_not_sit_when_it_no_longer_does() -> None:
    cut = aligned(Span(LATER, None))
    called_off = vacate(vacated_on=LATER)
    state = after([seat_opened(), seat_filled()], cut, called_off, aligned(Span(JOINED, None)))

    assert not state.seats[0].terms[0].began


def test_who_sat_for_a_while_sits_from_the_day_on_which_the_municipality_joined_after_all() -> None:
    opened = seat_opened(choice_id=CHOICE, from_joining=True)
    earlier = aligned(Span(date(2025, 11, 1), None), seats=0, sign_ups=(sign_up(),))
    state = after([opened, seat_filled(valid_from=JOINED)], vacate(vacated_on=LATER), earlier)

    assert state.seats[0].terms[0].valid_from == date(2025, 11, 1)
    assert state.seats[0].terms[0].valid_to == LATER


def test_an_end_is_published_with_the_end_that_it_replaces() -> None:
    events: list[SeatEvent] = [
        seat_opened(),
        seat_opened(seat=2),
        seat_filled(seat=2, valid_to=LATER),
        seat_filled(seat=2, term=2, valid_from=LATER),
        seat_closed(seat=2, closed_on=date(2026, 12, 1)),
    ]
    state = seats.fold(events)

    assert seats.previous(state, seat_closed()) == {"closed_on": None}
    assert seats.previous(state, seat_closed(seat=2)) == {"closed_on": date(2026, 12, 1)}
    assert seats.previous(state, seat_vacated(seat=2)) == {"vacated_on": LATER}
    assert seats.previous(state, seat_vacated(seat=2, term=2)) == {"vacated_on": None}
    assert seats.previous(state, seat_opened(seat=3)) == {}


def test_a_members_sign_up_takes_effect_on_its_day_and_once() -> None:
    command = aligned(Span(JOINED, None), seats=0, sign_ups=(sign_up(effective_from=LATER, chosen_on=LATER),))
    opened = seat_opened(choice_id=CHOICE, opened_from=LATER)
    filled = seat_filled(valid_from=LATER)
    THE_SEATS.when(command).then(opened, filled)
    THE_SEATS.given(opened, filled).when(command).then_nothing()


def test_a_sign_up_waits_for_membership() -> None:
    THE_SEATS.when(aligned(seats=0, sign_ups=(sign_up(),))).then_nothing()


def test_no_seat_follows_from_a_sign_up_whose_person_is_gone() -> None:
    command = aligned(Span(JOINED, None), seats=0, sign_ups=(sign_up(stands=False),))
    THE_SEATS.when(command).then_nothing()


def test_a_seat_given_up_stays_so_when_dates_move() -> None:
    events: list[SeatEvent] = [
        seat_opened(choice_id=CHOICE, from_joining=True),
        seat_closed(closed_on=LATER, reason="given_up"),
    ]
    state = after(events, aligned(Span(date(2025, 12, 1), None), seats=0, sign_ups=(sign_up(),)))

    assert (state.seats[0].opened_from, state.seats[0].closed_on) == (date(2025, 12, 1), LATER)


def test_seats_of_a_membership_that_never_was_are_closed_on_their_first_day() -> None:
    state = after([seat_opened(), seat_filled()], aligned())

    assert not state.seats[0].existed
    assert not state.seats[0].terms[0].began
