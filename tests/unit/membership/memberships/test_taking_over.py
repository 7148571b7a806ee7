"""A later version has taken over, and the day on which it did is corrected."""

from __future__ import annotations

from typing import Any

import pytest

from shared import clock
from shared.eventstore import Store
from tests.support.conditions import changes_only_what_was_seen
from tests.support.membership_way import Client, Way, day, publish

pytestmark = pytest.mark.usefixtures("version_1")


@pytest.fixture
def second(office: Client, harstad: str, loppa: str) -> Way:
    """Loppa's way through version 2, which took over thirty days ago."""
    publish(office, harstad, 2)
    Way(office, loppa, 1).go(-60)
    way = Way(office, loppa, 2)
    way.go(-30)
    return way


def corrected(way: Way, offset: int, **headers: str) -> Any:
    body = {"member_from": day(offset), "reason": "Feil i brevet"}
    return way.take("joining-date-correction", body, **headers)


def spans(office: Client, query: str = "standing=all") -> list[list[tuple[str, str | None]]]:
    """The parts of every unbroken membership."""
    items = office.get(f"/members?{query}").json["items"]
    return [[(part["member_from"], part["member_to"]) for part in one["parts"]] for one in items]


@pytest.mark.parametrize("offset", [-20, -40, -59, 60])
def test_the_end_of_the_earlier_membership_follows_the_begin_of_the_later(
    office: Client, second: Way, offset: int
) -> None:
    answer = corrected(second, offset)

    assert (answer.status_code, answer.json["member_from"]) == (201, day(offset))
    assert spans(office) == [[(day(-60), day(offset)), (day(offset), None)]]


def test_it_follows_every_correction(office: Client, second: Way) -> None:
    for offset in (-20, -50, 10, -25):
        corrected(second, offset)

    assert spans(office) == [[(day(-60), day(-25)), (day(-25), None)]]


def test_both_are_told_with_the_reason_and_there_is_never_a_gap_between_them(
    second: Way, loppa: str, store: Store
) -> None:
    def told(offset: int) -> list[tuple[str, str, str]]:
        before = len(store.history(key=loppa))
        corrected(second, offset)
        new = store.history(key=loppa)[before:]
        return [(type(one.event).__name__, one.stream[-2:], one.event.reason) for one in new]

    end, begin = (
        ("LeavingDateCorrected", "/1", "Feil i brevet"),
        ("JoiningDateCorrected", "/2", "Feil i brevet"),
    )
    assert told(-20) == [end, begin]
    assert told(-40) == [begin, end]
    assert told(-40) == []


def test_what_was_known_before_keeps_both_dates(office: Client, second: Way) -> None:
    moment = clock.moment(clock.now())
    corrected(second, -20)

    assert spans(office, f"known_at={moment}") == [[(day(-60), day(-30)), (day(-30), None)]]


def test_an_end_with_a_reason_of_its_own_stays(office: Client, loppa: str, second: Way) -> None:
    first = Way(office, loppa, 1)
    first.take("leaving-date-correction", {"left_on": day(-35), "reason": "Avtalt opphold"})
    corrected(second, -20)

    assert spans(office) == [[(day(-60), day(-35))], [(day(-20), None)]]


def test_a_later_version_takes_over_after_the_earlier_one_began(office: Client, second: Way) -> None:
    refused = corrected(second, -60)

    assert (refused.status_code, refused.json["code"]) == (409, "memberships-overlap")
    assert spans(office) == [[(day(-60), day(-30)), (day(-30), None)]]


def test_where_the_correction_is_refused_the_end_stays_too(office: Client, second: Way) -> None:
    refused = second.take("joining-date-correction", {"member_from": day(-20), "reason": " "})

    assert refused.json["code"] == "reason-missing"
    assert spans(office) == [[(day(-60), day(-30)), (day(-30), None)]]


@pytest.mark.parametrize("offset", [-20, -40])
def test_the_correction_changes_only_the_way_that_was_seen(office: Client, second: Way, offset: int) -> None:
    changes_only_what_was_seen(
        lambda: office.get(second.path), lambda headers: corrected(second, offset, **headers)
    )
