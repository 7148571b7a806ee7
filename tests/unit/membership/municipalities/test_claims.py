"""When a number counts as taken."""

from __future__ import annotations

from datetime import date

import pytest

from services.membership.contract import MunicipalityId
from services.membership.municipalities.claims import holder
from services.membership.municipalities.identity import Municipality, NumberFrom, OrganisationFrom

ONE, OTHER = MunicipalityId("one"), MunicipalityId("other")


def carrying(one: MunicipalityId, *numbers: tuple[int, str], ceased: int | None = None) -> Municipality:
    return Municipality(
        municipality_id=one,
        numbers=tuple(
            NumberFrom(valid_from=date(year, 1, 1), number=number, county_number="55")
            for year, number in numbers
        ),
        organisations=(OrganisationFrom(valid_from=date(2020, 1, 1), organisation_number="840014932"),),
        ceased_on=date(ceased, 1, 1) if ceased else None,
    )


@pytest.mark.parametrize(
    ("other", "start", "taken"),
    [
        (carrying(OTHER, (2020, "5501")), 2024, True),
        (carrying(OTHER, (2020, "5501"), (2024, "5601")), 2024, False),  # given up on that very day
        (carrying(OTHER, (2020, "5501"), (2025, "5601")), 2024, True),
        (carrying(OTHER, (2020, "5401"), (2026, "5501")), 2024, True),  # theirs later on
        (carrying(OTHER, (2020, "5501"), ceased=2024), 2024, False),
        (carrying(OTHER, (2020, "5501"), ceased=2025), 2024, True),
        (carrying(ONE, (2020, "5501")), 2024, False),
    ],
)
def test_a_number_is_taken_when_somebody_else_carries_it_then_or_later(
    other: Municipality, start: int, taken: bool
) -> None:
    assert holder([other], "5501", ONE, date(start, 1, 1)) == (OTHER if taken else None)


def test_a_number_is_asked_for_only_until_the_next_one_that_is_known() -> None:
    asking = carrying(ONE, (2020, "5402"), (2024, "5502"))
    later = carrying(OTHER, (2020, "5601"), (2024, "5501"))

    assert holder([asking, later], "5501", ONE, date(2020, 1, 1)) is None
    assert holder([asking, later], "5501", ONE, date(2024, 1, 1)) == OTHER


def test_an_organisation_number_is_taken_like_a_number() -> None:
    assert holder([carrying(OTHER, (2020, "5501"))], "840014932", ONE, date(2024, 1, 1)) == OTHER
