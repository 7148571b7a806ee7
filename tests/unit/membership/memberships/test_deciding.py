from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.refusals import (
    AlreadyInvited,
    AlreadyResolved,
    ConditionsAlreadySettled,
    ConditionsMismatch,
    DateAhead,
    DatesOutOfOrder,
    HostHasNoAgreement,
    MunicipalityCeased,
    NoConditions,
    NotInvited,
    VersionExpired,
)
from tests.support.examples.membership import (
    HARSTAD,
    council_resolved,
    document,
    joining_date_set,
    municipality_invited,
    municipality_joined,
    municipality_left,
    resolution_conditions_settled,
    treatment_registered,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import (
    FACTS,
    invite,
    resolve,
    settle,
    treat,
)

given = Scenario(memberships).given

invited = municipality_invited()
approved = council_resolved()
rejected = council_resolved(outcome="rejected")
deferred = council_resolved(outcome="deferred")
conditional = council_resolved(outcome="approved_with_conditions", conditions=("Utgiften dekkes",))


def test_the_office_invites_with_a_deadline() -> None:
    given().when(invite()).then(invited)


def test_the_same_invitation_again_changes_nothing() -> None:
    given(invited).when(invite()).then_nothing()


def test_an_open_round_is_not_opened_again() -> None:
    later = invite(invited_on=date(2022, 7, 1))

    given(invited).when(later).then_refused(AlreadyInvited, round=1, reply_by="2022-11-01")


def test_a_silent_council_may_be_asked_again_after_its_deadline() -> None:
    again = invite(invited_on=date(2022, 11, 2), reply_by=date(2023, 3, 1))

    given(invited).when(again).then(
        municipality_invited(round=2, invited_on=date(2022, 11, 2), reply_by=date(2023, 3, 1))
    )


def test_a_rejection_may_be_followed_by_a_new_round() -> None:
    again = invite(invited_on=date(2022, 10, 20), reply_by=date(2023, 3, 1))

    given(invited, rejected).when(again).then(
        municipality_invited(round=2, invited_on=date(2022, 10, 20), reply_by=date(2023, 3, 1))
    )


def test_an_approval_is_not_undone_by_an_invitation() -> None:
    again = invite(invited_on=date(2022, 12, 1), reply_by=date(2023, 3, 1))

    given(invited, approved).when(again).then_refused(AlreadyInvited, round=1, reply_by="2022-11-01")


def test_who_has_left_may_be_invited_again_and_needs_everything_anew() -> None:
    left = municipality_left(left_on=date(2023, 5, 1))
    history = (invited, approved, joining_date_set(), municipality_joined(), left)
    again = municipality_invited(round=2, invited_on=date(2023, 5, 2), reply_by=date(2023, 9, 1))

    given(*history).when(invite(invited_on=date(2023, 5, 2), reply_by=date(2023, 9, 1))).then(again)
    assert not memberships.fold((*history, again)).approved


def test_the_deadline_comes_after_the_invitation() -> None:
    given().when(invite(reply_by=date(2022, 6, 1))).then_refused(
        DatesOutOfOrder, field="reply_by", earliest="2022-06-01"
    )


def test_an_invitation_is_not_dated_ahead() -> None:
    given().when(invite(today=date(2022, 5, 31))).then_refused(
        DateAhead, field="invited_on", latest="2022-05-31"
    )


def test_nobody_is_invited_to_a_version_that_is_over() -> None:
    late = invite(invited_on=date(2027, 1, 1), reply_by=date(2027, 2, 1), today=date(2027, 1, 1))

    given().when(late).then_refused(VersionExpired, field="invited_on", valid_to="2027-01-01")


def test_a_municipality_that_is_no_more_is_not_invited() -> None:
    gone = replace(FACTS, ceased_on=date(2022, 1, 1))

    given().when(invite(facts=gone)).then_refused(MunicipalityCeased, ceased_on="2022-01-01")


def test_the_host_is_not_invited() -> None:
    given().when(invite(municipality_id=HARSTAD)).then_refused(HostHasNoAgreement)


def test_a_new_round_is_not_dated_before_the_earlier_one() -> None:
    earlier = invite(invited_on=date(2022, 5, 1), reply_by=date(2022, 12, 1))

    given(invited, rejected).when(earlier).then_refused(
        DatesOutOfOrder, field="invited_on", earliest="2022-06-01", rests_on="the earlier invitation"
    )


def test_a_treatment_needs_an_invitation() -> None:
    given().when(treat()).then_refused(NotInvited, missing=["invitation"])


def test_a_treatment_is_registered() -> None:
    given(invited).when(treat()).then(treatment_registered())


def test_a_treatment_keeps_its_paper() -> None:
    paper = document(kind="treatment")

    given(invited).when(treat(document=paper)).then(treatment_registered(document=paper))


def test_the_host_treats_without_an_invitation() -> None:
    given().when(treat(municipality_id=HARSTAD)).then(treatment_registered(municipality_id=HARSTAD))


def test_the_same_treatment_again_changes_nothing() -> None:
    given(invited, treatment_registered()).when(treat()).then_nothing()


def test_a_planned_treatment_may_lie_ahead_and_is_brought_up_to_date() -> None:
    ahead = treat(outcome="planned", treated_on=date(2023, 9, 1))
    planned = treatment_registered(outcome="planned", treated_on=date(2023, 9, 1))

    given(invited).when(ahead).then(planned)
    given(invited, planned).when(treat()).then(treatment_registered())


def test_what_a_body_has_said_is_not_dated_ahead() -> None:
    given(invited).when(treat(treated_on=date(2023, 9, 1))).then_refused(
        DateAhead, field="treated_on", latest="2023-06-01"
    )


def test_nothing_is_treated_after_the_last_word() -> None:
    after = treat(treated_on=date(2022, 10, 5))

    given(invited, approved).when(after).then_refused(
        AlreadyResolved, field="treated_on", resolved_on="2022-10-04"
    )
    given(invited, approved).when(treat()).then(treatment_registered())


def test_a_resolution_keeps_its_paper() -> None:
    paper = document(kind="resolution")

    given(invited).when(resolve(document=paper)).then(council_resolved(document=paper))


def test_the_council_decides_only_after_an_invitation() -> None:
    given().when(resolve()).then_refused(NotInvited, missing=["invitation"])


def test_the_council_approves() -> None:
    given(invited).when(resolve()).then(approved)


def test_the_host_resolves_without_an_invitation() -> None:
    given().when(resolve(municipality_id=HARSTAD)).then(council_resolved(municipality_id=HARSTAD))


def test_a_host_that_rejected_may_decide_again() -> None:
    first = council_resolved(municipality_id=HARSTAD, outcome="rejected")
    second = resolve(municipality_id=HARSTAD, resolved_on=date(2022, 12, 1))

    given(first).when(second).then(council_resolved(municipality_id=HARSTAD, resolved_on=date(2022, 12, 1)))


def test_the_same_resolution_again_changes_nothing() -> None:
    given(invited, approved).when(resolve()).then_nothing()


def test_a_resolution_is_not_replaced_by_another() -> None:
    given(invited, approved).when(resolve(outcome="rejected")).then_refused(
        AlreadyResolved, outcome="approved"
    )


def test_a_rejection_stands_until_a_new_round() -> None:
    later = resolve(resolved_on=date(2022, 12, 1))

    given(invited, rejected).when(later).then_refused(AlreadyResolved, outcome="rejected")


def test_a_deferral_is_followed_by_a_resolution_that_names_what_it_replaces() -> None:
    decided = council_resolved(resolved_on=date(2022, 12, 1))
    state = memberships.fold((invited, deferred))

    given(invited, deferred).when(resolve(resolved_on=date(2022, 12, 1))).then(decided)
    assert memberships.previous(state, decided) == {
        "outcome": "deferred",
        "resolved_on": date(2022, 10, 4),
    }


def test_a_first_resolution_replaces_nothing() -> None:
    assert memberships.previous(memberships.fold((invited,)), approved) == {}


def test_a_resolution_does_not_come_before_the_deferral() -> None:
    before = resolve(resolved_on=date(2022, 10, 1))

    given(invited, deferred).when(before).then_refused(
        DatesOutOfOrder, field="resolved_on", earliest="2022-10-04", rests_on="the earlier resolution"
    )


def test_a_resolution_does_not_come_before_the_invitation() -> None:
    before = resolve(resolved_on=date(2022, 5, 1))

    given(invited).when(before).then_refused(
        DatesOutOfOrder, earliest="2022-06-01", field="resolved_on", rests_on="the invitation"
    )


def test_a_resolution_is_not_dated_ahead() -> None:
    given(invited).when(resolve(today=date(2022, 10, 3))).then_refused(
        DateAhead, field="resolved_on", latest="2022-10-03"
    )


def test_an_approval_with_conditions_names_them() -> None:
    given(invited).when(resolve(outcome="approved_with_conditions")).then_refused(
        ConditionsMismatch, field="conditions", outcome="approved_with_conditions"
    )


def test_conditions_belong_to_an_approval_with_conditions_only() -> None:
    given(invited).when(resolve(conditions=("Noe",))).then_refused(
        ConditionsMismatch, field="conditions", outcome="approved"
    )


def test_conditions_are_settled() -> None:
    given(invited, conditional).when(settle()).then(resolution_conditions_settled())


def test_the_settlement_says_in_which_case_it_is_filed() -> None:
    given(invited, conditional).when(settle(archive_case="22/310")).then(
        resolution_conditions_settled(archive_case="22/310")
    )


def test_settling_again_the_same_way_changes_nothing() -> None:
    given(invited, conditional, resolution_conditions_settled()).when(settle()).then_nothing()


def test_conditions_are_settled_once() -> None:
    history = (invited, conditional, resolution_conditions_settled())

    given(*history).when(settle(manner="met")).then_refused(ConditionsAlreadySettled, settled_on="2022-10-20")


def test_an_approval_without_conditions_has_none_to_settle() -> None:
    given(invited, approved).when(settle()).then_refused(NoConditions)


def test_conditions_are_settled_after_the_resolution_and_not_ahead() -> None:
    given(invited, conditional).when(settle(settled_on=date(2022, 10, 3))).then_refused(
        DatesOutOfOrder, field="settled_on", earliest="2022-10-04", rests_on="the resolution"
    )
    given(invited, conditional).when(settle(today=date(2022, 10, 19))).then_refused(
        DateAhead, field="settled_on", latest="2022-10-19"
    )
