"""Fees follow rates and grants: before the determination anew, after it by deviation."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.fees_stage import Stage, determined, joined, population, registered


@pytest.fixture
def member(stage: Stage) -> Stage:
    stage.told(registered(), population(2025, 840), joined(date(2026, 1, 1)))
    return stage


def test_without_rates_nothing_is_said(member: Stage) -> None:
    assert member.said() == []


def test_rates_reckon_everybody(member: Stage) -> None:
    member.adopted()

    assert member.said(2026) == ["FeeEstimated"]


def test_an_estimate_assumes_no_grant_that_is_not_awarded(member: Stage) -> None:
    member.adopted()
    member.awarded(2026)

    assert member.said(2026) == ["FeeEstimated", "FeeEstimated"]
    assert member.fee(2026)["estimate"]["to_pay_ore"] == 420_000


def test_a_revoked_grant_covers_nothing(member: Stage) -> None:
    member.adopted()
    member.awarded(2026)
    member.revoked()

    assert member.fee(2026)["estimate"]["to_pay_ore"] == 15_420_000


def test_the_schedule_adopted_last_holds(member: Stage) -> None:
    member.adopted()
    member.adopted("another", proration="daily", first_year=2026)

    assert member.fee(2026)["estimate"]["schedule"]["schedule_id"] == "another"


def test_a_schedule_of_other_years_changes_nothing(member: Stage) -> None:
    member.adopted()
    member.adopted("another", proration="daily", first_year=2030)

    assert member.said() == ["FeeEstimated"]


def test_a_grant_for_a_determined_year_is_a_deviation_and_its_revocation_lets_it_vanish(
    member: Stage,
) -> None:
    member.adopted()
    member.told(population(2026, 846))
    determined(member)
    member.awarded(2026)
    assert member.fee(2026)["deviation"]["changed"] == ["grant"]

    member.revoked()

    assert member.fee(2026)["deviation"] is None
    assert member.said(2026)[-2:] == ["FeeDeviationFound", "FeeDeviationSettled"]
