"""The chain itself: what a digest is made of, and to which day an event belongs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

_DATE = len("2026-11-01")


class Link(NamedTuple):
    """The chain of one service up to and with `number`; `day` is a day of UTC as ISO 8601 writes it."""

    day: str
    number: int
    digest: str


START = Link("", 0, "")
"""Before the first event."""


Event = tuple[int, str, str, bytes]
"""Number, id, moment of recording, and document."""


def linked(before: Link, event_id: str, recorded_at: str, document: bytes) -> Link:
    """The chain with the next event, whose number is one more than that of `before`.

    An event belongs to the day on which it was recorded (UTC), or to the day of the event before it
    where that is later: numbers are given after the commit, so one that was recorded just before
    midnight may get its number after one that was recorded just after. Days never go back, and every
    day is one run of numbers.
    """
    number = before.number + 1
    line = f"{before.digest} {number} {event_id} {hashlib.sha256(document).hexdigest()}"
    return Link(
        max(before.day, recorded_at[:_DATE]), number, hashlib.sha256(line.encode("utf-8")).hexdigest()
    )


def first_other(published: Iterable[Link], events: Iterable[Event]) -> Link | None:
    """The first of the `published` days that `events`, in the order of numbers, do not lead to."""
    end, coming = START, iter(events)
    for link in published:
        while end.number < link.number:
            event = next(coming, None)
            if event is None or event[0] != end.number + 1:
                return link
            end = linked(end, *event[1:])
        if end != link:
            return link
    return None
