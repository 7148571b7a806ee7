"""Who may sit in a seat, and from when to when."""

from __future__ import annotations

from datetime import date

from services.groups.seats.domain import GiveUpSeat, SeatNotFromSignUp, seats
from services.groups.seats.terms import (
    ContactIsErased,
    ContactOfAnotherMunicipality,
    ContactRoleEnded,
    SeatAlreadyVacant,
    SeatNotOpen,
    SeatTaken,
    SeatUnknown,
    TermEmpty,
)
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
from tests.support.seat_commands import appoint, removed, vacate

THE_SEATS = Scenario(seats)


def test_a_vacant_seat_is_filled() -> None:
    THE_SEATS.given(seat_opened()).when(appoint()).then(seat_filled())


def test_a_term_may_lie_ahead_and_end() -> None:
    term = {"valid_from": date(2030, 1, 1), "valid_to": date(2031, 1, 1)}
    THE_SEATS.given(seat_opened()).when(appoint(**term)).then(seat_filled(**term))


def test_the_same_appointment_again_changes_nothing() -> None:
    THE_SEATS.given(seat_opened(), seat_filled()).when(appoint()).then_nothing()


def test_a_seat_that_is_taken_is_not_taken_over_silently() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled())
    story.when(appoint(contact_id=SUCCESSOR, valid_from=date(2026, 5, 1))).then_refused(
        SeatTaken, field="valid_from", term=1, valid_from=date(2026, 2, 1), valid_to=None
    )


def test_the_successor_begins_on_the_day_the_predecessor_ends() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled(), seat_vacated())
    story.when(appoint(contact_id=SUCCESSOR, valid_from=date(2026, 6, 1))).then(
        seat_filled(term=2, contact_id=SUCCESSOR, valid_from=date(2026, 6, 1))
    )


def test_a_deputy_sits_beside_the_member_but_not_beside_another_deputy() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled())
    deputy = seat_filled(term=2, contact_id=SUCCESSOR, deputy=True)
    story.when(appoint(contact_id=SUCCESSOR, deputy=True)).then(deputy)
    taken = THE_SEATS.given(seat_opened(), deputy)
    taken.when(appoint(deputy=True)).then_refused(
        SeatTaken, field="valid_from", term=2, valid_from=date(2026, 2, 1), valid_to=None
    )


def test_nobody_sits_before_the_seat_opens() -> None:
    THE_SEATS.given(seat_opened()).when(appoint(valid_from=date(2025, 12, 31))).then_refused(
        SeatNotOpen, field="valid_from"
    )


def test_nobody_sits_after_the_seat_has_closed() -> None:
    story = THE_SEATS.given(seat_opened(), seat_closed())
    story.when(appoint(valid_from=date(2027, 1, 1))).then_refused(SeatNotOpen, field="valid_from")
    story.when(appoint(valid_to=date(2027, 1, 2))).then_refused(SeatNotOpen, field="valid_to")
    story.when(appoint()).then(seat_filled(valid_to=date(2027, 1, 1)))


def test_a_term_without_a_day_is_refused() -> None:
    THE_SEATS.given(seat_opened()).when(appoint(valid_to=date(2026, 2, 1))).then_refused(
        TermEmpty, field="valid_to"
    )


def test_a_seat_that_does_not_exist_is_not_filled() -> None:
    THE_SEATS.given(seat_opened()).when(appoint(seat=2)).then_refused(SeatUnknown)
    never = seat_closed(closed_on=date(2026, 1, 1))
    THE_SEATS.given(seat_opened(), never).when(appoint()).then_refused(SeatUnknown)


def test_an_erased_contact_sits_nowhere() -> None:
    THE_SEATS.given(seat_opened()).when(appoint(contact_standing="erased")).then_refused(
        ContactIsErased, field="contact_id"
    )


def test_a_contact_of_another_municipality_is_not_appointed() -> None:
    story = THE_SEATS.given(seat_opened())
    story.when(appoint(contact_standing="elsewhere")).then_refused(
        ContactOfAnotherMunicipality, field="contact_id"
    )


def test_nobody_sits_longer_than_the_role_lasts() -> None:
    story, ends = THE_SEATS.given(seat_opened()), date(2026, 6, 1)
    until_then = {"valid_to": ends}

    story.when(appoint(role_ends=ends, **until_then)).then(seat_filled(**until_then))
    for longer in ({}, {"valid_to": date(2026, 6, 2)}):
        story.when(appoint(role_ends=ends, **longer)).then_refused(ContactRoleEnded, field="contact_id")


