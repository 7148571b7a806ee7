from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import CorrectJoiningDate, OtherMembership
from services.membership.memberships.domain.joining import missing
from services.membership.memberships.domain.refusals import (
    AlreadyInvited,
    ConditionsUnsettled,
    DateAhead,
    DatesOutOfOrder,
    JoiningDateAlreadySet,
    JoiningDateMissing,
    MembershipBegun,
    MembershipsOverlap,
    MunicipalityCeased,
    OutsideValidity,
    PapersMissing,
    ReasonMissing,
    ResolutionMissing,
    SignatureMissing,
)
from tests.support.examples.membership import (
    HARSTAD,
    agreement_received,
    agreement_signed,
    council_resolved,
    joining_date_cancelled,
    joining_date_corrected,
    joining_date_set,
    municipality_invited,
    municipality_joined,
    resolution_conditions_settled,
    withdrawal_notice_received,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import (
    FACTS,
    begin,
    cancel_joining_date,
    correct_joining_date,
    invite,
    named,
    set_joining_date,
)

given = Scenario(memberships).given

invited = municipality_invited()
approved = council_resolved()
conditional = council_resolved(outcome="approved_with_conditions", conditions=("Utgiften dekkes",))
signed = agreement_signed()
received = agreement_received()
ready = (invited, approved, signed, received)
dated = (*ready, joining_date_set())
joined = (*dated, municipality_joined())


def test_a_date_that_has_come_begins_the_membership_at_once() -> None:
    given(*ready).when(set_joining_date()).then(joining_date_set(), municipality_joined())


def test_a_date_ahead_waits_for_its_day() -> None:
    ahead = date(2023, 9, 1)
    begun = municipality_joined(member_from=ahead)

    given(*ready).when(set_joining_date(member_from=ahead)).then(joining_date_set(member_from=ahead))
    waiting = (*ready, joining_date_set(member_from=ahead))
    given(*waiting).when(begin(today=date(2023, 8, 31))).then_nothing()
    given(*waiting).when(begin(today=ahead)).then(begun)
    given(*waiting, begun).when(begin(today=ahead)).then_nothing()


def test_membership_names_everything_that_is_missing() -> None:
    given(invited).when(set_joining_date()).then_refused(
        ResolutionMissing, missing=["resolution", "signature", "papers"]
    )
    given(invited, approved).when(set_joining_date()).then_refused(
        SignatureMissing, missing=["signature", "papers"]
    )
    given(invited, approved, signed).when(set_joining_date()).then_refused(PapersMissing, missing=["papers"])


def test_conditions_must_be_settled_before_membership() -> None:
    history = (invited, conditional, signed, received)

    given(*history).when(set_joining_date()).then_refused(ConditionsUnsettled, missing=["conditions"])
    given(*history, resolution_conditions_settled()).when(set_joining_date()).then(
        joining_date_set(), municipality_joined()
    )


def test_a_new_resolution_opens_its_conditions_again() -> None:
    deferred = council_resolved(outcome="deferred")
    state = memberships.fold((invited, deferred, conditional))

    assert missing(state, host=False) == ["conditions", "signature", "papers"]


def test_the_host_joins_by_its_own_resolution() -> None:
    own = council_resolved(municipality_id=HARSTAD)

    given(own).when(set_joining_date(municipality_id=HARSTAD)).then(
        joining_date_set(municipality_id=HARSTAD), municipality_joined(municipality_id=HARSTAD, host=True)
    )
    given().when(set_joining_date(municipality_id=HARSTAD)).then_refused(
        ResolutionMissing, missing=["resolution"]
    )


def test_a_joining_date_is_set_once() -> None:
    given(*dated).when(set_joining_date()).then_nothing()
    given(*dated).when(set_joining_date(member_from=date(2023, 2, 1))).then_refused(
        JoiningDateAlreadySet, member_from="2023-01-01"
    )


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2027, 1, 1)])
def test_membership_begins_while_the_version_holds(day: date) -> None:
    given(*ready).when(set_joining_date(member_from=day)).then_refused(
        OutsideValidity, valid_from="2023-01-01", valid_to="2027-01-01", field="member_from"
    )


