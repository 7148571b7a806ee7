"""Where exactly terms begin and end, and which of them is meant."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.contract import SeatTermCorrected
from services.groups.seats.domain import seats
from services.groups.seats.terms import SeatAlreadyVacant, SeatNotOpen, SeatTaken
from tests.support.examples.groups import (
    CHOICE,
    LEADERS,
    LOPPA,
    SUCCESSOR,
    seat_closed,
    seat_filled,
    seat_opened,
    seat_vacated,
)
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import appoint, correct, removed, vacate

THE_SEATS = Scenario(seats)


def term_corrected(**changes: Any) -> SeatTermCorrected:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "term": 1,
        "old_valid_from": date(2026, 2, 1),
        "valid_from": date(2026, 1, 15),
        "old_valid_to": None,
        "valid_to": None,
        "follows_seat": False,
        "reason": "Feil dato i brevet",
    }
    return SeatTermCorrected(**(given | changes))


def test_a_term_may_begin_on_the_day_on_which_the_seat_opens() -> None:
    first_day = {"valid_from": date(2026, 1, 1)}
    THE_SEATS.given(seat_opened()).when(appoint(**first_day)).then(seat_filled(**first_day))


def test_each_of_several_seats_is_filled_by_itself() -> None:
    story = THE_SEATS.given(seat_opened(), seat_opened(seat=2), seat_filled(), seat_opened(seat=3))
    story.when(appoint(seat=2)).then(seat_filled(seat=2))
    story.when(appoint(seat=3)).then(seat_filled(seat=3))
    story.when(appoint(seat=1, contact_id=SUCCESSOR)).then_refused(SeatTaken)


def test_a_term_that_was_called_off_is_not_ended_again() -> None:
    ahead = date(2026, 9, 1)
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_from=ahead), seat_vacated(vacated_on=ahead))
    story.when(vacate()).then_refused(SeatAlreadyVacant)
    story.when(removed()).then_nothing()


def test_a_term_that_would_have_ended_later_ends_sooner() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_to=date(2026, 12, 1)))
    story.when(vacate()).then(seat_vacated())


def test_the_deputys_term_ends_without_the_members() -> None:
    deputy = {"term": 2, "contact_id": SUCCESSOR, "deputy": True}
    story = THE_SEATS.given(seat_opened(), seat_filled(), seat_filled(**deputy))
    story.when(vacate(deputy=True)).then(seat_vacated(**deputy))


def test_who_was_ended_by_the_closing_of_the_seat_cannot_be_ended_from_then_on() -> None:
    closed_on = date(2026, 4, 1)
    ended = (seat_vacated(vacated_on=closed_on, because="seat_closed"), seat_closed(closed_on=closed_on))
    until_further_notice = THE_SEATS.given(seat_opened(), seat_filled(), *ended)
    until_june = THE_SEATS.given(seat_opened(), seat_filled(valid_to=date(2026, 6, 1)), *ended)

    until_further_notice.when(vacate(vacated_on=closed_on)).then_refused(SeatAlreadyVacant)
    until_june.when(vacate()).then_refused(SeatAlreadyVacant)


def test_a_correction_is_of_the_term_that_is_named_and_leaves_the_others() -> None:
    ahead, later = date(2026, 6, 1), date(2026, 7, 1)
    terms = (seat_filled(valid_to=ahead), seat_filled(term=2, contact_id=SUCCESSOR, valid_from=ahead))
    corrected = term_corrected(term=2, old_valid_from=ahead, valid_from=later)
    story = THE_SEATS.given(seat_opened(), *terms)
    story.when(correct(term=2, valid_from=later)).then(corrected)
    story = THE_SEATS.given(seat_opened(), *terms, corrected)
    story.when(vacate(vacated_on=date(2026, 5, 1))).then(seat_vacated(vacated_on=date(2026, 5, 1)))


def test_a_term_is_corrected_until_a_day_or_as_long_as_the_seat_is_open() -> None:
    closed_on = date(2027, 1, 1)
    closing = (seat_vacated(vacated_on=closed_on, because="seat_closed"), seat_closed())
    story = THE_SEATS.given(seat_opened(), seat_filled(), *closing)
    story.when(correct()).then(term_corrected(old_valid_to=closed_on, valid_to=closed_on))
    story.when(correct(valid_to=date(2026, 6, 1))).then(
        term_corrected(old_valid_to=closed_on, valid_to=date(2026, 6, 1))
    )


def test_a_correction_does_not_let_a_term_begin_when_the_seat_is_closed() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled(), seat_closed())
    story.when(correct(valid_from=date(2027, 1, 1))).then_refused(SeatNotOpen, field="valid_to")


def test_who_sits_from_joining_leaves_no_room_for_another_before_the_end() -> None:
    signed_up = seat_filled(valid_from=date(2026, 1, 1))
    story = THE_SEATS.given(seat_opened(choice_id=CHOICE, from_joining=True), signed_up)
    story.when(appoint(contact_id=SUCCESSOR)).then_refused(SeatTaken, term=1)
