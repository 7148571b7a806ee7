"""Fees follow what membership says: invitation, joining, figures, leaving, merger."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from services.fees.contract import Component
from services.membership.contract import (
    LeavingDateCorrected,
    MunicipalityId,
    MunicipalityMerged,
    WithdrawalCancelled,
)
from tests.support.examples.fees import FIXED, SCHEDULE, VARIABLE
from tests.support.fees_stage import (
    ID,
    Stage,
    date_set,
    determined,
    invited,
    joined,
    joining_cancelled,
    joining_corrected,
    left,
    notice,
    population,
    registered,
)

OTHER = MunicipalityId("018f0000-0000-7000-8000-000000005601")


@pytest.fixture
def known(stage: Stage) -> Stage:
    stage.adopted()
    stage.told(registered(), population(2025, 840))
    return stage


def test_nothing_is_said_of_a_municipality_that_is_not_invited(known: Stage) -> None:
    assert known.said() == []


def test_an_invitation_gives_a_quote_for_its_year_and_the_next(known: Stage) -> None:
    known.told(invited())

    assert known.said() == ["FeeQuoted", "FeeQuoted"]
    assert known.fee(2026)["quote"]["to_pay_ore"] == known.fee(2027)["quote"]["to_pay_ore"] == 15_420_000


def test_a_joining_date_ahead_gives_an_estimate_on_the_newest_figure(known: Stage) -> None:
    known.told(date_set())

    assert known.said(2026) == ["FeeEstimated"]
    assert known.fee(2026)["estimate"]["population"]["as_of"] == "2025-01-01"


def test_what_membership_says_of_many_at_once_is_reckoned_for_each_by_itself(stage: Stage) -> None:
    stage.adopted()
    stage.told_together(
        registered(),
        registered(OTHER, "5601", "Alta"),
        population(2025, 840),
        population(2025, 21_000, OTHER),
        joined(),
        joined(municipality_id=OTHER),
        population(2026, 850),
    )

    assert stage.said(2026) == ["FeeEstimated", "FeeEstimated", "FeeProposed"]
    assert stage.fee(2026)["proposal"]["population"]["inhabitants"] == 850
    assert stage.fee(2026)["estimate"]["population"]["inhabitants"] == 840
    assert stage.fee(2026, OTHER)["estimate"]["population"]["inhabitants"] == 21_000


def test_that_the_day_of_joining_comes_says_nothing_new(known: Stage) -> None:
    known.told(date_set(), joined())

    assert known.said() == ["FeeEstimated"]


def test_joining_far_ahead_is_estimated_too(known: Stage) -> None:
    known.told(date_set(date(2029, 1, 1)))

    assert known.said() == known.said(2029) == ["FeeEstimated"]


def test_the_years_own_figure_proposes_the_year_and_estimates_the_next(known: Stage) -> None:
    known.told(joined(), population(2026, 846))

    assert known.said(2026) == ["FeeEstimated", "FeeProposed"]
    assert known.fee(2026)["proposal"]["to_pay_ore"] == 15_423_000
    assert known.said(2027) == ["FeeEstimated"]
    assert known.fee(2027)["estimate"]["population"]["as_of"] == "2026-01-01"


def test_the_same_figure_again_says_nothing_new(known: Stage) -> None:
    known.told(joined(), population(2026, 846), population(2026, 846, replaces=846))

    assert known.said() == ["FeeEstimated", "FeeProposed", "FeeEstimated"]


def test_a_reissued_figure_of_a_determined_year_is_a_deviation(known: Stage) -> None:
    known.told(joined(), population(2026, 846))
    determined(known)
    known.told(population(2026, 850, replaces=846))

    assert known.said(2026)[-1] == "FeeDeviationFound"
    assert known.fee(2026)["deviation"]["difference_ore"] == 2_000


def test_a_corrected_joining_date_reckons_anew_what_is_not_determined(known: Stage) -> None:
    known.adopted(proration="monthly")
    known.told(date_set(), joining_corrected(date(2026, 7, 1)))

    assert known.fee(2026)["estimate"]["lines"][0]["parts"] == 6


def test_a_joining_date_corrected_into_the_next_year_leaves_nothing_to_pay(known: Stage) -> None:
    known.told(date_set(), joining_corrected(date(2027, 1, 1)))

    assert known.fee(2026)["estimate"]["liability"] == "not_member"
    assert known.fee(2027)["estimate"]["to_pay_ore"] == 15_420_000


def test_a_corrected_joining_date_of_a_determined_year_is_a_deviation(known: Stage) -> None:
    known.told(joined(), population(2026, 846))
    determined(known)
    known.told(joining_corrected(date(2027, 1, 1)))

    assert known.fee(2026)["deviation"]["changed"] == ["liability", "membership"]


def test_a_one_off_that_belongs_to_an_earlier_year_after_all_is_a_deviation_by_membership(
    known: Stage,
) -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=1_000)
    known.adopted(components=(FIXED, VARIABLE, entry))
    known.told(joined(date(2026, 1, 1)), population(2026, 846))
    determined(known)
    known.told(joining_corrected(date(2025, 7, 1)))

    assert known.fee(2026)["deviation"]["changed"] == ["membership"]
    assert known.fee(2026)["deviation"]["difference_ore"] == -1_000


def test_a_slip_of_the_pen_brings_no_fees_of_centuries(known: Stage) -> None:
    late = msgspec.structs.replace(invited(), reply_by=date(2206, 5, 1))
    known.told(late, joined(), population(2206, 846))

    told = {one.event.year for one in known.store.history() if one.stream.startswith("fee-")}
    assert told == set(range(2026, 2032))


def test_a_membership_of_the_calendars_last_year_is_reckoned(known: Stage) -> None:
    known.told(date_set(date(9999, 6, 1)))

    assert known.said() == known.said(9999) == ["FeeEstimated"]


def test_a_joining_taken_back_leaves_nothing_to_pay_and_the_quote_standing(known: Stage) -> None:
    known.told(invited(), date_set(), joining_cancelled())

    assert known.said(2026) == ["FeeQuoted", "FeeEstimated", "FeeEstimated"]
    assert known.fee(2026)["estimate"]["liability"] == "not_member"
    assert known.fee(2026)["quote"]["to_pay_ore"] == 15_420_000


def test_after_a_joining_taken_back_the_quote_goes_on_following_its_inputs(known: Stage) -> None:
    known.told(invited(), date_set(), joining_cancelled(), population(2026, 846))

    assert known.said(2026)[3:] == ["FeeQuoted"]
    assert known.fee(2026)["quote"]["to_pay_ore"] == 15_423_000
    assert known.fee(2026)["estimate"]["to_pay_ore"] == 0


def test_a_joining_taken_back_and_set_anew_is_estimated_anew(known: Stage) -> None:
    known.adopted(proration="monthly")
    known.told(invited(), date_set(), joining_cancelled(), date_set(date(2026, 10, 1)))

    assert known.fee(2026)["estimate"]["lines"][0]["parts"] == 3
    assert len(known.fee(2026)["estimate"]["membership"]) == 1


def test_a_joining_taken_back_keeps_an_earlier_membership(known: Stage) -> None:
    known.adopted(proration="monthly")
    known.told(joined(date(2026, 1, 1)), left(date(2026, 4, 1)))
    before = known.fee(2026)["estimate"]
    known.told(date_set(date(2026, 10, 1)), joining_cancelled(date(2026, 10, 1)))

    assert known.fee(2026)["estimate"]["to_pay_ore"] == before["to_pay_ore"]


def test_a_notice_of_withdrawal_leaves_nothing_to_pay_for_the_year_after(known: Stage) -> None:
    known.told(joined(), population(2026, 846), notice(date(2027, 1, 1)))

    assert known.fee(2027)["estimate"]["liability"] == "not_member"
    assert known.fee(2026)["proposal"]["to_pay_ore"] == 15_423_000


def test_a_cancelled_withdrawal_puts_the_estimate_back(known: Stage) -> None:
    known.told(joined(), population(2026, 846), notice(date(2027, 1, 1)))
    known.told(
        WithdrawalCancelled(
            municipality_id=ID, agreement_version=1, cancelled_on=date(2026, 9, 1), reason="Omgjort"
        )
    )

    assert known.fee(2027)["estimate"]["to_pay_ore"] == 15_423_000


def test_a_leaving_date_within_a_determined_year_is_a_deviation(known: Stage) -> None:
    known.told(joined(date(2026, 1, 1)), population(2026, 846))
    determined(known)
    known.told(left(date(2026, 9, 1)))

    assert known.fee(2026)["deviation"]["changed"] == ["membership"]


def test_a_corrected_leaving_date_counts(known: Stage) -> None:
    known.adopted(proration="monthly")
    known.told(joined(date(2026, 1, 1)), left(date(2026, 9, 1)))
    known.told(
        LeavingDateCorrected(
            municipality_id=ID,
            agreement_version=1,
            old_left_on=date(2026, 9, 1),
            left_on=date(2026, 4, 1),
            reason="Feil dato",
        )
    )

    assert known.fee(2026)["estimate"]["lines"][0]["parts"] == 3


def test_who_joins_again_under_the_same_version_keeps_the_time_before(known: Stage) -> None:
    known.adopted(proration="monthly")
    known.told(joined(date(2026, 1, 1)), left(date(2026, 4, 1)), date_set(date(2026, 10, 1)))

    assert known.fee(2026)["estimate"]["lines"][0]["parts"] == 6
    assert len(known.fee(2026)["estimate"]["membership"]) == 2


def test_a_merger_ends_the_membership_of_the_predecessor(known: Stage) -> None:
    known.told(joined(), population(2026, 846))
    known.told(
        MunicipalityMerged(
            municipality_id=ID, predecessors=(ID, OTHER), successor=OTHER, merged_on=date(2027, 1, 1)
        )
    )

    assert known.fee(2027)["estimate"]["liability"] == "not_member"


def test_the_estimate_names_the_events_it_rests_on(known: Stage) -> None:
    known.told(joined())
    estimate = known.fee(2026)["estimate"]
    schedule_event = known.store.history(stream=f"schedule-{SCHEDULE}")[0].event_id

    assert estimate["schedule"]["event_id"] == schedule_event
    assert estimate["population"]["event_id"] == "told-2"
    assert estimate["membership"][0]["event_ids"] == ["told-3"]


def test_a_year_that_has_begun_is_estimated_when_no_figure_has_come(known: Stage) -> None:
    known.told(joined())

    assert known.day_comes(date(2027, 1, 1)) == 1
    assert known.day_comes(date(2027, 1, 2)) == 0
    assert known.said(2027) == ["FeeEstimated"]


def test_a_real_figure_gives_an_example_where_the_membership_is_one(known: Stage) -> None:
    known.told(joined(), example=True)
    known.told(population(2026, 846))

    assert [event.example for event in known.store.history() if event.stream.startswith("fee-")] == [True] * 3
    assert known.fee(2026)["example"]
