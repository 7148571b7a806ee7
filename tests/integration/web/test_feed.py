"""The merged feed over HTTP, as programs follow it (I-03, I-04, decision 16)."""

from __future__ import annotations

import re
import threading
import time
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from services.notifications.feed.tables import feed
from tests.support.examples import fees, groups
from tests.support.examples import membership as said
from tests.support.examples.membership import HARSTAD, LYNGEN
from tests.support.visitors import Visitor
from tests.support.wire import Wire

EVENTS = "/notifications/v1/events"


@pytest.fixture
def program(notifications_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(notifications_app, "office")
    return visitor


@pytest.fixture
def told(notifications: Wire) -> list[str]:
    """Four events of two services, in the order in which they were taken in."""
    first = notifications.tell(
        "membership", said.municipality_registered(), said.municipality_registered(municipality_id=HARSTAD)
    )
    return [*first, *notifications.tell("groups", groups.leaders_network(), groups.professional_group())]


def ids(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [document["id"] for document in answer.json or []]


def following(answer: TestResponse) -> str:
    link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers["Link"])
    assert link is not None
    return link.group(1).removeprefix("http://localhost")


def test_the_feed_is_a_batch_of_the_documents_as_they_were_published(
    program: Visitor, told: list[str]
) -> None:
    answer = program.get(EVENTS)

    assert ids(answer) == told
    assert answer.content_type == "application/cloudevents-batch+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json[0]["type"] == "no.digitrofi.MunicipalityRegistered.v1"
    assert answer.json[0]["data"]["current"]["names"]["nb"] == "Lyngen"


def test_following_the_link_misses_and_repeats_nothing(program: Visitor, told: list[str]) -> None:
    seen: list[str] = []
    answer = program.get(f"{EVENTS}?limit=3")
    while page := ids(answer):
        seen += page
        answer = program.get(following(answer))

    assert seen == told
    assert ids(program.get(following(answer))) == []


def test_an_end_where_nothing_is_new_is_not_sent_again_but_one_that_moved_on_is(
    program: Visitor, notifications: Wire, told: list[str]
) -> None:
    end = f"{EVENTS}?type=no.digitrofi.FeeEstimated.v1"
    first = program.get(end)
    condition = {"If-None-Match": first.headers["ETag"]}
    unchanged = program.get(end, **condition)
    notifications.tell("membership", said.municipality_joined(municipality_id=HARSTAD))
    moved = program.get(end, **condition)

    assert (first.json, unchanged.status_code, unchanged.headers["Link"]) == ([], 304, first.headers["Link"])
    assert (moved.status_code, moved.json) == (200, [])
    assert moved.headers["Link"] != first.headers["Link"]


def test_the_link_is_there_before_the_first_event(program: Visitor) -> None:
    answer = program.get(EVENTS)

    assert ids(answer) == []
    assert following(answer).startswith(EVENTS)


def test_the_head_is_found_from_the_end(program: Visitor, told: list[str]) -> None:
    assert ids(program.get(f"{EVENTS}?order=desc&limit=1")) == told[-1:]


def test_a_page_begins_after_the_event_that_is_named(program: Visitor, told: list[str]) -> None:
    assert ids(program.get(f"{EVENTS}?after={told[1]}")) == told[2:]
    assert ids(program.get(f"{EVENTS}?lastEventId={told[1]}")) == told[2:]


def test_the_feed_is_filtered_by_type_subject_and_moment(program: Visitor, told: list[str]) -> None:
    moment = quote(program.get(EVENTS).json[1]["recordedtime"])

    assert ids(program.get(f"{EVENTS}?type=no.digitrofi.GroupEstablished.v1")) == told[2:]
    assert ids(program.get(f"{EVENTS}?type=no.digitrofi.MunicipalityRegistered.*")) == told[:2]
    assert ids(program.get(f"{EVENTS}?type=no.digitrofi.*")) == told
    assert ids(program.get(f"{EVENTS}?subject=municipality/{LYNGEN}")) == told[:1]
    assert ids(program.get(f"{EVENTS}?since={moment}"))[:1] == told[1:2]


def test_a_filtered_page_without_matches_moves_on(program: Visitor, told: list[str]) -> None:
    answer = program.get(f"{EVENTS}?type=no.digitrofi.FeeWaived.v1")

    assert ids(answer) == []
    assert f"after={told[-1]}" in following(answer)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("after=no-such-event", "unknown-cursor"),
        ("type=no.digitrofi.NothingHappened.v1", "bad-feed-question"),
        ("type=", "bad-feed-question"),
        ("subject=", "bad-feed-question"),
        ("after=", "bad-feed-question"),
        ("limit=0", "bad-feed-question"),
        ("limit=1001", "bad-feed-question"),
        ("limit=many", "bad-feed-question"),
        ("timeout=30001", "bad-feed-question"),
        ("order=random", "bad-feed-question"),
        ("since=yesterday", "bad-feed-question"),
        ("since=2026-01-01T00:00:00Z&after=x", "bad-feed-question"),
        ("after=x&after=y", "parameter-repeated"),
        ("after=x&lastEventId=y", "bad-feed-question"),
        ("colour=blue", "parameter-unknown"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    program: Visitor, told: list[str], question: str, code: str
) -> None:
    answer = program.get(f"{EVENTS}?{question}")

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["code"] == code


def test_a_cursor_that_is_kept_no_longer_is_answered_with_where_to_go_on(
    program: Visitor, told: list[str], notifications: Wire
) -> None:
    with notifications.store.database.writing() as connection:
        connection.execute(update(feed).where(feed.c.event_id == told[0]).values(document=None))
    answer = program.get(f"{EVENTS}?after={told[0]}")

    assert (answer.status_code, answer.json["code"]) == (410, "cursor-gone")
    assert answer.json["details"]["oldest"] == told[1]
    assert ids(program.get(EVENTS)) == told[1:]


def test_a_waiting_reader_wakes_when_an_event_is_taken_in(program: Visitor, notifications: Wire) -> None:
    waited: list[tuple[float, list[str]]] = []

    def wait() -> None:
        began = time.monotonic()
        answer = program.get(f"{EVENTS}?timeout=20000")
        waited.append((time.monotonic() - began, ids(answer)))

    reader = threading.Thread(target=wait)
    reader.start()
    time.sleep(0.5)
    told = notifications.tell("membership", said.municipality_registered())
    reader.join(timeout=15)

    assert waited, "The reader still waits."
    assert waited[0][1] == told
    assert 0.4 < waited[0][0] < 10


def test_a_reader_waits_no_longer_than_it_said(program: Visitor) -> None:
    began = time.monotonic()
    answer = program.get(f"{EVENTS}?timeout=300")

    assert ids(answer) == []
    assert 0.3 <= time.monotonic() - began < 5


def test_a_municipality_follows_itself_and_what_all_may_see(
    notifications_app: Flask, notifications: Wire, signed_in: Any
) -> None:
    seen = notifications.tell(
        "membership", said.municipality_registered(municipality_id=HARSTAD), said.municipality_invited()
    )
    withheld = notifications.tell("membership", said.municipality_invited(municipality_id=HARSTAD))
    rates = notifications.tell("fees", fees.fee_schedule_adopted())
    withheld += notifications.tell("fees", fees.fee_estimated())
    lyngen = signed_in(notifications_app, LYNGEN)
    shown = ids(lyngen.get(f"{EVENTS}?limit=1000"))

    assert set(seen) | set(rates) <= set(shown)
    assert not set(withheld) & set(shown)
    assert ids(lyngen.get(f"{EVENTS}?subject=municipality/{HARSTAD}")) == seen[:1]


def test_notices_of_others_are_not_in_the_feed_of_a_municipality(
    notifications_app: Flask, notifications: Wire, signed_in: Any
) -> None:
    notifications.tell("membership", said.municipality_invited(municipality_id=HARSTAD))
    question = f"{EVENTS}?type=no.digitrofi.NoticeRaised.v1"

    assert len(ids(signed_in(notifications_app, "office").get(question))) == 2
    assert len(ids(signed_in(notifications_app, HARSTAD).get(question))) == 2
    assert ids(signed_in(notifications_app, LYNGEN).get(question)) == []


def test_every_type_is_catalogued_with_the_schema_of_its_data(program: Visitor) -> None:
    types = {one["type"]: one for one in program.read("/notifications/v1/event-types")["items"]}
    joined = types["no.digitrofi.MunicipalityJoined.v1"]

    assert (joined["service"], joined["seen_of_others"]) == ("membership", True)
    assert joined["description"]
    assert "member_from" in str(joined["data_schema"])
    assert types["no.digitrofi.MunicipalityInvited.v1"]["seen_of_others"] is False
    assert joined["example"]["data"]["current"]["member_from"]
    assert (
        joined["dataschema"] == "https://digitrofi.no/samvirke/membership/schemas/MunicipalityJoined.v1.json"
    )
    assert joined["schema_address"].endswith("/membership/schemas/MunicipalityJoined.v1.json")
