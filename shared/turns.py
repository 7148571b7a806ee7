"""In which order records that wait must be taken in, wherever they came to lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from shared import cloudevents
from shared.cloudevents import InvalidDocument, UnknownType
from shared.messages import Recorded

_Turn = tuple[tuple[int, int], int, int]


def in_turn(rows: Sequence[Any]) -> list[Any]:
    """The rows of one key, given as they came: by number, and of each stream by version.

    What fills a gap in a stream may have come behind what waits for it. A record that is no event
    keeps its place behind the one after which it came.
    """
    number = 0
    turns: list[_Turn] = []
    streams: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        event, version = head(row), 0
        if event is not None:
            number, version = event.sequence or 0, event.version
            streams[event.stream].append(place)
        turns.append(((number, place), version, place))
    for places in streams.values():
        latest = (0, 0)
        for place in sorted(places, key=lambda place: (turns[place][1], place)):
            came, version, _ = turns[place]
            latest = max(latest, came)  # a forged number brings nobody before an earlier version
            turns[place] = (latest, version, place)
    return [rows[place] for *_, place in sorted(turns)]


def head(row: Any) -> Recorded[Any] | UnknownType | None:
    """Which event a row holds, whatever its type; None where it is none of its key."""
    try:
        found = cloudevents.decode(row.value, {}, "")
    except InvalidDocument:
        return None
    return found if found.key == row.key else None
