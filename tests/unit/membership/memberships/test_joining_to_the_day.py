"""Where exactly the rules of joining draw the line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import OtherMembership
from services.membership.memberships.domain.refusals import (
    DatesOutOfOrder,
    MembershipBegun,
    MembershipsOverlap,
    OutsideValidity,
)
from tests.support.examples.membership import (
    agreement_received,
    agreement_signed,
    council_resolved,
    joining_date_corrected,
    joining_date_set,
    municipality_invited,
    municipality_joined,
    municipality_left,
    withdrawal_notice_received,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import (
    FACTS,
    begin,
    cancel_joining_date,
    correct_joining_date,
    named,
    set_joining_date,
)

given = Scenario(memberships).given

ready = (municipality_invited(), council_resolved(), agreement_signed(), agreement_received())
joined = (*ready, joining_date_set(), municipality_joined())
begun = (joining_date_set(), municipality_joined())


def other(version: int, start: date, end: date | None) -> OtherMembership:
    return OtherMembership(agreement_version=version, start=start, end=end)


def test_membership_may_begin_up_to_the_day_on_which_its_notice_came_in() -> None:
    history = (*joined, withdrawal_notice_received())

    for day in (date(2024, 1, 1), date(2025, 3, 3)):
        given(*history).when(correct_joining_date(member_from=day)).then(
            joining_date_corrected(member_from=day)
        )


def test_a_version_without_an_end_can_be_joined_and_only_from_its_begin() -> None:
    open_ended = replace(FACTS, valid_to=None)

    given(*ready).when(set_joining_date(facts=open_ended)).then(*begun)
    given(*ready).when(set_joining_date(facts=open_ended, member_from=date(2022, 12, 31))).then_refused(
        OutsideValidity, valid_to=None, field="member_from", valid_from="2023-01-01"
    )


def test_a_membership_that_has_begun_is_not_taken_back_after_its_date_was_moved_ahead() -> None:
    moved = joining_date_corrected(member_from=date(2024, 1, 1))

    given(*joined, moved).when(cancel_joining_date()).then_refused(MembershipBegun, member_from="2024-01-01")


def test_a_municipality_that_will_be_no_more_can_join_until_then() -> None:
    given(*ready).when(set_joining_date(facts=replace(FACTS, ceased_on=date(2023, 1, 2)))).then(*begun)


def test_a_date_that_was_set_before_begins_nothing_once_the_municipality_is_no_more() -> None:
    waiting = (*ready, joining_date_set(member_from=date(2023, 5, 1)))

    for ceased_on in (date(2023, 4, 1), date(2023, 5, 1)):
        given(*waiting).when(begin(facts=replace(FACTS, ceased_on=ceased_on))).then_nothing()
    given(*waiting).when(begin(facts=replace(FACTS, ceased_on=date(2023, 5, 2)))).then(
        municipality_joined(member_from=date(2023, 5, 1))
    )


def test_a_new_membership_does_not_begin_before_the_earlier_one_has_ended() -> None:
    again = (
        municipality_left(left_on=date(2023, 5, 1)),
        municipality_invited(round=2, invited_on=date(2023, 1, 5), reply_by=date(2023, 9, 1)),
        council_resolved(resolved_on=date(2023, 1, 6)),
        agreement_signed(signed_on=date(2023, 1, 7)),
        agreement_received(received_on=date(2023, 1, 8)),
    )

    given(*joined, *again).when(set_joining_date(member_from=date(2023, 4, 30))).then_refused(
        DatesOutOfOrder,
        rests_on="the end of the earlier membership",
        field="member_from",
        earliest="2023-05-01",
    )


@pytest.mark.parametrize(
    "standing",
    [
        other(2, date(2023, 6, 1), date(2023, 9, 1)),  # one that begins while this one runs
        other(1, date(2022, 1, 1), None),  # no earlier version, so it does not give way
        other(1, date(2024, 1, 1), None),  # no later version, so this one does not give way
        other(2, date(2023, 2, 1), None),  # a later version, and the same day
    ],
)
def test_a_corrected_begin_meets_no_other_membership(standing: OtherMembership) -> None:
    ends = (*joined, withdrawal_notice_received(received_on=date(2023, 3, 1), ends_on=date(2025, 1, 1)))
    facts = replace(FACTS, others=(standing,))

    given(*ends).when(correct_joining_date(facts=facts)).then_refused(MembershipsOverlap, **named(standing))


@pytest.mark.parametrize(
    "standing",
    [
        other(0, date(2024, 1, 1), None),  # an earlier version does not take over
        other(1, date(2024, 1, 1), None),  # nor does the same one
        other(2, date(2023, 1, 1), None),  # nor a later one on the very day
    ],
)
def test_an_open_membership_gives_way_to_a_later_version_that_begins_later(standing: OtherMembership) -> None:
    facts = replace(FACTS, others=(standing,))

    given(*ready).when(set_joining_date(facts=facts)).then_refused(MembershipsOverlap, **named(standing))


@pytest.mark.parametrize(
    "harmless",
    [
        other(0, date(2021, 1, 1), date(2022, 1, 1)),  # over before
        other(0, date(2021, 1, 1), None),  # it gives way
        other(2, date(2024, 1, 1), None),  # it takes over later
    ],
)
def test_of_several_memberships_each_may_be_in_the_way(harmless: OtherMembership) -> None:
    in_the_way = other(2, date(2022, 6, 1), None)
    facts = replace(FACTS, others=(harmless, in_the_way))

    given(*ready).when(set_joining_date(facts=facts)).then_refused(MembershipsOverlap, **named(in_the_way))


def test_beside_one_that_follows_on_its_end_another_may_be_in_the_way() -> None:
    ends = (*joined, withdrawal_notice_received(received_on=date(2023, 3, 1), ends_on=date(2025, 1, 1)))
    in_the_way = other(2, date(2023, 6, 1), date(2023, 9, 1))
    facts = replace(FACTS, others=(other(2, date(2025, 1, 1), None), in_the_way))

    given(*ends).when(correct_joining_date(facts=facts)).then_refused(MembershipsOverlap, **named(in_the_way))


def test_a_membership_that_ends_may_be_followed_on_that_day() -> None:
    ends = (*joined, withdrawal_notice_received(received_on=date(2023, 3, 1), ends_on=date(2025, 1, 1)))
    facts = replace(FACTS, others=(other(2, date(2025, 1, 1), None),))

    given(*ends).when(correct_joining_date(facts=facts)).then(joining_date_corrected())
