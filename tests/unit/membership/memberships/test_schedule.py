from __future__ import annotations

import pytest

from services.membership.memberships.deadlines import Deadlines, deadlines
from shared.eventstore import Store
from shared.opening import NETWORKS
from tests.support.membership_way import Client, Way, come, day, merge, on, publish

pytestmark = pytest.mark.usefixtures("version_1")


def test_a_membership_begins_on_its_day_and_once(office: Client, loppa: str, store: Store) -> None:
    Way(office, loppa).go(20)

    assert come(store, 19) == []
    assert come(store, 20) == ["MunicipalityJoined"]
    assert come(store, 20) == []


def test_a_corrected_date_counts(office: Client, loppa: str, store: Store) -> None:
    way = Way(office, loppa)
    way.go(20)
    way.take("joining-date-correction", {"member_from": day(30), "reason": "Utsatt"})

    assert come(store, 20) == []
    assert come(store, 31) == ["MunicipalityJoined"]


def test_a_membership_ends_when_its_notice_has_run_out(office: Client, loppa: str, store: Store) -> None:
    way = Way(office, loppa)
    way.go()
    way.take("withdrawal", {"received_on": day(-1), "ends_on": day(40), "reason": "Avtalt"})

    assert come(store, 39) == []
    assert come(store, 40) == ["MunicipalityLeft"]
    assert come(store, 41) == []


def test_an_earlier_version_gives_way_on_the_day_of_the_later_one(
    office: Client, harstad: str, loppa: str, store: Store
) -> None:
    publish(office, harstad, 2)
    Way(office, loppa, 1).go(-30)
    Way(office, loppa, 2).go(10)

    assert come(store, 9) == []
    assert come(store, 10) == ["MunicipalityJoined", "MunicipalityLeft"]
    assert store.history(stream=f"membership-{loppa}/1")[-1].event.left_on == on(10)
    assert come(store, 11) == []


def test_a_municipality_that_is_merged_away_is_a_member_until_then(
    office: Client, loppa: str, alta: str, store: Store
) -> None:
    Way(office, loppa).go()
    merge(office, loppa, alta, 50)

    assert come(store, 49) == []
    assert come(store, 50) == ["MunicipalityLeft"]
    left = store.history(stream=f"membership-{loppa}/1")[-1].event
    assert (left.cause, left.left_on) == ("merged", on(50))


def test_an_answer_is_reminded_of_at_each_mark_and_missed_once_it_is_over(
    office: Client, loppa: str, store: Store
) -> None:
    Way(office, loppa).invite(invited_on=day(-1), reply_by=day(100))
    said = [name for offset in range(105) for name in come(store, offset)]

    assert said == ["DeadlineNeared"] * 3 + ["DeadlinePassed"]
    days = [one.event.days_left for one in store.history(key=loppa) if hasattr(one.event, "days_left")]
    assert days == [60, 14, 3]


def test_marks_that_were_missed_are_not_made_up_for(office: Client, loppa: str, store: Store) -> None:
    Way(office, loppa).invite(invited_on=day(-1), reply_by=day(100))
    come(store, 95)

    assert [one.event.days_left for one in store.history(key=loppa) if hasattr(one.event, "days_left")] == [
        14
    ]


def test_a_mark_before_the_invitation_is_not_said(office: Client, loppa: str, store: Store) -> None:
    Way(office, loppa).invite(invited_on=day(-1), reply_by=day(30))

    assert come(store, 0) == []


def test_an_answer_ends_the_reminders(office: Client, loppa: str, store: Store) -> None:
    way = Way(office, loppa)
    way.invite(invited_on=day(-100), reply_by=day(50))
    way.resolve()

    assert come(store, 0) == []
    assert come(store, 60) == []


def test_the_end_of_a_version_warns_its_members_and_ends_nothing(
    office: Client, harstad: str, loppa: str, store: Store
) -> None:
    publish(office, harstad, 2, valid_to=day(70))
    Way(office, loppa, 2).go()

    assert [come(store, offset) for offset in (9, 10, 56, 67, 70, 71)] == [
        [],
        ["DeadlineNeared"],
        ["DeadlineNeared"],
        ["DeadlineNeared"],
        ["DeadlinePassed"],
        [],
    ]
    assert office.get("/members").json["items"][0]["member_to"] is None


def test_who_has_a_later_version_is_not_warned(
    office: Client, harstad: str, loppa: str, store: Store
) -> None:
    publish(office, harstad, 2, valid_to=day(70))
    publish(office, harstad, 3)
    Way(office, loppa, 2).go(-30)
    Way(office, loppa, 3).go(69)

    assert come(store, 60) == []


def test_the_days_are_a_setting_of_the_network() -> None:
    assert deadlines(NETWORKS / "digitrofi") == Deadlines()
