"""The form "Velg faggrupper" is refused without what it requires."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.choices.domain import (
    AlreadySignedUp,
    ChoiceIncomplete,
    ChooseGroups,
    ContactCannotSit,
    ContactHasNoRole,
    GroupNotOpenForSignUp,
    MunicipalityNotInvited,
    choices,
)
from tests.support.examples.groups import CHOICE, HEALTH, LEADER, LOPPA, SCHOOL, groups_chosen
from tests.support.given_when_then import Scenario

THE_CHOICES = Scenario(choices)


def choose(**changes: Any) -> ChooseGroups:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "choice_id": CHOICE,
        "contact_id": LEADER,
        "role": "specialist",
        "group_ids": (HEALTH, SCHOOL),
        "today": date(2026, 3, 1),
        "standing": "member",
        "contact_standing": "known",
    }
    return ChooseGroups(**(given | changes))


def test_a_member_signs_up_with_effect_from_the_day() -> None:
    THE_CHOICES.when(choose()).then(groups_chosen())


def test_a_municipality_on_its_way_signs_up_with_effect_from_joining() -> None:
    THE_CHOICES.when(choose(standing="on_its_way")).then(groups_chosen(effective_from=None))


def test_a_municipality_outside_does_not_sign_up() -> None:
    THE_CHOICES.when(choose(standing="outside")).then_refused(MunicipalityNotInvited)


def test_a_sign_up_without_contact_person_is_refused() -> None:
    THE_CHOICES.when(choose(contact_id="")).then_refused(ChoiceIncomplete, field="contact_id")


def test_a_sign_up_without_a_group_is_refused() -> None:
    THE_CHOICES.when(choose(group_ids=())).then_refused(ChoiceIncomplete, field="group_ids")


def test_a_group_that_is_not_open_is_refused_by_name() -> None:
    story = THE_CHOICES.when(choose(closed_groups=(SCHOOL,)))
    story.then_refused(GroupNotOpenForSignUp, group_ids=[SCHOOL], field="group_ids")


def test_a_contact_that_is_erased_or_elsewhere_does_not_sign_up() -> None:
    THE_CHOICES.when(choose(contact_standing="erased")).then_refused(ContactCannotSit, field="contact_id")
    THE_CHOICES.when(choose(contact_standing="elsewhere")).then_refused(ContactCannotSit, field="contact_id")


def test_a_contact_that_holds_no_role_does_not_sign_up() -> None:
    THE_CHOICES.when(choose(contact_standing="gone")).then_refused(ContactHasNoRole, field="contact_id")


def test_groups_in_which_the_contact_sits_are_left_out() -> None:
    THE_CHOICES.when(choose(already_in=(SCHOOL,))).then(groups_chosen(group_ids=(HEALTH,)))
    THE_CHOICES.when(choose(already_in=(SCHOOL, HEALTH))).then_refused(AlreadySignedUp, field="group_ids")


def test_the_same_form_sent_twice_counts_once() -> None:
    THE_CHOICES.given(groups_chosen()).when(choose()).then_nothing()
