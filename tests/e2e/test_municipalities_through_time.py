"""A municipality is found by every number it ever had, and earlier answers can be asked for again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.e2e.steps import found, step, take_in
from tests.support.running import Suite

BEFORE, TODAY = "2023-06-30", str(date.today())


@pytest.fixture(scope="package")
def network(shared: Suite) -> Suite:
    """All 39 are members from 2023 on."""
    listed = shared.get(f"/membership/v1/municipalities?limit=500&as_of={BEFORE}")["items"]
    real = [one["municipality_id"] for one in listed if (one["number"] or "").startswith("54")]
    assert len(real) == 39
    take_in(shared, real)
    return shared


def members(suite: Suite, as_of: str, **query: str) -> dict[str, Any]:
    asked = "".join(f"&{name}={value}" for name, value in query.items())
    listed = suite.get(f"/membership/v1/members?limit=500&as_of={as_of}{asked}")["items"]
    return {one["municipality_id"]: one for one in listed}


def last_recorded(suite: Suite) -> str:
    suite.settled()
    return str(suite.get("/notifications/v1/events?order=desc&limit=1")[0]["recordedtime"])


@pytest.mark.parametrize("number", ["5401", "5501"])
def test_the_old_number_and_the_new_one_find_tromsø(shared: Suite, number: str) -> None:
    (one,) = shared.get(f"/membership/v1/municipalities?number={number}")["items"]

    assert (one["names"]["nb"], one["number"]) == ("Tromsø", "5501")


def test_members_carry_the_numbers_of_the_day_that_is_asked_for(network: Suite) -> None:
    then, now = members(network, BEFORE), members(network, TODAY)

    assert len(then) == len(now) == 39
    assert {one["number"][:2] for one in then.values()} == {"54"}
    assert {one["number"][:2] for one in now.values()} == {"55", "56"}
    assert {one["county_number"] for one in now.values()} == {"55", "56"}


def test_before_a_correction_of_the_joining_date_the_old_one_is_known(network: Suite) -> None:
    loppa = found(network, "5614")
    before = last_recorded(network)
    step(
        network,
        loppa,
        "joining-date-correction",
        {"member_from": "2023-02-01", "reason": "Feil dato i vedtaket"},
    )

    assert loppa not in members(network, "2023-01-15")
    assert members(network, "2023-01-15", known_at=before)[loppa]["member_from"] == "2023-01-01"
    assert members(network, TODAY)[loppa]["member_from"] == "2023-02-01"
    assert members(network, TODAY, known_at=before)[loppa]["member_from"] == "2023-01-01"


def test_before_a_correction_of_a_name_the_old_one_is_known(network: Suite) -> None:
    loppa = found(network, "5614")
    before = last_recorded(network)
    shown = network.get(f"/membership/v1/municipalities/{loppa}")
    correction = {
        "fact": "name_se",
        "valid_from": shown["names_history"][-1]["valid_from"],
        "old_value": shown["names"]["se"],
        "new_value": "Láhppi",
        "reason": "Navnet manglet",
    }
    network.post(f"/membership/v1/municipalities/{loppa}/corrections", correction)
    address = "/membership/v1/municipalities?number=5614"

    assert network.get(address)["items"][0]["names"]["se"] == "Láhppi"
    assert network.get(f"{address}&known_at={before}")["items"][0]["names"]["se"] == shown["names"]["se"]
