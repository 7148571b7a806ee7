"""A schedule is adopted as a whole, and says what can be computed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.fees.contract import Band, Component
from services.fees.schedules.domain import (
    AdoptSchedule,
    AmountNegative,
    BandsUnclear,
    ComponentTwice,
    ScheduleWithoutComponents,
    YearsReversed,
    schedules,
)
from tests.support.examples.fees import ASSUMED, FIXED, SCHEDULE, VARIABLE, fee_schedule_adopted
from tests.support.given_when_then import Scenario

given = Scenario(schedules).given
BANDS = (Band(from_inhabitants=0, amount_ore=1), Band(from_inhabitants=0, amount_ore=2))


def adopt(**changes: Any) -> AdoptSchedule:
    return AdoptSchedule(
        **{
            "schedule_id": SCHEDULE,
            "first_year": 2023,
            "last_year": None,
            "components": (FIXED, VARIABLE),
            "proration": "none",
            "host_pays": True,
            "assumed": ASSUMED,
            **changes,
        }
    )


def test_a_schedule_is_adopted_also_where_it_is_not_known_who_decided() -> None:
    given().when(adopt()).then(fee_schedule_adopted())


def test_a_schedule_says_who_decided_and_when() -> None:
    decided = {"decided_by": "Styringsgruppen", "decided_on": date(2022, 11, 4)}

    given().when(adopt(**decided)).then(fee_schedule_adopted(**decided))


def test_the_same_schedule_again_is_nothing_new() -> None:
    given(fee_schedule_adopted()).when(adopt()).then_nothing()


def test_adopting_again_replaces_the_rates() -> None:
    given(fee_schedule_adopted()).when(adopt(proration="daily")).then(fee_schedule_adopted(proration="daily"))


def test_a_last_year_before_the_first_is_refused() -> None:
    given().when(adopt(last_year=2022)).then_refused(YearsReversed, field="last_year")


@pytest.mark.parametrize("last_year", [2023, 2024])
def test_a_schedule_may_be_for_some_years_or_for_one(last_year: int) -> None:
    given().when(adopt(last_year=last_year)).then(fee_schedule_adopted(last_year=last_year))


def test_a_schedule_without_components_is_refused() -> None:
    given().when(adopt(components=())).then_refused(ScheduleWithoutComponents, field="components")


def test_two_components_of_one_name_are_refused() -> None:
    given().when(adopt(components=(FIXED, FIXED))).then_refused(ComponentTwice, field="components")


def test_a_negative_amount_is_refused() -> None:
    negative = Component(name="fixed", label="Fast del", kind="fixed", amount_ore=-1)

    given().when(adopt(components=(negative,))).then_refused(
        AmountNegative, component="fixed", field="components"
    )


@pytest.mark.parametrize(
    "band", [Band(from_inhabitants=0, amount_ore=-1), Band(from_inhabitants=-1, amount_ore=1)]
)
def test_a_negative_band_among_others_is_refused(band: Band) -> None:
    bands = Component(name="size", label="Trinn", kind="bands", bands=(BANDS[0], band))

    given().when(adopt(components=(bands,))).then_refused(
        AmountNegative, component="size", field="components"
    )


@pytest.mark.parametrize(
    "component",
    [
        Component(name="size", label="Trinn", kind="bands"),
        Component(name="size", label="Trinn", kind="bands", bands=BANDS),
        Component(name="size", label="Trinn", kind="fixed", bands=BANDS[:1]),
    ],
)
def test_bands_that_do_not_say_what_to_pay_are_refused(component: Component) -> None:
    given().when(adopt(components=(component,))).then_refused(
        BandsUnclear, component="size", field="components"
    )
