"""That another municipality will leave is its own matter until it has left (decision 16)."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import clock
from tests.support.membership_client import Visitor
from tests.support.membership_way import Way, day

pytestmark = pytest.mark.usefixtures("version_1")

AHEAD = 20


@pytest.fixture
def leaving(office: Visitor, loppa: str) -> Way:
    """Loppa has given notice, and the end of its membership lies ahead."""
    way = Way(office, loppa)
    way.go(-30)
    given = way.take("withdrawal", {"received_on": day(-21), "ends_on": day(AHEAD), "reason": "Avtalt"})
    assert given.json["stage"] == "notice_given"
    return way


def answers(visitor: Visitor, loppa: str, axes: str = "") -> dict[str, Any]:
    """All that is answered about Loppa's membership."""

    def read(path: str) -> Any:
        answer = visitor.get(f"{path}{'&' if '?' in path else '?'}{axes}")
        assert answer.status_code == 200, answer.text
        return answer.json

    def its_own(path: str) -> list[Any]:
        return [one for one in read(path)["items"] if one["municipality_id"] == loppa]

    file = visitor.get(f"/members?standing=all&format=csv&{axes}").text
    return {
        "way": read(f"/municipalities/{loppa}/agreements/1"),
        "memberships": read(f"/municipalities/{loppa}/memberships"),
        "members": its_own("/members"),
        "board": its_own("/board"),
        "file": [row for row in csv.DictReader(io.StringIO(file), delimiter=";") if row["number"] == "5614"],
    }


def pages(visitor: Visitor, loppa: str, axes: str = "") -> list[str]:
    """What stands on the pages that tell of Loppa's membership."""
    paths = ("/", f"/kommuner/{loppa}", "/avtaler", "/avtaler/1")
    return [re.sub(r"<[^>]+>", "", visitor.see(f"{path}?{axes}")) for path in paths]


def test_a_notice_of_withdrawal_changes_no_answer_for_others(
    office: Visitor, from_alta: Visitor, loppa: str
) -> None:
    way = Way(office, loppa)
    way.go(-30)
    before = answers(from_alta, loppa), pages(from_alta, loppa)
    way.take("withdrawal", {"received_on": day(-21), "ends_on": day(AHEAD), "reason": "Avtalt"})
    given = answers(from_alta, loppa), pages(from_alta, loppa)
    way.take("leaving-date-correction", {"left_on": day(AHEAD + 9), "reason": "Feil dag"})
    corrected = answers(from_alta, loppa), pages(from_alta, loppa)

    assert given == before
    assert corrected == before
    assert (before[0]["way"]["stage"], before[0]["members"][0]["member_to"]) == ("member", None)


@pytest.mark.parametrize("axis", ["", "&known_at={}"])
def test_not_even_who_asks_for_a_day_after_the_end_is_told(
    from_alta: Visitor, loppa: str, leaving: Way, axis: str
) -> None:
    axes = f"as_of={day(AHEAD + 1)}{axis.format(day(AHEAD + 1))}"
    told = answers(from_alta, loppa, axes)
    agreement = pages(from_alta, loppa, axes)[-1]

    assert (told["way"]["stage"], told["way"]["ends_on"]) == ("member", None)
    assert (told["memberships"]["standing"], told["memberships"]["member_to"]) == ("member", None)
    assert [one["member_to"] for one in told["members"]] == [None]
    assert [(one["standing"], one["member_to"]) for one in told["file"]] == [("member", "")]
    assert "Loppa" in agreement


def test_the_office_and_the_municipality_itself_see_the_end_that_lies_ahead(
    office: Visitor, from_loppa: Visitor, loppa: str, leaving: Way
) -> None:
    for visitor in (office, from_loppa):
        told = answers(visitor, loppa)

        assert (told["way"]["stage"], told["way"]["ends_on"]) == ("notice_given", day(AHEAD))
        assert told["memberships"]["member_to"] == day(AHEAD)
        assert [one["member_to"] for one in [*told["members"], *told["file"]]] == [day(AHEAD)] * 2
        assert "Loppa" not in pages(visitor, loppa, f"as_of={day(AHEAD)}")[-1]


def test_an_end_that_has_come_is_shown_to_others(from_alta: Visitor, loppa: str, leaving: Way) -> None:
    leaving.take("leaving-date-correction", {"left_on": day(0), "reason": "Feil dag"})
    told = answers(from_alta, loppa, f"as_of={day(-1)}")

    assert (told["way"]["stage"], told["way"]["ends_on"]) == ("member", day(0))
    assert [one["member_to"] for one in [*told["members"], *told["file"]]] == [day(0)] * 2
    assert answers(from_alta, loppa)["memberships"]["standing"] == "former"


def test_what_lay_ahead_at_the_moment_asked_about_is_not_told_afterwards(
    from_alta: Visitor, loppa: str, leaving: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.moment(clock.now())
    leaving.take("withdrawal-cancellation", {"cancelled_on": day(0), "reason": "Omgjort"})
    monkeypatch.setenv("SAMVIRKE_CLOCK", str(tmp_path / "moved"))
    clock.move_to(clock.real_now() + timedelta(days=AHEAD + 1))
    told = answers(from_alta, loppa, f"known_at={moment}")

    assert (told["way"]["stage"], told["way"]["ends_on"]) == ("member", None)


def test_an_end_moved_ahead_after_a_new_invitation_is_withheld_as_well(
    from_alta: Visitor, loppa: str, leaving: Way
) -> None:
    leaving.take("leaving-date-correction", {"left_on": day(-1), "reason": "Feil dag"})
    leaving.take("leaving-date-correction", {"left_on": day(AHEAD), "reason": "Feil dag likevel"})
    invited = leaving.invite(invited_on=day(0), reply_by=day(60))
    told = answers(from_alta, loppa)

    assert invited.status_code == 201, invited.text
    assert [one["member_to"] for one in told["way"]["intervals"]] == [None]
