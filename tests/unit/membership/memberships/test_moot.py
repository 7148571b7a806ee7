"""A way that leads nowhere any more reminds nobody, waits for nobody and stands on no board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared import clock
from shared.eventstore import Store
from tests.support.membership_way import Client, Way, come, day, merge, publish

pytestmark = pytest.mark.usefixtures("version_1")


@pytest.fixture
def second(office: Client, harstad: str, loppa: str) -> Way:
    """Loppa's way through version 2, of which nothing is recorded yet."""
    publish(office, harstad, 2)
    return Way(office, loppa, 2)


@pytest.fixture(params=["merged away", "a member under a later version"])
def goes_elsewhere(request: Any, office: Client, loppa: str, alta: str, second: Way) -> Callable[[], None]:
    """Let Loppa be merged away, or be a member under version 2 instead of the first."""

    def happens() -> None:
        if request.param == "merged away":
            merge(office, loppa, alta, 0)
        else:
            second.go(-5)

    return happens


def waits(office: Client, municipality_id: str) -> set[str]:
    """What the office waits for from the municipality, but for contacts."""
    items = office.get("/waiting").json["items"]
    return {one["kind"] for one in items if one["municipality_id"] == municipality_id} - {"contact-missing"}


def on_the_board(office: Client, query: str = "") -> list[tuple[int, str]]:
    return [(one["agreement_version"], one["stage"]) for one in office.get(f"/board{query}").json["items"]]


def test_an_invitation_that_nobody_will_answer_is_let_be(
    office: Client, loppa: str, store: Store, goes_elsewhere: Callable[[], None]
) -> None:
    Way(office, loppa).invite()
    assert waits(office, loppa) == {"reply-overdue"}
    goes_elsewhere()

    assert come(store, 0) == []
    assert waits(office, loppa) == set()
    assert (1, "invited") not in on_the_board(office)


def test_nobody_is_reminded_of_its_deadline(
    office: Client, loppa: str, store: Store, goes_elsewhere: Callable[[], None]
) -> None:
    Way(office, loppa).invite(invited_on=day(-1), reply_by=day(20))
    goes_elsewhere()

    assert [come(store, offset) for offset in (6, 17, 21)] == [[], [], []]


def test_papers_that_will_not_come_are_not_waited_for(
    office: Client, loppa: str, goes_elsewhere: Callable[[], None]
) -> None:
    way = Way(office, loppa)
    for step in (way.invite, way.resolve, way.sign):
        step()
    assert waits(office, loppa) == {"papers-missing"}
    goes_elsewhere()

    assert waits(office, loppa) == set()
    assert (1, "signed") not in on_the_board(office)


def test_until_the_day_comes_the_invitation_stands(
    office: Client, loppa: str, alta: str, store: Store, second: Way
) -> None:
    Way(office, loppa).invite()
    second.go(5)
    Way(office, alta).invite()
    merge(office, alta, loppa, 1)

    assert come(store, 0) == ["DeadlinePassed", "DeadlinePassed"]
    assert sorted(on_the_board(office)) == [(1, "invited"), (1, "invited"), (2, "joining")]
    assert on_the_board(office, f"?as_of={day(5)}") == [(2, "member")]


def test_what_was_known_before_the_merger_stands_on_the_board(office: Client, loppa: str, alta: str) -> None:
    Way(office, loppa).invite()
    moment = clock.moment(clock.now())
    merge(office, loppa, alta, 0)

    assert on_the_board(office) == []
    assert on_the_board(office, f"?known_at={moment}") == [(1, "invited")]


def test_a_member_is_still_asked_for_the_next_version(
    office: Client, loppa: str, store: Store, second: Way
) -> None:
    Way(office, loppa).go(-5)
    second.invite()

    assert come(store, 0) == ["DeadlinePassed"]
    assert waits(office, loppa) == {"reply-overdue"}
    assert on_the_board(office) == [(1, "member"), (2, "invited")]


@pytest.mark.parametrize(("invited", "stands"), [(-100, False), (-20, True)])
def test_who_has_left_the_later_version_is_asked_anew_or_not_at_all(
    office: Client, loppa: str, store: Store, second: Way, invited: int, stands: bool
) -> None:
    second.go(-30)
    second.take("withdrawal", {"received_on": day(-25), "ends_on": day(-20), "reason": "Avtalt"})
    Way(office, loppa).invite(invited_on=day(invited), reply_by=day(-1))

    assert come(store, 0) == ["DeadlinePassed"] * stands
    assert waits(office, loppa) == ({"reply-overdue"} if stands else set())


def test_a_joining_date_that_will_not_come_stands_on_no_board(office: Client, loppa: str, alta: str) -> None:
    Way(office, loppa).go(20)
    assert on_the_board(office) == [(1, "joining")]
    merge(office, loppa, alta, 20)

    assert on_the_board(office) == []


def test_who_is_no_more_when_the_version_ends_is_not_warned_of_it(
    office: Client, harstad: str, loppa: str, alta: str, store: Store
) -> None:
    publish(office, harstad, 2, valid_to=day(70))
    Way(office, loppa, 2).go()
    merge(office, loppa, alta, 70)

    assert [come(store, offset) for offset in (10, 56, 67)] == [[], [], []]
    assert "version-ends" not in office.get("/waiting").text
