"""Whether everything that has happened has also arrived everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import func, select

from shared import positions
from shared.consumers import Consumer
from shared.eventstore import Store
from shared.log import PARTITIONS, Log, Reader
from shared.tables import events, publisher

_LOOK_AGAIN = 0.2


def wait_until_settled(
    services: Iterable[tuple[Store, Sequence[Consumer]]],
    log: Log,
    seconds: float,
    *,
    told: Callable[[int], None] = lambda _: None,
) -> bool:
    """Wait until every event is sent and taken in by every consumer; False when time runs out.

    Follow-ups are events as well: it is settled when two looks in a row find the same number
    of events and nothing on its way. `told` hears the number of events at each look.
    """
    listed = list(services)
    deadline = time.monotonic() + seconds
    before = -1
    reader = log.reader()
    try:
        while time.monotonic() < deadline:
            count = sum(_events(store) for store, _ in listed)
            told(count)
            if all(_arrived(store, consumers, reader) for store, consumers in listed):
                if count == before:
                    return True
                before = count
            else:
                before = -1
            time.sleep(_LOOK_AGAIN)
        return False
    finally:
        reader.close()


def _events(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def _arrived(store: Store, consumers: Sequence[Consumer], reader: Reader) -> bool:
    with store.reading() as connection:
        total = connection.execute(select(func.count()).select_from(events)).scalar_one()
        sent = connection.execute(select(publisher.c.sent)).scalar_one()
        held = {consumer.name: positions.positions_of(connection, consumer.name) for consumer in consumers}
    if sent != total:
        return False
    for consumer in consumers:
        ends = reader.ends([(consumer.topic, number) for number in range(PARTITIONS)])
        for place, end in ends.items():
            at = held[consumer.name].get(place)
            if end > (at.next_offset if at else 0):
                return False
    return True
