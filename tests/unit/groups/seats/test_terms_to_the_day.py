"""Where exactly terms begin and end, and which of them is meant."""

from __future__ import annotations

from datetime import date

from services.groups.seats.domain import seats
from services.groups.seats.terms import SeatAlreadyVacant, SeatTaken, TermOver, TermUnknown
from tests.support.examples.groups import (
    CHOICE,
    SUCCESSOR,
    seat_closed,
    seat_filled,
    seat_opened,
    seat_vacated,
)
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import appoint, removed, vacate

THE_SEATS = Scenario(seats)


def test_a_term_may_begin_on_the_day_on_which_the_seat_opens() -> None:
    first_day = {"valid_from": date(2026, 1, 1)}
    THE_SEATS.given(seat_opened()).when(appoint(**first_day)).then(seat_filled(**first_day))


def test_each_of_several_seats_is_filled_by_itself() -> None:
    story = THE_SEATS.given(seat_opened(), seat_opened(seat=2), seat_filled(), seat_opened(seat=3))
    story.when(appoint(seat=2)).then(seat_filled(seat=2))
    story.when(appoint(seat=3)).then(seat_filled(seat=3))
    story.when(appoint(seat=1, contact_id=SUCCESSOR)).then_refused(
        SeatTaken, field="valid_from", term=1, valid_from=date(2026, 2, 1), valid_to=None
    )


def test_a_term_that_was_called_off_is_not_ended_again() -> None:
    ahead = date(2026, 9, 1)
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_from=ahead), seat_vacated(vacated_on=ahead))
    story.when(vacate()).then_refused(SeatAlreadyVacant, field="vacated_on")
    story.when(removed()).then_nothing()


def test_a_term_that_would_have_ended_later_ends_sooner() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_to=date(2026, 12, 1)))
    story.when(vacate()).then(seat_vacated())


def test_who_took_over_from_another_on_a_day_can_be_ended_on_it() -> None:
    took_over = (
        seat_opened(),
        seat_filled(),
        seat_vacated(),
        seat_filled(term=2, contact_id=SUCCESSOR, valid_from=date(2026, 6, 1)),
    )
    never_began = seat_vacated(term=2, contact_id=SUCCESSOR)
    THE_SEATS.given(*took_over).when(vacate()).then(never_began)
    THE_SEATS.given(*took_over).when(vacate(term=2)).then(never_began)
    THE_SEATS.given(*took_over).when(vacate(term=1)).then_nothing()
    THE_SEATS.given(*took_over, never_began).when(vacate()).then_nothing()
    THE_SEATS.given(*took_over, never_began).when(vacate(term=2)).then_nothing()


def test_who_comes_later_stays_when_a_term_is_ended_once_more() -> None:
    later = seat_filled(term=2, contact_id=SUCCESSOR, valid_from=date(2026, 6, 2))
    THE_SEATS.given(seat_opened(), seat_filled(), seat_vacated(), later).when(vacate()).then_nothing()


def test_of_two_terms_that_lie_ahead_the_first_one_is_called_off_unless_another_is_named() -> None:
    july, august = date(2026, 7, 1), date(2026, 8, 1)
    ahead = (seat_filled(valid_from=august), seat_filled(term=2, valid_from=july, valid_to=august))
    story = THE_SEATS.given(seat_opened(), *ahead)
    story.when(vacate()).then(seat_vacated(term=2, vacated_on=july))
    story.when(vacate(term=1)).then(seat_vacated(vacated_on=august))


def test_a_term_that_is_named_is_ended_as_long_as_it_lasts_whoever_sits() -> None:
    deputy = {"term": 2, "contact_id": SUCCESSOR, "deputy": True}
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_to=date(2026, 5, 1)), seat_filled(**deputy))
    story.when(vacate(term=2)).then(seat_vacated(**deputy))
    story.when(vacate(term=1)).then_refused(TermOver, field="vacated_on")
    story.when(vacate(term=3)).then_refused(TermUnknown)
    called_off = seat_vacated(vacated_on=date(2026, 2, 1), **deputy)
    over = THE_SEATS.given(seat_opened(), seat_filled(), seat_filled(**deputy), called_off)
    over.when(vacate(term=2, vacated_on=date(2026, 1, 15))).then_refused(TermOver, field="vacated_on")


def test_the_deputys_term_ends_without_the_members() -> None:
    deputy = {"term": 2, "contact_id": SUCCESSOR, "deputy": True}
    story = THE_SEATS.given(seat_opened(), seat_filled(), seat_filled(**deputy))
    story.when(vacate(deputy=True)).then(seat_vacated(**deputy))


def test_who_was_ended_by_the_closing_of_the_seat_cannot_be_ended_from_then_on() -> None:
    closed_on = date(2026, 4, 1)
    ended = (seat_vacated(vacated_on=closed_on, because="seat_closed"), seat_closed(closed_on=closed_on))
    until_further_notice = THE_SEATS.given(seat_opened(), seat_filled(), *ended)
    until_june = THE_SEATS.given(seat_opened(), seat_filled(valid_to=date(2026, 6, 1)), *ended)

    until_further_notice.when(vacate(vacated_on=closed_on)).then_refused(
        SeatAlreadyVacant, field="vacated_on"
    )
    until_june.when(vacate()).then_refused(SeatAlreadyVacant, field="vacated_on")


def test_who_sits_from_joining_leaves_no_room_for_another_before_the_end() -> None:
    signed_up = seat_filled(valid_from=date(2026, 1, 1))
    story = THE_SEATS.given(seat_opened(choice_id=CHOICE, from_joining=True), signed_up)
    story.when(appoint(contact_id=SUCCESSOR)).then_refused(
        SeatTaken, field="valid_from", term=1, valid_from=date(2026, 1, 1), valid_to=None
    )
