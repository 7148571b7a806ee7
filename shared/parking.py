"""Records that could not be taken in: parked with their key's followers, mended by command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from shared import clock, positions
from shared.database import execute
from shared.log import LogRecord
from shared.messages import MAXIMUM_NAME
from shared.tables import parked
from shared.turns import head, in_turn

WAITING = ("parked", "blocked")
"""States of records that wait for somebody; the others are kept as a ledger.

Of a `discarded` record the event is given up; a `dismissed` one was out of its turn, and the
event that it holds may still come.
"""

Found = tuple[str, str, int, int]
"""Where a record lies: the incarnation of a topic, its name, a partition and an offset."""

_WHERE = (parked.c.topic_id, parked.c.topic, parked.c.partition, parked.c.record_offset)

_KEYS = "SELECT DISTINCT key FROM parked WHERE consumer = ? AND state IN (?, ?)"

MAXIMUM_KEYS = 100
"""Above so many parked keys a consumer stops: then the code is wrong, not the events."""


def key_of(record: LogRecord) -> str:
    """What orders a record: its key, or the partition where it has none that the table of parked ones holds."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        key = ""
    if not key or "\0" in key or len(key) > MAXIMUM_NAME:
        return f"partition {record.partition}"
    return key


def waiting_keys(connection: Connection, consumer: str) -> set[str]:
    """The keys of which something waits; their later records must wait behind it."""
    return {key for (key,) in execute(connection, _KEYS, (consumer, *WAITING)).fetchall()}


def park(
    connection: Connection,
    consumer: str,
    record: LogRecord,
    *,
    topic_id: str,
    reason: str,
    detail: str,
    event_id: str | None,
    state: str = "parked",
) -> None:
    """Set one record aside. `reason` is a stable code, `detail` a sentence without payload."""
    connection.execute(
        insert(parked).values(
            consumer=consumer,
            topic=record.topic,
            topic_id=topic_id,
            partition=record.partition,
            record_offset=record.offset,
            key=key_of(record),
            value=record.value,
            event_id=event_id,
            state=state,
            reason=reason,
            detail=_storable(detail),
            attempts=1,
            parked_at=clock.moment(clock.now()),
        )
    )


def waiting(connection: Connection, consumer: str | None = None, key: str | None = None) -> list[Any]:
    """The rows that wait, in the order in which they must be taken in."""
    incarnation = (parked.c.consumer, parked.c.topic, parked.c.topic_id)
    begun = func.min(parked.c.parked_at).over(partition_by=incarnation)
    query = (
        select(parked)
        .where(parked.c.state.in_(WAITING))
        .order_by(parked.c.consumer, parked.c.topic, parked.c.partition, begun, parked.c.record_offset)
    )
    if consumer is not None:
        query = query.where(parked.c.consumer == consumer)
    if key is not None:
        query = query.where(parked.c.key == key)
    by_key: dict[tuple[str, str], list[Any]] = {}
    for row in connection.execute(query):
        by_key.setdefault((row.consumer, row.key), []).append(row)
    return [row for rows in by_key.values() for row in in_turn(rows)]


def given_up(connection: Connection, consumer: str) -> set[str]:
    """The ids of the events that shall never count, wherever they come again."""
    query = select(parked.c.event_id).where(
        parked.c.consumer == consumer, parked.c.state == "discarded", parked.c.event_id.is_not(None)
    )
    return set(connection.execute(query).scalars())


def set_aside(connection: Connection, consumer: str) -> set[Found]:
    """Where everything lies that the consumer has not taken in from there."""
    query = select(*_WHERE).where(parked.c.consumer == consumer)
    return {tuple(row) for row in connection.execute(query)}


def left_out(connection: Connection, consumer: str) -> set[Found]:
    """The same as a rebuild needs it.

    What held an event that is given up is not among it: that is known by its id, and had its turn.
    Neither is a repeat of what was taken in from elsewhere.
    """
    query = select(parked).where(parked.c.consumer == consumer)
    rows = [(row, head(row)) for row in connection.execute(query)]
    streams = [event.stream for _, event in rows if event is not None]
    seen = positions.versions_of(connection, consumer, streams)
    return {
        (row.topic_id, row.topic, row.partition, row.record_offset)
        for row, event in rows
        if (row.state == "discarded" and row.event_id is None)
        or row.state == "dismissed"
        or (row.state in WAITING and (event is None or event.version > seen.get(event.stream, 0)))
    }


def hold(connection: Connection, row: Any) -> bool:
    """Let nobody else mend this record before the transaction ends; False where it waits no longer."""
    query = select(parked.c.state).where(*_still(row)).with_for_update()
    return connection.execute(query).one_or_none() is not None


def release(connection: Connection, row: Any) -> bool:
    """Take a record off the list, in the transaction that takes it in; False where it waits no longer.

    Called before anything else is read: whoever takes it in or gives it up at the same time is
    waited for, and what he did is seen afterwards.
    """
    return connection.execute(delete(parked).where(*_still(row))).rowcount == 1


def failed_again(connection: Connection, row: Any, reason: str, detail: str) -> None:
    """Note another attempt in vain."""
    connection.execute(
        update(parked)
        .where(*_still(row))
        .values(attempts=parked.c.attempts + 1, state="parked", reason=reason, detail=_storable(detail))
    )


def settle(connection: Connection, row: Any, state: str, *, actor: str, because: str) -> None:
    """Give a record up for good, `discarded` or `dismissed`.

    The row stays as the ledger of what was skipped, by whom and why.
    """
    settled = {"state": state, "settled_by": actor, "settled_because": because}
    connection.execute(update(parked).where(*_still(row)).values(settled))


def counts(connection: Connection) -> dict[str, int]:
    """How many records wait, per consumer."""
    query = (
        select(parked.c.consumer, func.count().label("waiting"))
        .where(parked.c.state.in_(WAITING))
        .group_by(parked.c.consumer)
    )
    return {row.consumer: row.waiting for row in connection.execute(query)}


def _still(row: Any) -> Sequence[Any]:
    """This record, as long as nobody has taken it in or given it up since it was read."""
    return (
        parked.c.state.in_(WAITING),
        parked.c.consumer == row.consumer,
        parked.c.topic == row.topic,
        parked.c.topic_id == row.topic_id,
        parked.c.partition == row.partition,
        parked.c.record_offset == row.record_offset,
    )


def _storable(detail: str) -> str:
    """What went wrong, as any database keeps it: its words may hold what the record did."""
    return detail[:500].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
