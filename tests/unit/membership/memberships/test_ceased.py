"""A municipality that is merged away, or will be, is no member from that day on."""

from __future__ import annotations

import pytest

from shared import clock
from shared.eventstore import Store
from tests.support.membership_way import Client, Way, come, day, merge, publish

pytestmark = pytest.mark.usefixtures("version_1")


def members(office: Client, query: str) -> list[tuple[str, str, str | None]]:
    items = office.get(f"/members?{query}").json["items"]
    return [(one["standing"], one["member_from"], one["member_to"]) for one in items]


def test_a_joining_date_on_or_after_the_merger_begins_nothing(
    office: Client, loppa: str, alta: str, store: Store
) -> None:
    Way(office, loppa).go(20)
    merge(office, loppa, alta, 20)

    assert come(store, 25) == []
    assert members(office, "standing=all") == []
    assert office.get(f"{Way(office, loppa).path}?as_of={day(25)}").json["stage"] == "ended"


def test_a_merger_ahead_ends_membership_in_every_answer_about_a_day_after_it(
    office: Client, from_alta: Client, loppa: str, alta: str
) -> None:
    way = Way(office, loppa)
    way.go(-20)
    moment = clock.moment(clock.now())
    merge(office, loppa, alta, 100)

    assert members(office, f"as_of={day(99)}") == [("member", day(-20), day(100))]
    assert members(office, f"as_of={day(100)}") == []
    assert members(office, f"as_of={day(150)}&standing=all") == [("former", day(-20), day(100))]
    assert members(office, f"as_of={day(150)}&known_at={moment}") == [("member", day(-20), None)]
    for visitor in (office, from_alta):
        shown = visitor.get(f"{way.path}?as_of={day(150)}").json
        assert shown["stage"] == "ended"
        assert [part["member_to"] for part in shown["intervals"]] == [day(100)]


def test_until_the_merger_a_later_version_takes_over_as_ever(
    office: Client, harstad: str, loppa: str, alta: str
) -> None:
    publish(office, harstad, 2)
    Way(office, loppa, 1).go(-30)
    merge(office, loppa, alta, 100)
    joined = Way(office, loppa, 2).go(50)

    assert joined.status_code == 201, joined.text
    (one,) = office.get("/members").json["items"]
    assert [(part["member_from"], part["member_to"]) for part in one["parts"]] == [
        (day(-30), day(50)),
        (day(50), day(100)),
    ]


def test_a_notice_that_runs_on_after_the_merger_ends_with_it(
    office: Client, loppa: str, alta: str, store: Store
) -> None:
    way = Way(office, loppa)
    way.go(-30)
    way.take("withdrawal", {"received_on": day(-5), "ends_on": day(80), "reason": "Avtalt"})
    merge(office, loppa, alta, 40)

    assert members(office, f"as_of={day(40)}&standing=all") == [("former", day(-30), day(40))]
    assert come(store, 40) == ["MunicipalityLeft"]


def test_an_end_is_not_corrected_to_a_day_after_the_merger(
    office: Client, loppa: str, alta: str, store: Store
) -> None:
    way = Way(office, loppa)
    way.go(-30)
    merge(office, loppa, alta, -5)
    come(store, 0)
    later = way.take("leaving-date-correction", {"left_on": day(-4), "reason": "Feil"})
    sooner = way.take("leaving-date-correction", {"left_on": day(-6), "reason": "Feil"})

    assert (later.status_code, later.json["code"]) == (409, "municipality-ceased")
    assert (sooner.status_code, sooner.json["ends_on"]) == (201, day(-6))
