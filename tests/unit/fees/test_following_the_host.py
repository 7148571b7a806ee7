"""Who hosts a version does not pay for the time of it, where the rates say so; who else, and other times, do."""

from __future__ import annotations

from datetime import date

import pytest

from services.membership.contract import JoiningDateSet, MunicipalityId, MunicipalityJoined, MunicipalityLeft
from shared.messages import Event
from tests.support.fees_stage import (
    ID,
    Stage,
    date_set,
    determined,
    hosted,
    joined,
    population,
    registered,
)

HARSTAD = MunicipalityId("018f0000-0000-7000-8000-000000005503")
CHANGE = date(2026, 1, 1)


def changed_over(municipality_id: MunicipalityId, day: date, *, host: bool) -> list[Event]:
    """Membership goes on under version 2 from the day on."""
    return [
        JoiningDateSet(municipality_id=municipality_id, agreement_version=2, member_from=day),
        MunicipalityJoined(municipality_id=municipality_id, agreement_version=2, member_from=day, host=host),
        MunicipalityLeft(
            municipality_id=municipality_id, agreement_version=1, left_on=day, cause="version_ended"
        ),
    ]


@pytest.fixture
def known(stage: Stage) -> Stage:
    """Rates under which the host does not pay; Harstad and Loppa with figures of 2025."""
    stage.adopted(host_pays=False)
    stage.told(
        registered(),
        registered(HARSTAD, "5503", "Harstad"),
        population(2025, 840),
        population(2025, 25_000, HARSTAD),
    )
    return stage


@pytest.fixture
def members(known: Stage) -> Stage:
    """Both are members from 2024 on, under a version that Harstad hosts; Loppa's fee of 2025 is determined."""
    known.told(hosted(HARSTAD), joined(date(2024, 1, 1)), joined(date(2024, 1, 1), HARSTAD))
    determined(known, 2025)
    return known


def test_the_host_does_not_pay_and_the_others_do(members: Stage) -> None:
    assert members.fee(2026, HARSTAD)["estimate"]["liability"] == "host_exempt"
    assert members.fee(2026)["estimate"]["to_pay_ore"] == 15_420_000


def test_a_host_whose_joining_lies_ahead_is_estimated_at_nothing_and_its_day_says_nothing_new(
    known: Stage,
) -> None:
    known.told(hosted(ID), date_set(date(2027, 1, 1)))
    assert known.fee(2027)["estimate"]["liability"] == "host_exempt"

    known.told(joined(date(2027, 1, 1)), on=date(2027, 1, 1))

    assert known.said(2027) == ["FeeEstimated"]


def test_the_former_host_pays_from_the_day_on_which_another_hosts(members: Stage) -> None:
    members.told(hosted(ID, 2), *changed_over(HARSTAD, CHANGE, host=False))
    estimates = {year: members.fee(year, HARSTAD)["estimate"] for year in (2025, 2026)}

    assert {year: estimate["liability"] for year, estimate in estimates.items()} == {
        2025: "host_exempt",
        2026: "liable",
    }
    assert estimates[2026]["to_pay_ore"] == 27_500_000


def test_the_new_host_is_exempt_from_that_day_on_and_what_was_determined_before_stands(
    members: Stage,
) -> None:
    members.told(hosted(ID, 2), *changed_over(ID, CHANGE, host=True))

    assert members.fee(2026)["estimate"]["liability"] == "host_exempt"
    assert members.fee(2025)["deviation"] is None


def test_a_version_that_is_not_joined_yet_exempts_nobody(members: Stage) -> None:
    members.told(hosted(ID, 2))

    assert members.fee(2026)["estimate"]["to_pay_ore"] == 15_420_000


def test_who_becomes_host_within_a_determined_year_deviates_by_liability(members: Stage) -> None:
    members.adopted(host_pays=False, proration="monthly")
    members.told(population(2026, 846))
    determined(members)
    members.told(hosted(ID, 2), *changed_over(ID, date(2026, 10, 1), host=True), on=date(2026, 10, 1))
    deviation = members.fee(2026)["deviation"]

    assert deviation["changed"] == ["liability"]
    assert deviation["expected_ore"] == 11_250_000 + 317_250
    assert deviation["expected"]["liability"] == "liable"
    assert members.fee(2027)["estimate"]["liability"] == "host_exempt"


def test_a_host_that_is_told_of_after_its_membership_is_reckoned_anew(known: Stage) -> None:
    known.told(joined(date(2026, 1, 1)), joined(date(2026, 1, 1), HARSTAD))
    known.told(hosted(HARSTAD))

    assert known.said(2026) == ["FeeEstimated"] * 3
    assert known.fee(2026, HARSTAD)["estimate"]["liability"] == "host_exempt"
    assert known.fee(2026)["estimate"]["to_pay_ore"] == 15_420_000


def test_whose_fee_is_determined_deviates_when_it_is_told_to_be_the_host(known: Stage) -> None:
    known.told(joined(date(2025, 1, 1)))
    determined(known, 2025)
    known.told(hosted(ID))

    assert known.fee(2025)["deviation"]["changed"] == ["liability"]
    assert known.fee(2025)["deviation"]["expected_ore"] == 0


def test_a_host_that_fees_does_not_know_yet_is_known_when_it_is_registered_and_joins(stage: Stage) -> None:
    stage.adopted(host_pays=False)
    stage.told(hosted(ID), registered(), population(2026, 846), joined(date(2026, 1, 1)))

    assert stage.fee(2026)["estimate"]["liability"] == "host_exempt"


def test_the_publication_is_among_the_events_that_a_time_as_host_rests_on(members: Stage) -> None:
    published = "told-5"  # the two registrations and two figures came before it
    (as_host,) = members.fee(2026, HARSTAD)["estimate"]["membership"]
    (other,) = members.fee(2026)["estimate"]["membership"]

    assert as_host["host_exempt"]
    assert published in as_host["event_ids"]
    assert published not in other["event_ids"]
