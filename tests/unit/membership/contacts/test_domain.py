from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.contacts.domain import (
    AppointContact,
    ContactIsErased,
    ContactUnknown,
    EraseContact,
    GroupMismatch,
    RemoveContact,
    RoleNotHeld,
    RoleOverlap,
    TermEmpty,
    contacts,
)
from tests.support.examples.membership import (
    CONTACT,
    LYNGEN,
    contact_appointed,
    contact_erased,
    contact_removed,
)
from tests.support.given_when_then import Scenario

given = Scenario(contacts).given

appoint = AppointContact(
    municipality_id=LYNGEN,
    contact_id=CONTACT,
    role="director",
    group_id=None,
    valid_from=date(2023, 1, 1),
    valid_to=None,
)
remove = RemoveContact(
    municipality_id=LYNGEN, contact_id=CONTACT, role="director", group_id=None, valid_to=date(2024, 7, 1)
)
erase = EraseContact(municipality_id=LYNGEN, contact_id=CONTACT, today=date(2024, 7, 1))


def test_a_contact_is_given_a_role_which_may_lie_ahead() -> None:
    ahead = date(2030, 1, 1)

    given().when(appoint).then(contact_appointed())
    given().when(replace(appoint, valid_from=ahead)).then(contact_appointed(valid_from=ahead))


def test_the_same_term_again_changes_nothing() -> None:
    given(contact_appointed()).when(appoint).then_nothing()


def test_nobody_holds_the_same_role_twice_at_a_time() -> None:
    again = replace(appoint, valid_from=date(2025, 1, 1))

    given(contact_appointed()).when(again).then_refused(RoleOverlap, field="valid_from")
    given(contact_appointed(), contact_removed()).when(again).then(
        contact_appointed(valid_from=date(2025, 1, 1))
    )


def test_a_contact_may_hold_several_roles() -> None:
    other = replace(appoint, role="invoice")

    given(contact_appointed()).when(other).then(contact_appointed(role="invoice"))


def test_a_group_is_named_for_the_role_in_a_group_and_only_there() -> None:
    group = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c"

    given().when(replace(appoint, role="group")).then_refused(GroupMismatch)
    given().when(replace(appoint, group_id=group)).then_refused(GroupMismatch, field="group_id")
    given().when(replace(appoint, role="group", group_id=group)).then(
        contact_appointed(role="group", group_id=group)
    )


def test_a_term_lasts_for_a_day_at_least() -> None:
    given().when(replace(appoint, valid_to=appoint.valid_from)).then_refused(TermEmpty)


def test_a_role_ends_on_a_date() -> None:
    given(contact_appointed()).when(remove).then(contact_removed())
    given(contact_appointed(), contact_removed()).when(remove).then_nothing()


def test_a_role_that_is_not_held_cannot_end() -> None:
    later = replace(remove, valid_to=date(2025, 1, 1))

    given().when(remove).then_refused(ContactUnknown)
    given(contact_appointed(), contact_removed()).when(later).then_refused(RoleNotHeld)


def test_an_erasure_ends_what_runs_and_is_recorded_once() -> None:
    given(contact_appointed()).when(erase).then(contact_removed(), contact_erased())
    given(contact_appointed(), contact_removed()).when(erase).then(contact_erased())
    given(contact_appointed(), contact_removed(), contact_erased()).when(erase).then_nothing()


def test_the_erased_are_given_no_role_again() -> None:
    history = (contact_appointed(), contact_removed(), contact_erased())

    given(*history).when(replace(appoint, valid_from=date(2025, 1, 1))).then_refused(ContactIsErased)
