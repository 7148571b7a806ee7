from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.membership.contacts.domain import (
    AppointContact,
    ContactGroupMissing,
    ContactGroupSuperfluous,
    ContactIsErased,
    ContactRoleNotHeld,
    ContactTermEmpty,
    ContactTermOverlaps,
    ContactUnknown,
    EraseContact,
    RemoveContact,
    contacts,
    replaced,
)
from services.membership.contract import ContactId
from tests.support.examples.membership import (
    CONTACT,
    LYNGEN,
    contact_appointed,
    contact_erased,
    contact_removed,
)
from tests.support.given_when_then import Scenario

GROUP = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c"
ANOTHER_GROUP = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2e"
SOMEBODY_ELSE = ContactId("0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2d")

given = Scenario(contacts).given

about: dict[str, Any] = {"municipality_id": LYNGEN, "contact_id": CONTACT, "role": "director"}
appoint = AppointContact(**about, valid_from=date(2023, 1, 1))
remove = RemoveContact(**about, valid_to=date(2024, 7, 1))
erase = EraseContact(municipality_id=LYNGEN, contact_id=CONTACT, today=date(2024, 7, 1))
appointed = contact_appointed(valid_from=date(2023, 1, 1), valid_to=None)
removed = contact_removed(valid_to=date(2024, 7, 1))
erased = contact_erased()


def test_a_contact_is_appointed_also_ahead() -> None:
    ahead = date(2030, 1, 1)

    given().when(appoint).then(appointed)
    given().when(replace(appoint, valid_from=ahead)).then(contact_appointed(valid_from=ahead))


def test_the_same_term_again_is_nothing_new() -> None:
    given(appointed).when(appoint).then_nothing()


def test_a_contact_never_holds_one_role_twice_at_a_time() -> None:
    for valid_from, valid_to in [
        (date(2022, 1, 1), None),
        (date(2022, 1, 1), date(2023, 1, 2)),
        (date(2024, 6, 30), date(2025, 1, 1)),
    ]:
        wanted = replace(appoint, valid_from=valid_from, valid_to=valid_to)
        given(appointed, removed).when(wanted).then_refused(
            ContactTermOverlaps, field="valid_from", valid_from=date(2023, 1, 1), valid_to=date(2024, 7, 1)
        )


def test_a_term_may_begin_on_the_day_another_ends() -> None:
    next_term = replace(appoint, valid_from=date(2024, 7, 1))

    given(appointed, removed).when(next_term).then(contact_appointed(valid_from=date(2024, 7, 1)))


def test_a_term_may_end_before_or_on_the_day_on_which_another_begins() -> None:
    for valid_to in (date(2022, 12, 1), date(2023, 1, 1)):
        earlier = replace(appoint, valid_from=date(2022, 1, 1), valid_to=valid_to)
        given(appointed).when(earlier).then(contact_appointed(valid_from=date(2022, 1, 1), valid_to=valid_to))


def test_a_contact_may_hold_several_roles_and_a_role_several_contacts() -> None:
    other = replace(appoint, contact_id=SOMEBODY_ELSE)

    given(appointed).when(replace(appoint, role="invoice")).then(contact_appointed(role="invoice"))
    given(appointed).when(other).then(contact_appointed(contact_id=SOMEBODY_ELSE))


def test_a_contact_of_a_group_says_of_which() -> None:
    of_group = replace(appoint, role="group", group_id=GROUP)

    given().when(replace(of_group, group_id=None)).then_refused(ContactGroupMissing, field="group_id")
    given().when(replace(appoint, group_id=GROUP)).then_refused(ContactGroupSuperfluous, field="group_id")
    given().when(of_group).then(contact_appointed(role="group", group_id=GROUP))


def test_a_term_has_at_least_one_day() -> None:
    empty = replace(appoint, valid_to=appoint.valid_from)

    given().when(empty).then_refused(ContactTermEmpty, field="valid_to")


def test_a_role_ends_on_a_date() -> None:
    given(appointed).when(remove).then(removed)


def test_a_role_that_has_ended_on_that_date_ends_no_second_time() -> None:
    given(appointed, removed).when(remove).then_nothing()