def test_a_seat_that_closes_before_the_role_ends_is_filled_until_then() -> None:
    story = THE_SEATS.given(seat_opened(), seat_closed(closed_on=date(2027, 1, 1)))
    story.when(appoint(role_ends=date(2027, 1, 1))).then(seat_filled(valid_to=date(2027, 1, 1)))


def test_a_term_that_was_ended_on_its_first_day_is_ended_there_once() -> None:
    first = date(2026, 2, 1)
    THE_SEATS.given(seat_opened(), seat_filled(), seat_vacated(vacated_on=first)).when(
        vacate(vacated_on=first)
    ).then()


def test_a_term_ends_and_the_seat_is_vacant() -> None:
    THE_SEATS.given(seat_opened(), seat_filled()).when(vacate()).then(seat_vacated())


def test_a_term_that_has_not_begun_is_called_off() -> None:
    story = THE_SEATS.given(seat_opened(), seat_filled(valid_from=date(2026, 9, 1)))
    story.when(vacate()).then(seat_vacated(vacated_on=date(2026, 9, 1)))


def test_ending_the_same_term_on_the_same_day_again_changes_nothing() -> None:
    THE_SEATS.given(seat_opened(), seat_filled(), seat_vacated()).when(vacate()).then_nothing()


def test_a_vacant_seat_cannot_be_vacated() -> None:
    THE_SEATS.given(seat_opened()).when(vacate()).then_refused(SeatAlreadyVacant, field="vacated_on")
    ended = THE_SEATS.given(seat_opened(), seat_filled(), seat_vacated())
    ended.when(vacate(vacated_on=date(2026, 7, 1))).then_refused(SeatAlreadyVacant, field="vacated_on")


def test_the_terms_of_a_removed_contact_end() -> None:
    ended = seat_vacated(because="contact_removed")
    THE_SEATS.given(seat_opened(), seat_filled()).when(removed()).then(ended)
    THE_SEATS.given(seat_opened(), seat_filled(), ended).when(removed()).then_nothing()


def test_other_contacts_stay_when_one_is_removed() -> None:
    THE_SEATS.given(seat_opened(), seat_filled(contact_id=SUCCESSOR)).when(removed()).then_nothing()


def test_a_seat_from_a_sign_up_can_be_given_up() -> None:
    story = THE_SEATS.given(seat_opened(choice_id=CHOICE), seat_filled())
    give_up = GiveUpSeat(municipality_id=LOPPA, group_id=LEADERS, seat=1, closed_on=date(2026, 6, 1))
    ended = seat_vacated(because="seat_closed")
    story.when(give_up).then(ended, seat_closed(closed_on=date(2026, 6, 1), reason="given_up"))


def test_who_gave_the_seat_up_has_nothing_there_that_could_end_once_more() -> None:
    given_up = seat_closed(closed_on=date(2026, 6, 1), reason="given_up")
    story = THE_SEATS.given(
        seat_opened(choice_id=CHOICE), seat_filled(), seat_vacated(because="seat_closed"), given_up
    )
    story.when(vacate()).then_nothing()
    story.when(removed(ends_on=date(2026, 7, 1))).then_nothing()


def test_giving_up_a_seat_leaves_terms_alone_that_are_over_or_never_began() -> None:
    over = seat_filled(valid_to=date(2026, 3, 1))
    never = seat_filled(term=2, contact_id=SUCCESSOR, valid_from=date(2026, 7, 1))
    called_off = seat_vacated(term=2, contact_id=SUCCESSOR, vacated_on=date(2026, 7, 1))
    story = THE_SEATS.given(seat_opened(choice_id=CHOICE), over, never, called_off)
    give_up = GiveUpSeat(municipality_id=LOPPA, group_id=LEADERS, seat=1, closed_on=date(2026, 6, 1))
    story.when(give_up).then(seat_closed(closed_on=date(2026, 6, 1), reason="given_up"))


def test_a_seat_that_is_closed_by_then_cannot_be_given_up() -> None:
    story = THE_SEATS.given(seat_opened(choice_id=CHOICE), seat_closed(closed_on=date(2026, 6, 1)))
    give_up = GiveUpSeat(municipality_id=LOPPA, group_id=LEADERS, seat=1, closed_on=date(2026, 6, 1))
    story.when(give_up).then_refused(SeatNotOpen, field="closed_on")


def test_a_fixed_seat_cannot_be_given_up() -> None:
    give_up = GiveUpSeat(municipality_id=LOPPA, group_id=LEADERS, seat=1, closed_on=date(2026, 6, 1))
    THE_SEATS.given(seat_opened()).when(give_up).then_refused(SeatNotFromSignUp)
