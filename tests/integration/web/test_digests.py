"""Digests over HTTP, and the documented way to check a copy by them, carried out as it is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import services.notifications
from tests.support.examples import fees
from tests.support.examples import membership as said
from tests.support.examples.membership import HARSTAD
from tests.support.visitors import Visitor
from tests.support.wire import Wire

DIGESTS = "/notifications/v1/digests"
README = Path(services.notifications.__file__).parent / "README.md"


@pytest.fixture
def program(notifications_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(notifications_app, "office")
    return visitor


@pytest.fixture(autouse=True)
def two_days(notifications: Wire) -> None:
    """Two events of membership, one recorded each day; one of fees."""
    notifications.tell(
        "membership", said.municipality_registered(), recorded_at="2026-11-01T10:00:00.000000Z"
    )
    notifications.tell(
        "membership",
        said.municipality_registered(municipality_id=HARSTAD),
        recorded_at="2026-11-02T10:00:00.000000Z",
    )
    notifications.tell("fees", fees.fee_schedule_adopted(), recorded_at="2026-11-02T11:00:00.000000Z")


def listed(program: Visitor, query: str = "") -> list[dict[str, Any]]:
    answer = program.get(f"{DIGESTS}{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = (answer.json or {})["items"]
    return items


def test_each_day_of_each_service_has_its_digest(program: Visitor) -> None:
    assert [(row["service"], row["day"], row["closed"]) for row in listed(program)] == [
        ("membership", "2026-11-01", True),
        ("fees", "2026-11-02", False),
        ("membership", "2026-11-02", False),
    ]


def test_days_are_asked_for_by_service_from_a_day_on_and_in_pages(program: Visitor) -> None:
    first = program.get(f"{DIGESTS}?limit=2").json or {}
    rest = listed(program, f"?limit=2&cursor={first['next']}")

    assert [row["day"] for row in listed(program, "?service=membership&since=2026-11-02")] == ["2026-11-02"]
    assert first["items"] + rest == listed(program)


@pytest.mark.parametrize("query", ["?service=parking", "?since=yesterday", "?limit=0", "?cursor=x"])
def test_a_question_that_cannot_be_answered_is_refused(program: Visitor, query: str) -> None:
    answer = program.get(f"{DIGESTS}{query}")

    assert 400 <= answer.status_code < 500, answer.text
    assert answer.content_type == "application/problem+json"


def test_the_documented_lines_find_the_published_digests_of_a_copy(program: Visitor) -> None:
    source = "https://example.org/membership"
    copy = [
        event for event in program.get("/notifications/v1/events").json or [] if event["source"] == source
    ]
    (lines,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    found: dict[str, Any] = {"events": copy}

    exec(lines, found)  # noqa: S102  # the documentation is carried out as it is written

    assert found["days"] == {row["day"]: row["digest"] for row in listed(program, "?service=membership")}
    assert len(copy) == 2
    assert len(lines.splitlines()) <= 10
