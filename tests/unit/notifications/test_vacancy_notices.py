"""Which seats are told of as vacant, and by what name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.groups import contract as groups
from shared.eventstore import Store
from tests.support.examples.groups import LEADERS, leaders_network
from tests.support.examples.notifications import LYNGEN
from tests.support.notices_raised import as_told, lists, seat_opened, take


def seat_vacated(**changes: Any) -> groups.SeatVacated:
    facts: dict[str, Any] = {
        "municipality_id": LYNGEN,
        "group_id": LEADERS,
        "seat": 1,
        "term": 1,
        "contact_id": "contact",
        "deputy": False,
        "vacated_on": date(2026, 11, 1),
        "because": "asked",
    }
    return groups.SeatVacated(**(facts | changes))


def test_a_group_that_is_not_known_yet_does_not_hold_up_its_notice(store: Store) -> None:
    take(store, "notices-groups", *as_told(seat_opened(), service="groups"))

    assert lists(store, audience="office")[0]["subject"] == "Ledig plass: gruppe uten navn, plass 1"


def test_a_fixed_seat_stands_as_vacant_until_somebody_is_appointed(store: Store) -> None:
    take(store, "notices-groups", *as_told(leaders_network(), seat_opened(), service="groups"))

    assert (
        lists(store, audience="municipality")[0]["subject"]
        == f"Ledig plass: {leaders_network().name}, plass 1"
    )


def test_two_vacant_seats_of_one_group_are_told_apart(store: Store) -> None:
    opened = (leaders_network(), seat_opened(), seat_opened(seat=2))
    take(store, "notices-groups", *as_told(*opened, service="groups"))
    found = lists(store, audience="office")

    assert {row["subject"] for row in found} == {
        f"Ledig plass: {leaders_network().name}, plass {seat}" for seat in (1, 2)
    }
    assert len({row["text"] for row in found}) == 2
    assert {row["template_version"] for row in found} == {2}


def test_a_seat_from_a_sign_up_is_not_vacant(store: Store) -> None:
    take(store, "notices-groups", *as_told(seat_opened(choice_id="choice"), service="groups"))

    assert lists(store) == []


@pytest.mark.parametrize(
    ("because", "deputy", "reason", "told_of"),
    [
        ("asked", False, None, 2),
        ("seat_closed", False, None, 0),
        ("asked", True, None, 0),
        ("asked", False, "Feil person valgt", 0),
    ],
)
def test_a_seat_is_vacant_when_its_member_has_left_it(
    store: Store, because: groups.VacatedBecause, deputy: bool, reason: str | None, told_of: int
) -> None:  # fmt: skip
    vacated = seat_vacated(because=because, deputy=deputy, reason=reason)
    take(store, "notices-groups", *as_told(vacated, service="groups"))

    assert len(lists(store)) == told_of
    assert {row["subject"] for row in lists(store)} <= {"Ledig plass: gruppe uten navn, plass 1"}


@pytest.mark.parametrize(
    ("ended", "told_of"), [(None, 2), ("2026-11-02", 2), ("2026-11-01", 0), ("2026-10-31", 0)]
)
def test_a_seat_whose_term_was_over_by_then_becomes_no_vacancy(
    store: Store, ended: str | None, told_of: int
) -> None:
    vacated = seat_vacated(vacated_on=date(2026, 11, 1), because="contact_removed")
    take(store, "notices-groups", *as_told(vacated, service="groups", previous={"vacated_on": ended}))

    assert len(lists(store)) == told_of
