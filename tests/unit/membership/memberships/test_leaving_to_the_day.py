"""Where exactly the rules of leaving draw the line, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.membership.contract import NoticeRule
from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import OtherMembership
from services.membership.memberships.domain.leaving import end_by_rule
from services.membership.memberships.domain.refusals import (
    DatesOutOfOrder,
    MembershipsOverlap,
    MunicipalityCeased,
    NoNotice,
    NotAMember,
    NoticeAlreadyGiven,
)
from tests.support.examples.membership import (
    agreement_received,
    agreement_signed,
    council_resolved,
    joining_date_set,
    leaving_date_corrected,
    municipality_invited,
    municipality_joined,
    municipality_left,
    treatment_registered,
    withdrawal_cancelled,
    withdrawal_notice_received,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import (
    FACTS,
    cancel,
    correct_leaving_date,
    end_because,
    give_notice,
    set_joining_date,
)

given = Scenario(memberships).given

ready = (municipality_invited(), council_resolved(), agreement_signed(), agreement_received())
ahead = (*ready, joining_date_set(member_from=date(2026, 1, 1)))
joined = (*ready, joining_date_set(), municipality_joined())
notice = withdrawal_notice_received()


def test_before_its_membership_begins_a_municipality_neither_gives_notice_nor_is_ended() -> None:
    given(*ahead).when(give_notice()).then_refused(NotAMember)
    given(*ahead).when(end_because()).then_nothing()


def test_the_same_notice_after_its_end_was_corrected_is_another_one() -> None:
    given(*joined, notice, leaving_date_corrected()).when(give_notice()).then_refused(
        NoticeAlreadyGiven, ends_on="2027-07-01"
    )


@pytest.mark.parametrize(
    ("received_on", "months", "takes_effect", "ends_on"),
    [
        (date(2025, 3, 3), 12, "year_end", date(2027, 1, 1)),
        (date(2025, 12, 31), 12, "year_end", date(2027, 1, 1)),
        (date(2026, 1, 1), 12, "year_end", date(2027, 1, 1)),
        (date(2026, 1, 2), 12, "year_end", date(2028, 1, 1)),
        (date(2025, 3, 3), 6, "any_date", date(2025, 9, 3)),
        (date(2025, 8, 31), 6, "any_date", date(2026, 2, 28)),
        (date(2025, 3, 3), 0, "any_date", date(2025, 3, 3)),
    ],
)
def test_the_end_follows_from_the_versions_notice_rule(
    received_on: date, months: int, takes_effect: str, ends_on: date
) -> None:
    rule = NoticeRule(months=months, takes_effect=takes_effect)  # type: ignore[arg-type]

    assert end_by_rule(received_on, rule) == ends_on


def test_who_has_left_without_a_notice_has_none_to_take_back() -> None:
    left = municipality_left(cause="version_ended")

    given(*joined, left).when(cancel()).then_refused(NoNotice)


def test_an_end_that_is_not_written_yet_does_not_hinder_what_was_taken_back_before_it() -> None:
    before = cancel(cancelled_on=date(2026, 12, 31), today=date(2027, 1, 2))

    given(*joined, notice).when(before).then(withdrawal_cancelled(cancelled_on=date(2026, 12, 31)))


def other(start: date, end: date | None) -> OtherMembership:
    return OtherMembership(agreement_version=2, start=start, end=end)


@pytest.mark.parametrize(
    "standing",
    [
        other(date(2021, 1, 1), date(2022, 1, 1)),  # over before this one began
        other(date(2021, 1, 1), date(2023, 1, 1)),  # over on the day on which it began
        other(date(2027, 1, 1), None),  # takes over on the day on which it ends
        other(date(2028, 1, 1), date(2029, 1, 1)),  # later
    ],
)
def test_a_membership_may_end_beside_another(standing: OtherMembership) -> None:
    given(*joined).when(give_notice(facts=replace(FACTS, others=(standing,)))).then(notice)


def test_an_end_is_corrected_beside_a_membership_that_was_over_before() -> None:
    facts = replace(FACTS, others=(other(date(2021, 1, 1), date(2023, 1, 1)),))

    given(*joined, notice).when(correct_leaving_date(facts=facts)).then(
        leaving_date_corrected(old_left_on=date(2027, 1, 1), left_on=date(2027, 7, 1))
    )


@pytest.mark.parametrize(
    "standing", [other(date(2026, 12, 31), None), other(date(2026, 1, 1), date(2028, 1, 1))]
)
def test_a_membership_does_not_end_inside_another(standing: OtherMembership) -> None:
    facts = replace(FACTS, others=(standing,))

    given(*joined).when(give_notice(facts=facts)).then_refused(
        MembershipsOverlap, field="ends_on", agreement_version=2, start=str(standing.start)
    )


def test_a_corrected_end_does_not_lie_after_that_of_the_municipality() -> None:
    merged = (*joined, municipality_left(cause="merged"))
    gone = replace(FACTS, ceased_on=date(2027, 7, 1))

    given(*merged).when(correct_leaving_date(facts=gone)).then(leaving_date_corrected())
    given(*merged).when(correct_leaving_date(facts=gone, left_on=date(2027, 7, 2))).then_refused(
        MunicipalityCeased, field="left_on", ceased_on="2027-07-01"
    )


def test_the_end_of_a_membership_is_remembered_through_further_rounds() -> None:
    again = (
        municipality_left(left_on=date(2023, 5, 1)),
        municipality_invited(round=2, invited_on=date(2023, 1, 2), reply_by=date(2023, 1, 3)),
        municipality_invited(round=3, invited_on=date(2023, 1, 5), reply_by=date(2023, 9, 1)),
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


def test_a_treatment_that_is_told_anew_takes_the_place_of_itself_alone() -> None:
    planned = treatment_registered(outcome="planned")
    elsewhere = treatment_registered(
        treatment_id="b2f9c2a4-7c0e-5f6f-9f53-4f6b8f1f0002", body="Kommunestyret"
    )
    told = treatment_registered()

    known = memberships.fold([municipality_invited(), planned, elsewhere, told])

    assert known.treatments == (elsewhere, told)