def test_a_role_that_is_not_held_cannot_end() -> None:
    later = replace(remove, valid_to=date(2025, 1, 1))

    given().when(remove).then_refused(ContactUnknown)
    given(appointed).when(replace(remove, role="archive")).then_refused(ContactRoleNotHeld, field="valid_to")
    given(appointed, removed).when(later).then_refused(ContactRoleNotHeld, field="valid_to")


def test_leaving_one_group_is_not_leaving_another() -> None:
    of_group = contact_appointed(role="group", group_id=GROUP)
    of_another = contact_appointed(role="group", group_id=ANOTHER_GROUP)
    leave = replace(remove, role="group", group_id=GROUP)
    left = contact_removed(role="group", group_id=GROUP, valid_to=date(2024, 7, 1))

    given(of_another).when(leave).then_refused(ContactRoleNotHeld, field="valid_to")
    given(of_another, of_group).when(leave).then(left)
    terms = contacts.fold([of_another, of_group, left]).known[CONTACT].terms
    assert [(term.group_id, term.valid_to) for term in terms] == [
        (ANOTHER_GROUP, None),
        (GROUP, date(2024, 7, 1)),
    ]


def test_a_term_that_would_begin_after_the_removal_never_does() -> None:
    until = contact_appointed(valid_from=date(2023, 1, 1), valid_to=date(2025, 1, 1))
    ahead = contact_appointed(valid_from=date(2030, 1, 1))

    terms = contacts.fold([until, ahead, removed]).known[CONTACT].terms

    assert [(term.valid_from, term.valid_to) for term in terms] == [(date(2023, 1, 1), date(2024, 7, 1))]


def test_a_removal_on_the_day_on_which_a_term_begins_leaves_nothing_of_it() -> None:
    begins = contact_appointed(valid_from=date(2024, 7, 1))

    assert contacts.fold([begins, removed]).known[CONTACT].terms == ()


def test_a_removal_touches_terms_of_its_role_that_still_run() -> None:
    over = contact_appointed(valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    other_role = contact_appointed(role="invoice", valid_from=date(2023, 1, 1), valid_to=None)

    terms = contacts.fold([over, other_role, appointed, removed]).known[CONTACT].terms

    assert [(term.role, term.valid_to) for term in terms] == [
        ("director", date(2021, 1, 1)),
        ("invoice", None),
        ("director", date(2024, 7, 1)),
    ]


def test_a_removal_tells_the_end_of_the_first_term_of_its_role_that_still_runs() -> None:
    over = contact_appointed(valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    other_role = contact_appointed(role="invoice", valid_from=date(2022, 1, 1), valid_to=date(2029, 1, 1))
    running = contact_appointed(valid_from=date(2023, 1, 1), valid_to=date(2026, 1, 1))
    ahead = contact_appointed(valid_from=date(2027, 1, 1), valid_to=date(2028, 1, 1))

    known = contacts.fold([over, other_role, ahead, running])

    assert replaced(known, removed) == {"valid_to": date(2026, 1, 1)}
    assert replaced(known, appointed) == {}


def test_a_removal_tells_the_end_that_it_replaces() -> None:
    until = contact_appointed(valid_from=date(2023, 1, 1), valid_to=date(2026, 1, 1))

    assert replaced(contacts.fold([until]), removed) == {"valid_to": date(2026, 1, 1)}
    assert replaced(contacts.fold([appointed]), removed) == {"valid_to": None}


def test_an_erasure_ends_what_still_runs_and_happens_once() -> None:
    given(appointed).when(erase).then(removed, erased)
    given(appointed, removed).when(erase).then(erased)
    given(appointed, removed, erased).when(replace(erase, today=date(2025, 1, 1))).then_nothing()


def test_nobody_unknown_is_erased() -> None:
    given().when(erase).then_refused(ContactUnknown)


def test_an_erased_contact_holds_no_role_ever_after() -> None:
    later = replace(appoint, valid_from=date(2030, 1, 1))

    given(appointed, removed, erased).when(later).then_refused(ContactIsErased, field="contact_id")
    given(appointed, removed, erased).when(remove).then_refused(ContactIsErased, field="contact_id")
