"""The build before the last rebuild is kept in step for a day, for a way back."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from shared import builds, rebuilding
from shared.replaying import OwnEvents, TakenIn
from shared.tables import builds as build_rows
from tests.support.garage import Company
from tests.support.parking_company import garages
from tests.support.rebuilt import places, states, tables


def test_the_former_build_is_kept_in_step_and_readers_can_be_led_back_and_forth(
    small_company: Company,
) -> None:
    small_company.rent("before")
    rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
    small_company.rent("after")

    rebuilding.go_back(small_company.garage.database, ["rented"])
    small_company.rent("later")
    back = places(small_company)
    rebuilding.go_back(small_company.garage.database, ["rented"])

    assert back == places(small_company) == {"before", "after", "later"}
    assert states(small_company) == ["former", "live"]


def test_the_next_rebuild_takes_the_place_of_the_former_build(small_company: Company) -> None:
    small_company.rent("a")
    for _ in range(3):
        rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)

    assert tables(small_company) == ["rented__3", "rented__4"]
    assert states(small_company) == ["former", "live"]


def test_the_former_build_can_be_forgotten(small_company: Company) -> None:
    small_company.rent("a")
    rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
    rebuilding.forget(OwnEvents(small_company.garage), ["rented"])

    small_company.rent("b")

    assert tables(small_company) == ["rented__2"]
    with pytest.raises(builds.BuildLostError):
        rebuilding.go_back(small_company.garage.database, ["rented"])


def test_the_former_build_goes_by_itself_after_a_day(small_company: Company) -> None:
    small_company.rent("a")
    rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
    rebuilding.tidy(small_company.garage, small_company.log, [])
    kept = tables(small_company)
    with small_company.garage.database.writing() as connection:
        connection.execute(update(build_rows).values(live_at="2026-01-01T00:00:00.000000Z"))

    rebuilding.tidy(small_company.garage, small_company.log, [])

    assert kept == ["rented__1", "rented__2"]
    assert tables(small_company) == ["rented__2"]


def test_billing_goes_on_under_readers_while_its_read_model_is_rebuilt(small_company: Company) -> None:
    """The same by a consumer's source: both builds hold the same afterwards."""
    for number in range(20):
        small_company.rent(f"p{number}", garage=f"g{number % 3}")
    small_company.publish()
    small_company.take_in()
    source = TakenIn(small_company.billing, small_company.log, small_company.consumer)
    rebuilding.rebuild(source, promote=True)
    small_company.rent("later", garage="g0")
    small_company.publish()
    small_company.take_in()
    after = small_company.rents()
    rebuilding.go_back(small_company.billing.database, [garages.name])

    assert small_company.rents() == after == {"g0": 8, "g1": 7, "g2": 6}
