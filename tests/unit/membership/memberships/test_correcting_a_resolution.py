"""A council's resolution that was recorded wrongly is corrected, within the order of the steps."""

from __future__ import annotations

from datetime import date

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.refusals import (
    DateAhead,
    DatesOutOfOrder,
    ReasonMissing,
    ResolutionMissing,
)
from tests.support.examples.membership import (
    agreement_signed,
    council_resolved,
    joining_date_set,
    municipality_invited,
    resolution_corrected,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import correct_resolution

given = Scenario(memberships).given

invited = municipality_invited()
approved = council_resolved()


def test_a_resolution_is_corrected_with_a_reason() -> None:
    given(invited, approved).when(correct_resolution()).then(resolution_corrected())
    given(invited, approved).when(correct_resolution(reason=" ")).then_refused(ReasonMissing, field="reason")


def test_correcting_to_what_stands_changes_nothing() -> None:
    given(invited, approved, resolution_corrected()).when(correct_resolution()).then_nothing()


def test_there_must_be_a_resolution_to_correct() -> None:
    given(invited).when(correct_resolution()).then_refused(ResolutionMissing, missing=["resolution"])


def test_a_correction_keeps_the_order_of_the_steps() -> None:
    signed = (invited, approved, agreement_signed())

    given(*signed).when(correct_resolution(resolved_on=date(2022, 11, 8))).then_refused(
        DatesOutOfOrder, rests_on="the signature", field="resolved_on", latest="2022-11-07"
    )
    given(invited, approved).when(correct_resolution(resolved_on=date(2022, 5, 1))).then_refused(
        DatesOutOfOrder, rests_on="the invitation", field="resolved_on", earliest="2022-06-01"
    )
    given(invited, approved).when(correct_resolution(today=date(2022, 10, 4))).then_refused(
        DateAhead, field="resolved_on", latest="2022-10-04"
    )


def test_a_corrected_resolution_is_not_later_than_the_joining_date() -> None:
    joining = joining_date_set(member_from=date(2022, 10, 20))

    given(invited, approved, agreement_signed(), joining).when(
        correct_resolution(resolved_on=date(2022, 10, 21))
    ).then_refused(DatesOutOfOrder, rests_on="the joining date", field="resolved_on", latest="2022-10-20")
