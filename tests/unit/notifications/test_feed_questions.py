"""What may be asked of the feed, and how a wrong question is told."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from services.notifications.feed.domain import (
    BadFeedQuestion,
    FeedQuestion,
    ask,
    check_types,
    matches,
)
from tests.support.given_when_then import assert_says_a_sentence

JOINED = "no.digitrofi.MunicipalityJoined.v1"
INVITED = "no.digitrofi.MunicipalityInvited.v1"


@pytest.mark.parametrize(
    ("parameter", "arguments"),
    [
        ("type", {"type": [""]}),
        ("subject", {"subject": [""]}),
        ("after", {"after": [""]}),
        ("lastEventId", {"after": ["a"], "lastEventId": ["b"]}),
        ("since", {"since": ["2026-01-01T00:00:00Z"], "after": ["a"]}),
        ("since", {"since": ["yesterday"]}),
        ("since", {"since": ["2026-01-01T00:00:00"]}),
        ("since", {"since": ["0001-01-01T00:00:00+14:00"]}),
        ("since", {"since": ["2026-01-01T00:00:00Z"], "order": ["desc"]}),
        ("limit", {"limit": ["0"]}),
        ("limit", {"limit": ["1001"]}),
        ("limit", {"limit": ["ten"]}),
        ("limit", {"limit": ["-1"]}),
        ("timeout", {"timeout": ["30001"]}),
        ("order", {"order": ["up"]}),
    ],
)
def test_a_question_of_the_wrong_form_names_its_parameter(
    parameter: str, arguments: dict[str, list[str]]
) -> None:
    with pytest.raises(BadFeedQuestion) as raised:
        ask(arguments)

    assert raised.value.status == 400
    assert raised.value.details == {"parameter": parameter}
    assert_says_a_sentence(raised.value)


def test_a_question_is_read_from_its_parameters() -> None:
    asked = ask(
        {
            "lastEventId": ["a"],
            "limit": ["7"],
            "type": [JOINED, INVITED],
            "timeout": ["5000"],
            "subject": ["municipality-1"],
        }
    )

    assert asked == FeedQuestion(
        after="a", limit=7, types=(JOINED, INVITED), timeout=5000, subject="municipality-1"
    )


def test_nothing_need_be_asked_for() -> None:
    assert ask({}) == FeedQuestion(limit=100, timeout=0, order="asc")


def test_a_prefix_ends_at_a_dot() -> None:
    assert matches("no.digitrofi.MunicipalityJoined.*", JOINED)
    assert not matches("no.digitrofi.Municipality.*", JOINED)


def test_the_least_and_the_most_may_be_asked_for() -> None:
    assert ask({"limit": ["1"], "timeout": ["0"], "order": ["desc"]}) == FeedQuestion(limit=1, order="desc")
    assert ask({"limit": ["1000"], "timeout": ["30000"]}) == FeedQuestion(limit=1000, timeout=30_000)


def test_since_is_compared_in_utc() -> None:
    assert ask({"since": ["2026-01-01T00:00:00+01:00"]}).since == "2025-12-31T23:00:00.000000Z"
    assert ask({"since": ["2026-01-01T00:00:00 01:00"]}).since == "2025-12-31T23:00:00.000000Z"


def test_the_next_address_asks_the_same_after_the_cursor() -> None:
    asked = FeedQuestion(
        types=(JOINED, INVITED),
        subject="municipality-1",
        since="2026-01-01T00:00:00.000000Z",
        limit=5,
        timeout=1000,
    )
    following = urlsplit(asked.next_address("https://samvirke.example/events", "last"))

    assert ask(parse_qs(following.query)) == FeedQuestion(
        after="last", types=(JOINED, INVITED), subject="municipality-1", limit=5, timeout=1000
    )
    assert ask(parse_qs(urlsplit(asked.next_address("/events", None)).query)) == asked
    backwards = FeedQuestion(order="desc")
    assert ask(parse_qs(urlsplit(backwards.next_address("/events", None)).query)) == backwards


def test_since_is_read_in_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Oslo")
    time.tzset()
    try:
        assert ask({"since": ["2026-07-01T12:00:00Z"]}).since == "2026-07-01T12:00:00.000000Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_type_that_no_event_has_is_no_filter() -> None:
    check_types([INVITED, "no.digitrofi.*"], frozenset({INVITED, JOINED}))

    with pytest.raises(BadFeedQuestion) as raised:
        check_types([JOINED, INVITED], frozenset({JOINED}))
    assert raised.value.details == {"parameter": "type", "type": INVITED}
    assert_says_a_sentence(raised.value)
