"""A municipality takes no steps for others, and sees of their ways the memberships alone (decision 16)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.membership_way import Client, Way, day

pytestmark = pytest.mark.usefixtures("version_1")


def test_a_municipality_records_its_own_steps_and_no_other(
    office: Client, from_loppa: Client, loppa: str, alta: str
) -> None:
    Way(office, loppa).invite()
    Way(office, alta).invite()
    own, others = Way(from_loppa, loppa), Way(from_loppa, alta)

    assert [own.treat().status_code, own.resolve().status_code, own.sign().status_code] == [201, 201, 201]
    assert [others.treat().status_code, others.resolve().status_code, others.sign().status_code] == [403] * 3
    assert [own.receive().status_code, own.join().status_code, own.invite().status_code] == [403] * 3


def test_of_others_a_municipality_sees_membership_and_nothing_unfinished(
    office: Client, from_alta: Client, loppa: str
) -> None:
    way = Way(office, loppa)
    way.invite()
    way.resolve(outcome="approved_with_conditions", conditions=["Utgiften dekkes"])
    path = f"/municipalities/{loppa}/memberships"
    before = from_alta.get(path).json
    way.sign()
    way.receive()
    way.take("conditions-settlement", {"settled_on": day(-35), "manner": "met"})
    way.join()
    after = from_alta.get(path)

    assert before["ways"] == []
    assert "26/1042" not in after.text
    assert "Utgiften" not in after.text
    assert after.json["standing"] == "member"
    assert "26/1042" in office.get(path).text
    assert loppa in [one["municipality_id"] for one in from_alta.get("/board").json["items"]]


def test_of_another_municipality_a_way_is_not_known_before_membership(
    office: Client, from_alta: Client, loppa: str
) -> None:
    way = Way(office, loppa)
    way.invite()
    before = from_alta.get(way.path)
    for step in (way.resolve, way.sign, way.receive, way.join):
        step()
    after = from_alta.get(way.path)

    assert (before.status_code, before.json["code"]) == (404, "way-unknown")
    assert after.json["stage"] == "member"
    assert "resolution" not in after.json


def test_a_new_round_of_another_municipality_shows_only_the_memberships_there_were(
    office: Client, from_alta: Client, loppa: str
) -> None:
    way = Way(office, loppa)
    way.go(-30)
    way.take("withdrawal", {"received_on": day(-21), "ends_on": day(-20), "reason": "Avtalt"})

    def seen() -> list[dict[str, Any]]:
        told = from_alta.get(f"/municipalities/{loppa}/memberships").json["ways"]
        board = [one for one in from_alta.get("/board").json["items"] if one["municipality_id"] == loppa]
        return [from_alta.get(way.path).json, *told, *board]

    ended = seen()
    assert [one["stage"] for one in ended] == ["ended"] * 3
    way.invite(invited_on=day(-19), reply_by=day(60))
    assert seen() == ended
    way.treat(treated_on=day(-19))
    way.resolve(resolved_on=day(-18), outcome="rejected")
    assert seen() == ended
    way.invite(invited_on=day(-17), reply_by=day(60))
    way.resolve(resolved_on=day(-16))
    way.sign(signed_on=day(-15))
    way.receive(received_on=day(-14))
    assert seen() == ended
    way.join(20)

    assert [(one["stage"], one["member_from"], one["joined"]) for one in seen()] == [
        ("joining", day(20), False)
    ] * 3


@pytest.mark.parametrize(
    ("offset", "stage", "term"),
    [
        (-31, "joining", (-30, -20)),
        (-30, "member", (-30, -20)),
        (-20, "joining", (-10, -1)),
        (-10, "member", (-10, -1)),
        (-2, "member", (-10, -1)),
        (-1, "ended", (-10, -1)),
    ],
)
def test_of_others_the_membership_of_the_day_is_shown_else_the_next_one_else_the_last(
    office: Client, from_alta: Client, loppa: str, offset: int, stage: str, term: tuple[int, int]
) -> None:
    way = Way(office, loppa)
    way.leave_and_begin_anew()
    way.join(-10)
    way.take("withdrawal", {"received_on": day(-2), "ends_on": day(-1), "reason": "Avtalt"})
    shown = from_alta.get(f"{way.path}?as_of={day(offset)}").json

    assert (shown["stage"], shown["member_from"], shown["ends_on"]) == (stage, *map(day, term))
