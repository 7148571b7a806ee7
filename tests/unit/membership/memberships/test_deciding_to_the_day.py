"""Where exactly the rules of the way to an approval draw the line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.refusals import (
    AlreadyInvited,
    AlreadyResolved,
    DatesOutOfOrder,
    MunicipalityCeased,
    NoConditions,
)
from tests.support.examples.membership import (
    HARSTAD,
    agreement_signed,
    council_resolved,
    deadline_neared,
    joining_date_set,
    municipality_invited,
    municipality_joined,
    municipality_left,
    resolution_conditions_settled,
    resolution_corrected,
    treatment_registered,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import FACTS, correct_resolution, invite, resolve, settle, treat

given = Scenario(memberships).given

invited = municipality_invited()
approved = council_resolved()
deferred = council_resolved(outcome="deferred")


def test_until_the_day_on_which_it_ceases_a_municipality_may_be_invited() -> None:
    given().when(invite(facts=replace(FACTS, ceased_on=date(2022, 6, 2)))).then(invited)
    on_the_day = replace(FACTS, ceased_on=date(2022, 6, 1))
    given().when(invite(facts=on_the_day)).then_refused(MunicipalityCeased, ceased_on="2022-06-01")


def test_a_version_without_an_end_is_never_over() -> None:
    given().when(invite(facts=replace(FACTS, valid_to=None))).then(invited)


def test_on_its_deadline_a_council_has_still_time() -> None:
    last_day = invite(invited_on=date(2022, 11, 1), reply_by=date(2023, 3, 1))

    given(invited).when(last_day).then_refused(AlreadyInvited, round=1, reply_by="2022-11-01")


def test_a_deferral_does_not_keep_from_being_asked_again_after_the_deadline() -> None:
    again = invite(invited_on=date(2022, 11, 2), reply_by=date(2023, 3, 1))

    given(invited, deferred).when(again).then(
        municipality_invited(round=2, invited_on=date(2022, 11, 2), reply_by=date(2023, 3, 1))
    )


def test_a_deferral_leaves_the_council_its_time_until_the_deadline() -> None:
    last_day = invite(invited_on=date(2022, 11, 1), reply_by=date(2023, 3, 1))

    given(invited, deferred).when(last_day).then_refused(AlreadyInvited, round=1, reply_by="2022-11-01")


def test_who_has_left_is_not_invited_again_as_of_before_it_joined() -> None:
    left = municipality_left(left_on=date(2023, 5, 1))
    history = (invited, approved, joining_date_set(), municipality_joined(), left)

    given(*history).when(invite(invited_on=date(2022, 12, 31), reply_by=date(2023, 9, 1))).then_refused(
        DatesOutOfOrder, field="invited_on", earliest="2023-01-01", rests_on="the joining date"
    )


def test_a_body_may_treat_on_the_day_of_the_resolution_and_after_a_deferral() -> None:
    same_day = treatment_registered(treated_on=date(2022, 10, 4))
    later = treatment_registered(treated_on=date(2022, 10, 5))

    given(invited, approved).when(treat(treated_on=date(2022, 10, 4))).then(same_day)
    given(invited, deferred).when(treat(treated_on=date(2022, 10, 5))).then(later)


def test_a_host_that_approved_does_not_decide_again() -> None:
    of_host = council_resolved(municipality_id=HARSTAD)
    again = resolve(municipality_id=HARSTAD, resolved_on=date(2022, 12, 6), outcome="rejected")

    given(of_host).when(again).then_refused(AlreadyResolved, outcome="approved")


def test_before_any_resolution_there_are_no_conditions_to_settle() -> None:
    given(invited).when(settle()).then_refused(NoConditions)


def test_a_resolution_is_corrected_up_to_the_day_of_what_rests_on_it() -> None:
    signed = (invited, approved, agreement_signed())
    conditional = council_resolved(outcome="approved_with_conditions", conditions=("Utgiften dekkes",))
    settled = (invited, conditional, resolution_conditions_settled())
    on_the_day = correct_resolution(resolved_on=date(2022, 11, 7))

    given(*signed).when(correct_resolution()).then(resolution_corrected())
    given(*signed).when(on_the_day).then(resolution_corrected(resolved_on=date(2022, 11, 7)))
    given(*settled).when(correct_resolution(resolved_on=date(2022, 10, 21))).then_refused(
        DatesOutOfOrder, rests_on="the settlement of its conditions", field="resolved_on", latest="2022-10-20"
    )


def test_what_was_said_of_a_deadline_is_known_in_the_next_round_too() -> None:
    before = memberships.fold([invited, deadline_neared()])

    assert before.deadlines
    assert memberships.fold([municipality_invited(round=2)], before).deadlines == before.deadlines
