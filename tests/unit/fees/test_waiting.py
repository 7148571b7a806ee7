"""What waits for the office: a refused follow-up, a year to confirm, a deviation, a member whose figure is late."""

from __future__ import annotations

from datetime import date

import pytest

from services.fees.fees.details import fee_details, waiting
from services.fees.fees.domain import SettleDeviation, fees
from services.fees.fees.policy import KEEP_IN_STEP
from services.fees.fees.projection import FEES
from services.fees.fees.queries import row_of
from shared import clock, refusals
from shared.cloudevents import EventTooLarge
from shared.scheduling import Schedule
from tests.support.examples.fees import LOPPA
from tests.support.fees_stage import Stage, determined, joined, population, registered


@pytest.fixture
def member(stage: Stage) -> Stage:
    stage.adopted()
    stage.told(registered(), population(2025, 840), joined(date(2026, 1, 1)))
    return stage


def kinds(stage: Stage, today: date) -> list[str]:
    with stage.store.reading() as connection:
        return [item["kind"] for item in waiting(connection, today)]


def test_nothing_waits_before_the_figures_are_due(member: Stage) -> None:
    assert kinds(member, date(2026, 2, 28)) == []


def test_a_figure_that_has_not_come_by_march_is_late(member: Stage) -> None:
    assert kinds(member, date(2026, 3, 1)) == ["population-figure-missing"]


def test_a_proposed_year_waits_to_be_confirmed(member: Stage) -> None:
    member.told(population(2026, 846))

    assert kinds(member, date(2026, 3, 1)) == ["year-to-confirm"]


def test_a_refused_follow_up_stands_first(member: Stage) -> None:
    refuse(member, "2031")
    member.told(population(2026, 846))

    assert kinds(member, date(2026, 3, 1)) == ["follow-up-refused", "year-to-confirm"]


def test_a_reckoning_that_goes_through_takes_the_refused_one_off_the_list(member: Stage) -> None:
    refuse(member, "2026")
    member.told(population(2026, 846))

    assert kinds(member, date(2026, 3, 1)) == ["year-to-confirm"]


def test_new_prices_and_new_facts_ask_for_the_same_reckoning(member: Stage) -> None:
    refuse(member, "2026", policy="reckon-fees-anew")
    member.told(population(2026, 846))

    assert kinds(member, date(2026, 3, 1)) == ["year-to-confirm"]


def test_a_reckoning_that_is_asked_for_no_longer_leaves_the_list(member: Stage) -> None:
    refuse(member, "2026")
    Schedule(member.store, [KEEP_IN_STEP]).write_due(date(2026, 1, 16))

    assert kinds(member, date(2026, 2, 1)) == []


def refuse(stage: Stage, year: str, policy: str = "reckon-fees") -> None:
    asked = ("reckon-fees", fees.stream(LOPPA, year))
    refusal = EventTooLarge("Too large.")
    with stage.store.database.writing() as connection:
        refusals.record(connection, asked, cause=policy, policy=policy, key=LOPPA, refusal=refusal)


def test_a_deviation_waits_until_it_is_settled(member: Stage) -> None:
    member.told(population(2026, 846))
    determined(member)
    member.told(population(2026, 850, replaces=846))
    assert kinds(member, date(2026, 3, 1)) == ["fee-deviation"]

    settle = SettleDeviation(
        municipality_id=LOPPA, year=2026, deviation=1, outcome="corrected", reason="Nytt folketall"
    )
    member.asked(fees, fees.stream(LOPPA, "2026"), settle)

    assert kinds(member, date(2026, 3, 1)) == []
    assert member.fee(2026)["determination"]["to_pay_ore"] == 15_425_000
    assert member.fee(2026)["first_determined_ore"] == 15_423_000


def test_a_fee_shows_every_stage_with_its_event(member: Stage) -> None:
    member.told(population(2026, 846))
    with member.store.reading() as connection:
        row = row_of(connection, LOPPA, 2026)
        assert row is not None
        shown = fee_details(connection, row, as_of=date(2026, 3, 1))
    events = {
        recorded.event_id: recorded.event for recorded in member.store.history(stream=f"fee-{LOPPA}/2026")
    }

    assert type(events[shown["estimate"]["event_id"]]).__name__ == "FeeEstimated"
    assert type(events[shown["proposal"]["event_id"]]).__name__ == "FeeProposed"
    assert shown["determination"] is None
    assert shown["proposal"]["arithmetic"].population.inhabitants == 846


def test_the_rows_of_a_rebuild_are_the_rows_that_were_kept(member: Stage) -> None:
    member.told(population(2026, 846))
    determined(member)
    member.told(population(2026, 850, replaces=846))
    folded = member.store.rows_known_at(FEES, clock.moment(clock.now()))

    assert sorted(folded, key=lambda row: row["year"]) == [member.fee(2026), member.fee(2027)]
