"""Seats follow who signed up and who is no longer a contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.groups.choices.domain import AlreadySignedUp, ContactCannotSit, ContactHasNoRole, choices
from services.membership.contract import (
    ContactAppointed,
    ContactErased,
    ContactRemoved,
    LeavingDateCorrected,
    MunicipalityLeft,
)
from tests.support.examples.groups import (
    HEALTH,
    LEADER,
    LEADERS,
    LOPPA,
    professional_group,
)
from tests.support.loppas_seats import (
    JOINED,
    LEFT,
    TODAY,
    appointment,
    as_sent,
    invited,
    joined,
    of_loppa,
    sign_up,
)


def test_a_sign_up_made_on_the_way_takes_effect_on_joining(stage: Any) -> None:
    stage.happened(professional_group())
    stage.told(invited())
    sign_up(stage, date(2026, 4, 1))
    assert stage.seats(LOPPA, TODAY) == []

    stage.told(joined())
    (seat,) = stage.seats(LOPPA, TODAY)
    assert (seat["valid_from"], seat["member"]["contact_id"]) == (JOINED, LEADER)


def test_a_members_sign_up_adds_a_seat_and_no_second_one(member: Any) -> None:
    sign_up(member, TODAY)
    (seat,) = [seat for seat in member.seats(LOPPA, TODAY) if seat["group_id"] == HEALTH]
    assert (seat["valid_from"], seat["member"]["role"]) == (TODAY, "specialist")

    member.told(joined())
    assert len(member.seats(LOPPA, TODAY)) == 3


def test_no_seat_comes_from_the_sign_up_of_somebody_who_is_gone(stage: Any) -> None:
    stage.happened(professional_group())
    stage.told(invited())
    sign_up(stage, date(2026, 4, 1))
    stage.told(of_loppa(ContactErased, contact_id=LEADER), joined())

    assert stage.seats(LOPPA, TODAY) == []


DIRECTOR = {"contact_id": LEADER, "role": "director", "group_id": None}
OTHER_CHOICE = "01890000-0000-7000-8000-0000000000c2"
GONE = date(2026, 5, 1)


def appointed(valid_from: date, **role: Any) -> Any:
    return of_loppa(ContactAppointed, **(DIRECTOR | role), valid_from=valid_from)


@pytest.fixture
def gone_on_joining(stage: Any) -> Any:
    """Signed up for a group on the way, and no contact any longer when the municipality joined."""
    stage.happened(professional_group())
    stage.told(invited(), appointed(date(2026, 1, 1)))
    sign_up(stage, date(2026, 4, 1))
    stage.told(of_loppa(ContactRemoved, **DIRECTOR, valid_to=GONE), joined(), on=JOINED)
    assert stage.seats(LOPPA, JOINED) == []
    return stage


def test_who_is_back_in_a_role_has_the_seat_of_the_sign_up_from_that_day_on(gone_on_joining: Any) -> None:
    gone_on_joining.told(appointed(TODAY), on=date(2026, 8, 15))

    (seat,) = gone_on_joining.seats(LOPPA, TODAY)
    assert (seat["valid_from"], seat["member"]["contact_id"]) == (TODAY, LEADER)
    before = gone_on_joining.events()
    gone_on_joining.told(joined(), appointed(date(2027, 2, 1), role="digital_lead"), on=TODAY)
    assert gone_on_joining.events() == before
    with pytest.raises(AlreadySignedUp):
        sign_up(gone_on_joining, TODAY, choice_id=OTHER_CHOICE)


def test_who_is_back_with_effect_from_before_joining_has_the_seat_from_joining(gone_on_joining: Any) -> None:
    gone_on_joining.told(appointed(GONE), on=TODAY)

    assert [seat["valid_from"] for seat in gone_on_joining.seats(LOPPA, TODAY)] == [JOINED]


def test_who_is_back_has_a_seat_only_in_the_membership_that_the_sign_up_was_for(gone_on_joining: Any) -> None:
    back, rejoined = date(2026, 10, 1), date(2027, 6, 1)
    gone_on_joining.told(appointed(TODAY), on=TODAY)
    gone_on_joining.told(of_loppa(MunicipalityLeft, left_on=LEFT, cause="withdrawal"), invited(2), on=LEFT)
    sign_up(gone_on_joining, date(2027, 2, 1), choice_id=OTHER_CHOICE)
    gone_again = of_loppa(ContactRemoved, **DIRECTOR, valid_to=date(2027, 3, 1))
    gone_on_joining.told(gone_again, joined(member_from=rejoined), appointed(back), on=rejoined)

    days = [
        (seat["valid_from"], seat["valid_to"])
        for day in (TODAY, rejoined)
        for seat in gone_on_joining.seats(LOPPA, day)
    ]
    assert days == [(TODAY, LEFT), (rejoined, None)]


def test_a_sign_up_with_a_first_day_of_its_own_keeps_it_when_the_person_is_back(member: Any) -> None:
    member.told(appointed(JOINED), of_loppa(ContactRemoved, **DIRECTOR, valid_to=GONE), on=TODAY)
    with member.store.reading() as connection:
        form = as_sent(connection, today=TODAY)
    # As it could be recorded before contacts without a role were refused.
    member.asked(choices, choices.stream(LOPPA), replace(form, contact_standing="known"))
    member.told(appointed(LEFT), on=LEFT)

    assert [seat["valid_from"] for seat in member.seats(LOPPA, LEFT) if seat["choice_id"]] == [TODAY]


def test_a_member_does_not_sign_up_a_contact_without_a_role(member: Any) -> None:
    member.told(appointed(JOINED), of_loppa(ContactRemoved, **DIRECTOR, valid_to=TODAY), on=TODAY)

    with pytest.raises(ContactHasNoRole):
        sign_up(member, TODAY)
    sign_up(member, date(2026, 8, 31))


def test_a_member_does_not_sign_up_an_erased_contact(member: Any) -> None:
    member.told(of_loppa(ContactErased, contact_id=LEADER))

    with pytest.raises(ContactCannotSit):
        sign_up(member, TODAY)


def test_an_erased_contact_leaves_a_vacant_seat_and_its_id_as_a_trace(member: Any) -> None:
    member.appoint(appointment())
    member.told(of_loppa(ContactErased, contact_id=LEADER), on=TODAY)

    assert member.seats(LOPPA, TODAY)[0]["vacant"]
    assert member.seats(LOPPA, date(2026, 8, 31))[0]["member"]["contact_id"] == LEADER


def test_who_is_removed_after_the_seat_has_closed_was_gone_before_and_does_not_come_back(member: Any) -> None:
    member.appoint(appointment())
    member.told(of_loppa(MunicipalityLeft, left_on=LEFT, cause="withdrawal"))
    later = LEFT + timedelta(days=3)
    member.told(of_loppa(ContactRemoved, contact_id=LEADER, role="director", group_id=None, valid_to=later))
    removal = member.store.history()[-1]
    moved_on = LEFT + timedelta(days=30)
    member.told(of_loppa(LeavingDateCorrected, old_left_on=LEFT, left_on=moved_on, reason="Feil"))

    assert (removal.event.vacated_on, removal.previous) == (later, {"vacated_on": LEFT.isoformat()})
    assert not member.seats(LOPPA, later - timedelta(days=1))[0]["vacant"]
    assert member.seats(LOPPA, later)[0]["vacant"]


def test_a_contact_that_goes_on_in_another_role_keeps_its_seat(member: Any) -> None:
    director = {"contact_id": LEADER, "role": "director", "group_id": None}
    lead = {"contact_id": LEADER, "role": "digital_lead", "group_id": None}
    member.told(
        of_loppa(ContactAppointed, **director, valid_from=JOINED),
        of_loppa(ContactAppointed, **lead, valid_from=JOINED),
    )
    member.appoint(appointment())
    member.told(of_loppa(ContactRemoved, **director, valid_to=TODAY))
    assert not member.seats(LOPPA, TODAY)[0]["vacant"]

    member.told(of_loppa(ContactRemoved, **lead, valid_to=TODAY))
    assert member.seats(LOPPA, TODAY)[0]["vacant"]


def test_a_role_for_one_group_ends_only_there(member: Any) -> None:
    sign_up(member, TODAY)
    member.appoint(appointment())
    member.told(
        of_loppa(ContactRemoved, contact_id=LEADER, role="group", group_id=HEALTH, valid_to=date(2026, 10, 1))
    )
    seats = {seat["group_id"]: seat["vacant"] for seat in member.seats(LOPPA, date(2026, 10, 1))[::-1]}

    assert seats == {LEADERS: False, HEALTH: True}
