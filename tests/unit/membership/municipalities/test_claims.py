"""When a number counts as taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.membership.contract import MunicipalityId
from services.membership.municipalities.claims import holder, holder_after_move
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


def without_organisation(one: Municipality) -> Municipality:
    return replace(one, organisations=())


@pytest.mark.parametrize(
    ("other", "start", "taken"),
    [
        (carrying(OTHER, (2020, "5501")), 2024, True),
        (carrying(OTHER, (2020, "5501"), (2024, "5601")), 2024, False),  # given up on that very day
        (carrying(OTHER, (2020, "5501"), (2025, "5601")), 2024, True),
        (carrying(OTHER, (2020, "5401"), (2026, "5501")), 2024, True),  # theirs later on
        (carrying(OTHER, (2020, "5501"), ceased=2024), 2024, False),
        (carrying(OTHER, (2020, "5501"), ceased=2025), 2024, True),
        (carrying(OTHER, (2020, "5501"), (2022, "5601"), ceased=2025), 2024, False),  # given up before
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


@pytest.mark.parametrize(
    ("day", "target", "in_the_way"),
    [
        (2025, 2024, None),  # the day on which the other gives it up
        (2025, 2023, OTHER),  # earlier, while the other still carries it
        (2025, 2026, None),  # the number before it for longer; nobody else has that
        (2022, 2021, None),
    ],
)
def test_a_moved_date_brings_no_number_to_two_on_one_day(
    day: int, target: int, in_the_way: MunicipalityId | None
) -> None:
    asking = carrying(ONE, (2020, "5400"), (2022, "5402"), (2025, "5501"))
    other = carrying(OTHER, (2020, "5501"), (2024, "5601"))
    moving = (date(day, 1, 1), date(target, 1, 1))

    assert holder_after_move([asking, without_organisation(other)], ONE, *moving) == in_the_way


def test_a_number_is_not_carried_for_longer_into_the_time_of_another_one() -> None:
    asking = carrying(ONE, (2020, "5402"), (2024, "5502"))
    other = without_organisation(carrying(OTHER, (2020, "5600"), (2024, "5402")))

    assert holder_after_move([asking, other], ONE, date(2024, 1, 1), date(2025, 1, 1)) == OTHER
    for register in ([asking, other], [other, asking]):
        assert holder_after_move(register, ONE, date(2024, 1, 1), date(2023, 1, 1)) is None


def test_a_move_is_not_held_up_by_what_stood_before() -> None:
    asking = carrying(ONE, (2020, "5402"), (2023, "5502"), (2025, "5503"))
    other = without_organisation(carrying(OTHER, (2020, "5402")))

    assert holder_after_move([asking, other], ONE, date(2025, 1, 1), date(2024, 1, 1)) is None


def test_who_has_ceased_gets_no_number_for_longer() -> None:
    asking = carrying(ONE, (2020, "5402"), (2022, "5502"), ceased=2024)
    other = without_organisation(carrying(OTHER, (2024, "5502")))

    assert holder_after_move([asking, other], ONE, date(2022, 1, 1), date(2023, 1, 1)) is None


def test_who_is_not_known_has_no_number_to_move() -> None:
    assert holder_after_move([], ONE, date(2022, 1, 1), date(2023, 1, 1)) is None


def test_an_organisation_number_is_asked_for_although_the_number_changes() -> None:
    asking = carrying(ONE, (2020, "5402"), (2024, "5502"))
    later = replace(
        carrying(OTHER, (2025, "5601")),
        organisations=(OrganisationFrom(valid_from=date(2025, 1, 1), organisation_number="963063237"),),
    )

    assert holder([asking, later], "963063237", ONE, date(2020, 1, 1)) == OTHER


def test_an_organisation_number_is_taken_like_a_number() -> None:
    assert holder([carrying(OTHER, (2020, "5501"))], "840014932", ONE, date(2024, 1, 1)) == OTHER


def registered(
    one: MunicipalityId, *organisations: tuple[int, str], ceased: int | None = None
) -> Municipality:
    return replace(
        carrying(one, ceased=ceased),
        organisations=tuple(
            OrganisationFrom(valid_from=date(year, 1, 1), organisation_number=number)
            for year, number in organisations
        ),
    )


def test_an_organisation_number_is_free_once_it_is_exchanged_or_its_municipality_is_no_more() -> None:
    exchanged = registered(OTHER, (2020, "840014932"), (2024, "963063237"))
    ceased = registered(OTHER, (2020, "840014932"), ceased=2024)

    for other in (exchanged, ceased):
        assert holder([other], "840014932", ONE, date(2023, 12, 31)) == OTHER
        assert holder([other], "840014932", ONE, date(2024, 1, 1)) is None


def test_a_moved_date_brings_no_organisation_number_to_two_on_one_day() -> None:
    asking = registered(ONE, (2020, "972417971"), (2024, "840014932"))
    other = registered(OTHER, (2020, "840014932"), (2024, "963063237"))

    assert holder_after_move([asking, other], ONE, date(2024, 1, 1), date(2023, 1, 1)) == OTHER
    assert holder_after_move([asking, other], ONE, date(2024, 1, 1), date(2025, 1, 1)) is None
