"""Where the wrong days were recorded in a term, it has the right ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from services.groups.contract import SeatTermCorrected
from services.groups.seats.day_corrections import ContactGone
from services.groups.seats.domain import seats
from services.groups.seats.terms import (
    ContactIsErased,
    ContactRoleEnded,
    SeatNotOpen,
    SeatTaken,
    TermEmpty,
    TermUnknown,
)
from tests.support.examples.groups import (
    LEADERS,
    LOPPA,
    SUCCESSOR,
    seat_closed,
    seat_filled,
    seat_opened,
    seat_vacated,
)
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import correct, vacate

THE_SEATS = Scenario(seats)
GONE = date(2026, 6, 1)


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


def test_a_term_is_corrected_with_a_reason() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled())
    story.when(correct()).then(term_corrected())


def test_a_correction_lets_nobody_sit_on_another() -> None:
    story = THE_SEATS.given(
        seat_opened(),
        seat_filled(valid_to=date(2026, 6, 1)),
        seat_filled(term=2, contact_id=SUCCESSOR, valid_from=date(2026, 6, 1)),
    )
    story.when(correct(valid_to=date(2026, 7, 1))).then_refused(
        SeatTaken, field="valid_from", term=2, valid_from=date(2026, 6, 1), valid_to=None
    )


def test_a_correction_stays_within_the_seat() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled())
    story.when(correct(valid_from=date(2025, 1, 1))).then_refused(SeatNotOpen, field="valid_from")
    story.when(correct(valid_to=date(2026, 1, 15))).then_refused(TermEmpty, field="valid_to")


def test_a_term_that_there_is_not_has_no_days() -> None:
    THE_SEATS.given(seat_opened()).when(correct()).then_refused(TermUnknown)


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


def test_who_is_gone_is_not_given_days_from_then_on() -> None:
    ended = (seat_opened(), seat_filled(), seat_vacated(because="contact_erased"))
    for erased, refusal in ((True, ContactIsErased), (False, ContactRoleEnded)):
        gone = ContactGone(GONE, erased=erased)
        story = THE_SEATS.given(*ended)
        story.when(correct(contact_gone=gone)).then_refused(refusal, field="valid_to")
        later = GONE + timedelta(days=1)
        story.when(correct(contact_gone=gone, valid_to=later)).then_refused(refusal, field="valid_to")


def test_who_was_gone_before_the_term_began_does_not_sit_on_days_before_it_either() -> None:
    ahead = date(2026, 9, 1)
    called_off = seat_vacated(vacated_on=ahead, because="contact_removed")
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_from=ahead), called_off)
    gone = ContactGone(GONE, erased=False)
    story.when(correct(contact_gone=gone, valid_to=ahead)).then_refused(ContactRoleEnded, field="valid_to")


def test_who_is_gone_is_given_the_days_before_that_were_left_out() -> None:
    ended = date(2026, 5, 1)
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_to=ended))
    story.when(correct(contact_gone=ContactGone(GONE, erased=True), valid_to=GONE)).then(
        term_corrected(old_valid_to=ended, valid_to=GONE)
    )


def test_the_first_day_of_a_term_that_was_asked_for_later_is_put_right_although_a_role_had_ended() -> None:
    gone = ContactGone(GONE, erased=False)
    closed_on = date(2027, 1, 1)
    until_further_notice = THE_SEATS.given(seat_opened(), seat_filled())
    until_the_seat_closes = THE_SEATS.given(
        seat_opened(), seat_closed(closed_on=closed_on), seat_filled(valid_to=closed_on)
    )

    until_further_notice.when(correct(contact_gone=gone)).then(term_corrected())
    until_the_seat_closes.when(correct(contact_gone=gone)).then(
        term_corrected(old_valid_to=closed_on, valid_to=closed_on)
    )
