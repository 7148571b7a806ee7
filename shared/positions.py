"""Where a consumer stands in the log, moved only together with the effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from shared import clock
from shared.log import PARTITIONS, Place
from shared.tables import consumer_positions, stream_progress


class Position(NamedTuple):
    """The next offset to read, in which incarnation of the topic, after which sequence."""

    topic_id: str
    next_offset: int
    sequence: int


class PositionMovedError(Exception):
    """Somebody else has taken these records in; read the position again and go on from there."""


def positions_of(connection: Connection, consumer: str, *, lock: bool = False) -> dict[Place, Position]:
    """The stored positions of a consumer; with `lock`, nobody moves them before this transaction ends."""
    query = select(consumer_positions).where(consumer_positions.c.consumer == consumer)
    if lock:
        query = query.order_by(consumer_positions.c.partition).with_for_update()
    return {
        (row.topic, row.partition): Position(row.topic_id, row.next_offset, row.sequence)
        for row in connection.execute(query)
    }


def begin(connection: Connection, *, consumer: str, service: str, topic: str, topic_id: str) -> None:
    """Store the beginning of every partition for which there is no position yet."""
    known = positions_of(connection, consumer)
    missing = [number for number in range(PARTITIONS) if (topic, number) not in known]
    for number in missing:
        connection.execute(
            insert(consumer_positions).values(
                consumer=consumer,
                topic=topic,
                partition=number,
                service=service,
                topic_id=topic_id,
                next_offset=0,
                sequence=0,
                moved_at=clock.moment(clock.real_now()),
            )
        )


def move(connection: Connection, consumer: str, place: Place, old: Position, new: Position) -> None:
    """Compare and set: raises PositionMovedError unless the position still is `old`.

    Called first in the transaction: it takes the row's lock, so that of two workers on one
    partition only one can have an effect.
    """
    moved = connection.execute(
        update(consumer_positions)
        .where(
            consumer_positions.c.consumer == consumer,
            consumer_positions.c.topic == place[0],
            consumer_positions.c.partition == place[1],
            consumer_positions.c.topic_id == old.topic_id,
            consumer_positions.c.next_offset == old.next_offset,
        )
        .values(
            topic_id=new.topic_id,
            next_offset=new.next_offset,
            sequence=new.sequence,
            moved_at=clock.moment(clock.real_now()),
        )
    )
    if moved.rowcount != 1:
        message = f"{consumer} is no longer at {old.next_offset} of {place[0]}/{place[1]}."
        raise PositionMovedError(message)


def versions_of(connection: Connection, consumer: str, streams: Iterable[str]) -> dict[str, int]:
    """How far the consumer has come in each of `streams` (absent: not begun)."""
    wanted = sorted(set(streams))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        query = select(stream_progress.c.stream, stream_progress.c.version).where(
            stream_progress.c.consumer == consumer,
            stream_progress.c.stream.in_(wanted[start : start + 500]),
        )
        found.update((stream, version) for stream, version in connection.execute(query))
    return found


def keep_versions(
    connection: Connection, consumer: str, before: Mapping[str, int], now: Mapping[str, int]
) -> None:
    """Store how far each stream has come; `before` is what `versions_of` gave."""
    new = [(stream, version) for stream, version in sorted(now.items()) if stream not in before]
    further = [(s, v) for s, v in sorted(now.items()) if s in before and before[s] != v]
    if new:
        connection.execute(
            insert(stream_progress),
            [{"consumer": consumer, "stream": stream, "version": version} for stream, version in new],
        )
    for stream, version in further:
        connection.execute(
            update(stream_progress)
            .where(stream_progress.c.consumer == consumer, stream_progress.c.stream == stream)
            .values(version=version)
        )
