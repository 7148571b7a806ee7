"""Events of all topics get a place in the one sequence, within the consumer's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from services.notifications.feed.tables import feed, feed_head
from shared.cloudevents import UnknownType
from shared.messages import TYPE_PREFIX, Recorded

_MUNICIPALITY = "municipality/"


def append(connection: Connection, records: Sequence[tuple[Recorded[Any] | UnknownType, bytes]]) -> None:
    """Append documents that the feed does not hold yet, in the order given.

    The head's row is locked until the commit, so positions become visible in their order
    and without gaps: no reader sees one while a lower one may still appear (I-05).
    """
    if not records:
        return
    head = connection.execute(select(feed_head.c.position).with_for_update()).scalar_one()
    ids = [record.event_id for record, _ in records]
    known = set(connection.execute(select(feed.c.event_id).where(feed.c.event_id.in_(ids))).scalars())
    rows: dict[str, dict[str, Any]] = {}
    for record, document in records:
        if record.event_id not in known and record.event_id not in rows:
            rows[record.event_id] = _row(head + len(rows) + 1, record, document)
    if rows:
        connection.execute(insert(feed), list(rows.values()))
        connection.execute(update(feed_head).values(position=head + len(rows)))


def appended(connection: Connection) -> set[str]:
    """The ids of all events that have a place in the feed."""
    return set(connection.execute(select(feed.c.event_id)).scalars())


def _row(position: int, record: Recorded[Any] | UnknownType, document: bytes) -> dict[str, Any]:
    subject = record.subject
    known = isinstance(record, Recorded)
    return {
        "position": position,
        "event_id": record.event_id,
        "service": record.service,
        "sequence": record.sequence,
        "type": f"{TYPE_PREFIX}.{record.type}" if known else record.type,
        "subject": subject,
        "municipality_id": subject.removeprefix(_MUNICIPALITY) if subject.startswith(_MUNICIPALITY) else None,
        "recorded_at": record.recorded_at,
        "document": document.decode("utf-8"),
    }
