"""Where the wrong one was recorded in a term, the right one takes all of its days."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.seats.alignment import Span
from services.groups.seats.contact_corrections import CorrectContact
from services.groups.seats.domain import seats
from services.groups.seats.terms import ContactIsErased, ContactRoleEnded, SeatUnknown, TermUnknown
from tests.support.examples.groups import (
    CHOICE,
    LEADER,
    LEADERS,
    LOPPA,
    SUCCESSOR,
    seat_filled,
    seat_opened,
    seat_vacated,
)
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import JOINED, LATER, LEFT, after, aligned, sign_up, vacate

given = Scenario(seats).given
BEGAN = date(2026, 2, 1)
REASON = "Feil person valgt"


def correct(**changes: Any) -> CorrectContact:
    asked: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "term": 1,
        "contact_id": SUCCESSOR,
        "contact_standing": "known",
        "role_ends": None,
        "role": "specialist",
        "reason": REASON,
    }
    return CorrectContact(**(asked | changes))


def test_the_wrong_one_never_sat_and_the_right_one_has_the_same_days() -> None:
    days = {"deputy": True, "valid_to": date(2026, 12, 1)}
    given(seat_opened(), seat_filled(**days)).when(correct()).then(
        seat_vacated(vacated_on=BEGAN, deputy=True, reason=REASON),
        seat_filled(term=2, contact_id=SUCCESSOR, role="specialist", reason=REASON, **days),
    )


def test_the_term_that_is_named_is_put_right_although_another_one_runs_today() -> None:
    story = given(
        seat_opened(),
        seat_filled(),
        seat_vacated(),
        seat_filled(term=2, contact_id=SUCCESSOR, valid_from=date(2026, 6, 1)),
    )
    story.when(correct(role="director")).then(
        seat_vacated(vacated_on=BEGAN, reason=REASON),
        seat_filled(term=3, contact_id=SUCCESSOR, valid_to=date(2026, 6, 1), reason=REASON),
    )


def test_a_later_term_is_put_right_and_the_earlier_one_stays() -> None:
    days = {"valid_from": date(2026, 6, 1), "valid_to": None}
    story = given(seat_opened(), seat_filled(), seat_vacated(), seat_filled(term=2, **days))
    story.when(correct(term=2)).then(
        seat_vacated(term=2, vacated_on=date(2026, 6, 1), reason=REASON),
        seat_filled(term=3, contact_id=SUCCESSOR, role="specialist", reason=REASON, **days),
    )


def test_a_role_is_put_right_in_the_same_way() -> None:
    given(seat_opened(), seat_filled()).when(correct(contact_id=LEADER)).then(
        seat_vacated(vacated_on=BEGAN, reason=REASON),
        seat_filled(term=2, role="specialist", reason=REASON),
    )


def test_the_right_one_sits_from_joining_and_the_wrong_one_never_also_when_that_date_moves() -> None:
    signed_up = [seat_opened(choice_id=CHOICE, from_joining=True), seat_filled(valid_from=JOINED)]
    put_right = after(signed_up, correct())
    earlier = date(2025, 11, 1)
    moved = after(signed_up, correct(), aligned(Span(earlier, None), seats=0, sign_ups=(sign_up(),)))

    assert [(term.contact_id, term.began) for term in put_right.seats[0].terms] == [
        (LEADER, False),
        (SUCCESSOR, True),
    ]
    assert [(term.contact_id, term.began) for term in moved.seats[0].terms] == [
        (LEADER, False),
        (SUCCESSOR, True),
    ]
    assert moved.seats[0].terms[1].valid_from == earlier


def test_the_right_one_sits_on_the_days_that_were_asked_for_when_the_seat_no_longer_cuts_them() -> None:
    events = [seat_opened(), seat_filled()]
    cut = aligned(Span(LATER, LEFT))
    state = after(events, cut, correct(), aligned(Span(JOINED, None)))
    wrong, right = state.seats[0].terms

    assert not wrong.began
    assert (right.valid_from, right.valid_to) == (BEGAN, None)


def test_a_term_that_is_put_right_twice_keeps_what_was_asked_for() -> None:
    signed_up = [seat_opened(choice_id=CHOICE, from_joining=True), seat_filled(valid_from=JOINED)]
    state = after(signed_up, correct(), correct(term=2, contact_id=LEADER))

    assert [term.asked_from for term in state.seats[0].terms] == [JOINED, JOINED, None]


def test_who_follows_the_right_one_sits_on_days_of_its_own() -> None:
    successor = seat_filled(term=3, valid_from=date(2026, 6, 1))
    state = after([seat_opened(), seat_filled()], correct(), vacate())

    assert seats.evolve(state, successor).seats[0].terms[2].asked_from == date(2026, 6, 1)


def test_who_stands_there_already_is_nothing_new() -> None:
    given(seat_opened(), seat_filled()).when(correct(contact_id=LEADER, role="director")).then_nothing()


def test_a_term_that_never_began_cannot_be_put_right() -> None:
    story = given(seat_opened(), seat_filled(), seat_vacated(vacated_on=BEGAN))
    story.when(correct()).then_refused(TermUnknown)


def test_a_term_that_there_is_not_cannot_be_put_right() -> None:
    given(seat_opened()).when(correct()).then_refused(TermUnknown)
    given().when(correct()).then_refused(SeatUnknown)


def test_an_erased_contact_takes_nobodys_days() -> None:
    given(seat_opened(), seat_filled()).when(correct(contact_standing="erased")).then_refused(
        ContactIsErased, field="contact_id"
    )


def test_a_contact_whose_role_ends_before_the_term_takes_it_over_no_more() -> None:
    story = given(seat_opened(), seat_filled())
    story.when(correct(role_ends=date(2026, 6, 1))).then_refused(ContactRoleEnded, field="contact_id")