def test_nobody_is_a_member_before_the_council_has_approved() -> None:
    late = council_resolved(resolved_on=date(2023, 2, 1))
    history = (invited, late, agreement_signed(signed_on=date(2023, 2, 2)), received)

    given(*history).when(set_joining_date()).then_refused(
        DatesOutOfOrder, rests_on="the resolution", field="member_from", earliest="2023-02-01"
    )


def test_a_municipality_that_is_no_more_cannot_join() -> None:
    gone = replace(FACTS, ceased_on=date(2023, 1, 1))

    given(*ready).when(set_joining_date(facts=gone)).then_refused(
        MunicipalityCeased, field="member_from", ceased_on="2023-01-01"
    )


def other(version: int, start: date, end: date | None) -> OtherMembership:
    return OtherMembership(agreement_version=version, start=start, end=end)


@pytest.mark.parametrize(
    "standing",
    [
        other(0, date(2022, 1, 1), date(2023, 1, 2)),  # an earlier one that ends a day too late
        other(0, date(2023, 1, 1), None),  # one that began the same day
        other(2, date(2022, 1, 1), None),  # a later version in the way
        other(2, date(2022, 6, 1), date(2024, 1, 1)),
    ],
)
def test_two_memberships_at_a_time_are_refused(standing: OtherMembership) -> None:
    facts = replace(FACTS, others=(standing,))

    given(*ready).when(set_joining_date(facts=facts)).then_refused(MembershipsOverlap, **named(standing))


@pytest.mark.parametrize(
    "standing",
    [
        other(0, date(2022, 1, 1), date(2023, 1, 1)),  # without a gap
        other(0, date(2022, 1, 1), None),  # open: it gives way to the later version
        other(2, date(2024, 1, 1), None),  # one that takes over later
    ],
)
def test_versions_may_follow_each_other_without_a_gap(standing: OtherMembership) -> None:
    facts = replace(FACTS, others=(standing,))

    given(*ready).when(set_joining_date(facts=facts)).then(joining_date_set(), municipality_joined())


def test_a_joining_date_is_corrected_before_the_begin() -> None:
    ahead = joining_date_set(member_from=date(2023, 9, 1))
    corrected = joining_date_corrected(old_member_from=date(2023, 9, 1), member_from=date(2023, 10, 1))

    given(*ready, ahead).when(correct_joining_date(member_from=date(2023, 10, 1))).then(corrected)


def test_a_correction_into_the_past_begins_the_membership() -> None:
    ahead = joining_date_set(member_from=date(2023, 9, 1))

    given(*ready, ahead).when(correct_joining_date()).then(
        joining_date_corrected(old_member_from=date(2023, 9, 1)),
        municipality_joined(member_from=date(2023, 2, 1)),
    )


def test_a_correction_after_the_begin_moves_the_date_and_begins_nothing_anew() -> None:
    later = joining_date_corrected(member_from=date(2024, 1, 1))

    given(*joined).when(correct_joining_date()).then(joining_date_corrected())
    given(*joined).when(correct_joining_date(member_from=date(2024, 1, 1))).then(later)
    given(*joined, later).when(begin(today=date(2024, 1, 1))).then_nothing()


def test_a_correction_needs_a_date_and_a_reason() -> None:
    given(*ready).when(correct_joining_date()).then_refused(JoiningDateMissing, missing=["joining_date"])
    given(*joined).when(correct_joining_date(reason="")).then_refused(ReasonMissing, field="reason")
    given(*joined).when(correct_joining_date(member_from=date(2023, 1, 1))).then_nothing()


def test_a_corrected_date_keeps_the_guards_of_the_first() -> None:
    given(*joined).when(correct_joining_date(member_from=date(2022, 12, 1))).then_refused(
        OutsideValidity, field="member_from", valid_from="2023-01-01", valid_to="2027-01-01"
    )
    crowded = replace(FACTS, others=(other(0, date(2022, 1, 1), date(2023, 3, 1)),))
    given(*joined).when(correct_joining_date(facts=crowded)).then_refused(
        MembershipsOverlap, field="member_from", agreement_version=0, start="2022-01-01", end="2023-03-01"
    )


