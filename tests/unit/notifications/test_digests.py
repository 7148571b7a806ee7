"""The chain of digests: days as runs of numbers, the same however the events arrive."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

import pytest

from services.notifications.consumer import journal
from services.notifications.digests.domain import START, Link, first_other, linked
from services.notifications.digests.queries import days, links
from shared.cloudevents import encode
from shared.eventstore import Store
from shared.messages import Recorded
from tests.support.examples.notifications import as_recorded, notice_read

FIRST, SECOND, THIRD = (
    "2026-10-30T12:00:00.000000Z",
    "2026-10-31T23:59:59.999999Z",
    "2026-11-01T00:00:00.000000Z",
)

Document = tuple[Recorded[Any], bytes]


def document(number: int, recorded_at: str = FIRST, service: str = "membership") -> Document:
    recorded = as_recorded(notice_read(), service, number, recorded_at=recorded_at)
    return recorded, encode(recorded, source=f"https://samvirke.example/{service}")


def take(store: Store, *documents: Document) -> None:
    with store.database.writing() as connection:
        journal(connection, documents)


def shown(store: Store, service: str = "membership") -> list[tuple[str, int, int, bool]]:
    with store.reading() as connection:
        found = days(connection, service)
    return [(row["day"], row["first_number"], row["last_number"], row["closed"]) for row in found]


def published(store: Store) -> list[Link]:
    with store.reading() as connection:
        return links(connection, "membership")


def test_a_digest_rests_on_the_one_before_the_number_the_id_and_the_bytes() -> None:
    content = hashlib.sha256(b"{}").hexdigest()

    assert linked(Link("2026-10-30", 6, "abc"), "id-7", SECOND, b"{}") == Link(
        "2026-10-31", 7, hashlib.sha256(f"abc 7 id-7 {content}".encode()).hexdigest()
    )


def test_every_day_has_the_run_of_its_numbers_and_the_last_one_is_open(store: Store) -> None:
    take(store, document(1), document(2), document(3, SECOND), document(4, THIRD))

    assert shown(store) == [
        ("2026-10-30", 1, 2, True),
        ("2026-10-31", 3, 3, True),
        ("2026-11-01", 4, 4, False),
    ]


def test_an_event_that_is_numbered_after_one_of_a_later_day_belongs_to_the_later_day(store: Store) -> None:
    take(store, document(1, THIRD), document(2, SECOND), document(3, FIRST))

    assert shown(store) == [("2026-11-01", 1, 3, False)]


def test_the_chain_is_the_same_in_whatever_order_and_batches_events_arrive(store: Store) -> None:
    documents = [document(1), document(2, SECOND), document(3, SECOND), document(4, THIRD)]
    end, expected = START, {}
    for recorded, content in documents:
        end = linked(end, recorded.event_id, recorded.recorded_at, content)
        expected[end.day] = end

    take(store, documents[3])
    assert published(store) == []  # 1 is still missing
    take(store, documents[1], documents[0])
    take(store, documents[0])  # once more
    assert [link.number for link in published(store)] == [1, 2]
    take(store, documents[2])

    assert published(store) == list(expected.values())


def test_more_events_than_fit_into_one_look_are_linked_at_once(store: Store) -> None:
    take(store, *(document(number) for number in range(2, 2_502)))
    assert published(store) == []

    take(store, document(1))

    assert shown(store) == [("2026-10-30", 1, 2_501, False)]


def test_each_service_has_a_chain_of_its_own(store: Store) -> None:
    take(store, document(1), document(1, SECOND, "fees"))

    assert shown(store) == [("2026-10-30", 1, 1, False)]
    assert shown(store, "fees") == [("2026-10-31", 1, 1, False)]


EVENTS = [(number, f"id-{number}", SECOND if number < 3 else THIRD, b"{}") for number in (1, 2, 3)]


def chain() -> list[Link]:
    made = list(itertools.accumulate(EVENTS, lambda before, event: linked(before, *event[1:]), initial=START))
    return [made[2], made[3]]


def test_events_that_lead_to_what_was_published_have_no_other_day() -> None:
    assert first_other(chain(), EVENTS) is None
    assert first_other(chain(), [*EVENTS, (4, "not linked yet", THIRD, b"")]) is None


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ([EVENTS[0], (2, "id-2", SECOND, b"{ }"), EVENTS[2]], "2026-10-31"),
        ([EVENTS[0], EVENTS[1], (3, "other", THIRD, b"{}")], "2026-11-01"),
        ([EVENTS[0], (2, "id-2", THIRD, b"{}"), EVENTS[2]], "2026-10-31"),
        ([EVENTS[0], EVENTS[2]], "2026-10-31"),
        (EVENTS[:2], "2026-11-01"),
        ([*EVENTS[:2], (4, *EVENTS[2][1:])], "2026-11-01"),
    ],
    ids=["bytes", "id", "day", "one is missing", "the end is missing", "number"],
)
def test_the_first_day_that_events_do_not_lead_to_is_named(
    changed: list[tuple[int, str, str, bytes]], day: str
) -> None:
    other = first_other(chain(), changed)

    assert other is not None
    assert other.day == day
