"""Where a consumer stands in the log, moved only together with the effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select

from shared import clock, halting
from shared.database import cursor_of, execute
from shared.log import PARTITIONS, Place
from shared.rowsql import Rows, rows_of
from shared.tables import consumer_positions, stream_progress

_MOVE = (
    "UPDATE consumer_positions SET topic_id = ?, next_offset = ?, sequence = ?, moved_at = ?"
    " WHERE consumer = ? AND topic = ? AND partition = ? AND topic_id = ? AND next_offset = ?"
    " AND NOT EXISTS (SELECT 1 FROM halts)"
)


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


def move(connection: Connection, consumer: str, moves: Mapping[Place, tuple[Position, Position]]) -> None:
    """Compare and set: raises PositionMovedError unless every position still is the first of its two.

    RecordingHalted while database and log disagree: what follows from the records could contradict the log.
    Called first in the transaction: it takes the rows' locks, so that of two workers on one
    partition only one can have an effect.
    """
    now = clock.moment(clock.real_now())
    rows = [
        (*new, now, consumer, topic, partition, old.topic_id, old.next_offset)
        for (topic, partition), (old, new) in sorted(moves.items())  # one order, so that none deadlock
    ]
    moved = execute(connection, _MOVE, *rows)
    if moved.rowcount != len(moves):
        halting.check(connection)
        stood = ", ".join(
            f"{old.next_offset} of {topic}/{n}" for (topic, n), (old, _) in sorted(moves.items())
        )
        message = f"{consumer} is no longer at {stood}."
        raise PositionMovedError(message)


def versions_of(connection: Connection, consumer: str, streams: Iterable[str]) -> dict[str, int]:
    """How far the consumer has come in each of `streams` (absent: not begun)."""
    wanted = {(consumer, stream) for stream in streams}
    if not wanted:
        return {}
    found = _progress(connection).find(cursor_of(connection), wanted)
    return {stream: row["version"] for (_, stream), row in found.items()}


def all_versions_of(connection: Connection, consumer: str) -> dict[str, int]:
    """The same for every stream that it has begun."""
    query = select(stream_progress.c.stream, stream_progress.c.version)
    return {stream: version for stream, version in connection.execute(query.where(_of(consumer)))}  # noqa: C416  # rows


def versions_in_all(connection: Connection, consumer: str) -> int:
    """How many events of all streams these are."""
    query = select(func.coalesce(func.sum(stream_progress.c.version), 0))
    return int(connection.execute(query.where(_of(consumer))).scalar_one())


def keep_versions(
    connection: Connection, consumer: str, before: Mapping[str, int], now: Mapping[str, int]
) -> None:
    """Store how far each stream has come; `before` is what `versions_of` gave."""
    further = sorted((stream, version) for stream, version in now.items() if before.get(stream) != version)
    rows = [{"consumer": consumer, "stream": stream, "version": version} for stream, version in further]
    if rows:
        _progress(connection).save(cursor_of(connection), rows)


def _of(consumer: str) -> ColumnElement[bool]:
    return stream_progress.c.consumer == consumer


def _progress(connection: Connection) -> Rows:
    return rows_of(stream_progress, stream_progress.name, connection.dialect)