def test_whoever_took_over_can_be_corrected_to_have_done_so_earlier() -> None:
    later = (*ready, joining_date_set(member_from=date(2023, 5, 1)))
    begun = (*later, municipality_joined(member_from=date(2023, 5, 1)))
    gave_way = replace(other(0, date(2022, 1, 1), date(2023, 5, 1)), gave_way=True)

    def asked(standing: OtherMembership) -> CorrectJoiningDate:
        return correct_joining_date(facts=replace(FACTS, others=(standing,)))

    given(*begun).when(asked(gave_way)).then(joining_date_corrected(old_member_from=date(2023, 5, 1)))
    of_its_own = replace(gave_way, gave_way=False)
    for_another_version = replace(gave_way, end=date(2023, 4, 1))
    for standing in (of_its_own, for_another_version):
        given(*begun).when(asked(standing)).then_refused(MembershipsOverlap, **named(standing))
    not_begun_before = replace(gave_way, start=date(2023, 2, 1))
    given(*begun).when(asked(not_begun_before)).then_refused(
        MembershipsOverlap, **named(replace(not_begun_before, end=None))
    )


def test_membership_cannot_be_corrected_to_begin_after_its_notice_or_end() -> None:
    notice = withdrawal_notice_received()
    history = (*joined, notice)

    given(*history).when(correct_joining_date(member_from=date(2025, 3, 4))).then_refused(
        DatesOutOfOrder, latest="2025-03-03", field="member_from"
    )
    early = withdrawal_notice_received(ends_on=date(2025, 3, 3), reason="Avtalt")
    given(*joined, early).when(correct_joining_date(member_from=date(2025, 3, 3))).then_refused(
        DatesOutOfOrder, latest="2025-03-03", field="member_from"
    )


ahead = joining_date_set(member_from=date(2023, 9, 1))
cancelled = joining_date_cancelled()


def test_a_joining_date_that_lies_ahead_is_taken_back() -> None:
    given(*ready, ahead).when(cancel_joining_date()).then(cancelled)
    given(*ready, ahead, cancelled).when(begin(today=date(2023, 9, 1))).then_nothing()


def test_a_membership_that_has_begun_is_not_taken_back() -> None:
    given(*joined).when(cancel_joining_date()).then_refused(MembershipBegun, member_from="2023-01-01")
    given(*ready, ahead).when(cancel_joining_date(today=date(2023, 9, 1))).then_refused(
        MembershipBegun, member_from="2023-09-01"
    )


def test_taking_back_needs_a_date_that_is_set_and_a_reason() -> None:
    given(*ready).when(cancel_joining_date()).then_refused(JoiningDateMissing, missing=["joining_date"])
    given(*ready, ahead, cancelled).when(cancel_joining_date()).then_refused(
        JoiningDateMissing, missing=["joining_date"]
    )
    given(*ready, ahead).when(cancel_joining_date(reason=" ")).then_refused(ReasonMissing, field="reason")


def test_taking_back_is_dated_between_the_resolution_and_today() -> None:
    given(*ready, ahead).when(cancel_joining_date(cancelled_on=date(2023, 6, 2))).then_refused(
        DateAhead, field="cancelled_on", latest="2023-06-01"
    )
    given(*ready, ahead).when(cancel_joining_date(cancelled_on=date(2022, 10, 3))).then_refused(
        DatesOutOfOrder, rests_on="the resolution", field="cancelled_on", earliest="2022-10-04"
    )


def test_after_taking_back_a_new_date_or_a_new_round_opens_the_way_again() -> None:
    history = (*ready, ahead, cancelled)
    invitation = {"invited_on": date(2023, 6, 1), "reply_by": date(2023, 8, 1)}
    again = joining_date_set(member_from=date(2023, 10, 1))

    given(*history).when(set_joining_date(member_from=date(2023, 10, 1))).then(again)
    given(*history).when(invite(**invitation)).then(municipality_invited(round=2, **invitation))
    given(*ready, ahead).when(invite(**invitation)).then_refused(
        AlreadyInvited, round=1, reply_by="2022-11-01"
    )
    given(*history, again).when(invite(**invitation)).then_refused(
        AlreadyInvited, round=1, reply_by="2022-11-01"
    )
