"""An old shape is read as the newest one, wherever it is stored; shown with a made-up past."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.notifications.contract import EVENTS, NoticeId, NoticeRead
from shared import cloudevents, upcasting
from shared.codec import Codec
from shared.messages import TYPE_PREFIX, Recorded
from tests.contracts.published import document, recorded
from tests.support.examples.notifications import notice_read

CLASSES = {event.type_name(): event for event in EVENTS}


def name_the_notice(old: dict[str, Any]) -> dict[str, Any]:
    """Before version 1, so we make believe, a notice was a number within its municipality."""
    new = {name: value for name, value in old.items() if name != "number"}
    return new | {"notice_id": f"notice-{old['number']}"}


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A document of version 0 and, for this test, the upcaster that leads on from there."""
    monkeypatch.setitem(upcasting.UPCASTERS, ("NoticeRead", 0), name_the_notice)
    members = json.loads(document(recorded(notice_read())))
    members["type"] = f"{TYPE_PREFIX}.NoticeRead.v0"
    members["data"]["current"] = {"municipality_id": notice_read().municipality_id, "number": 7}
    return json.dumps(members, separators=(",", ":")).encode()


def test_an_old_document_is_read_as_the_newest_event(older: bytes) -> None:
    told = cloudevents.decode(older, CLASSES, "notifications")

    assert isinstance(told, Recorded)
    assert told.event == notice_read(notice_id=NoticeId("notice-7"))
    assert told.type == NoticeRead.type_name()


def test_an_old_stored_event_is_read_as_the_newest(older: bytes) -> None:
    stored = json.dumps(json.loads(older)["data"])
    read = Codec(EVENTS).decode("NoticeRead.v0", stored)

    assert read.current == notice_read(notice_id=NoticeId("notice-7"))


def test_without_the_upcaster_the_old_type_is_one_that_nobody_knows(
    older: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(upcasting.UPCASTERS, ("NoticeRead", 0))

    assert isinstance(cloudevents.decode(older, CLASSES, "notifications"), cloudevents.UnknownType)
