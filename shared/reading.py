"""Read recorded events and what stands beside them: history, earlier knowledge, health."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from shared import clock
from shared.codec import Codec, Data
from shared.database import Dialect, placeholders
from shared.messages import Recorded
from shared.readmodels import Key, Projection, Row
from shared.tables import consumer_positions, events, heartbeats, publications, stream_progress

SILENT_AFTER = timedelta(seconds=20)
"""A part of the worker that has not said anything for so long counts as down."""

PARTS = ("log", "publisher", "consumers", "schedule")

_OF_EVENT = (
    events.c.event_id,
    events.c.stream,
    events.c.version,
    events.c.key,
    events.c.subject,
    events.c.type,
    events.c.time,
    events.c.recorded_at,
    events.c.actor,
    events.c.correlation_id,
    events.c.causation_id,
    events.c.example,
    events.c.data,
)

COLUMNS = ", ".join(str(column) for column in _OF_EVENT)
"""The text of all that `to_recorded` needs but the sequence, which comes last."""

DATA = 12
"""Where the stored text of an event stands in a row of `recorded_query`."""


def recorded_query() -> Select[Any]:
    """All columns that `to_recorded` needs, with the sequence where there is one."""
    return select(*_OF_EVENT, publications.c.sequence).select_from(
        events.outerjoin(publications, publications.c.position == events.c.position)
    )


def recorded_of(
    connection: Connection, query: Select[Any], codec: Codec, service: str
) -> list[Recorded[Any]]:
    """What `query`, made of `recorded_query`, finds; at the driver, for it may be a million."""
    return to_recorded(connection.execute(query).cursor.fetchall(), codec, service)


def to_recorded(rows: Iterable[Sequence[Any]], codec: Codec, service: str) -> list[Recorded[Any]]:
    """Rows of `recorded_query` as events in their envelopes."""
    decoders: dict[str, Callable[[str], Data[Any]]] = {}
    found: list[Recorded[Any]] = []
    # Unpacked and passed on in the order of `Recorded`: by name or number it takes twice as long.
    for (
        event_id,
        stream,
        version,
        key,
        subject,
        type_name,
        held_at,
        recorded_at,
        actor,
        correlation_id,
        causation_id,
        example,
        text,
        sequence,
    ) in rows:
        decode = decoders.get(type_name)
        if decode is None:
            decode = decoders[type_name] = codec.decoder(type_name)
        data = decode(text)
        found.append(
            Recorded(
                data.current,
                event_id,
                service,
                stream,
                version,
                key,
                subject,
                type_name,
                held_at,
                recorded_at,
                actor,
                correlation_id,
                causation_id,
                bool(example),
                sequence,
                data.previous,
            )
        )
    return found


HISTORY = str(recorded_query())
"""The text of `recorded_query`, for the driver."""


def history(
    cursor: Any,
    codec: Codec,
    service: str,
    dialect: Dialect,
    *,
    key: str | None = None,
    stream: str | None = None,
    types: Iterable[str] | None = None,
    until: str | None = None,
) -> list[Recorded[Any]]:
    """Recorded events, oldest first, as far as the filters let them through; `cursor` is the driver's."""
    by = {"key = ?": key, "stream = ?": stream, "recorded_at <= ?": until}
    conditions = {f"events.{condition}": value for condition, value in by.items() if value is not None}
    values = list(conditions.values())
    where = list(conditions)
    if types is not None:
        names = list(types)
        where.append(f"events.type IN ({', '.join('?' for _ in names)})")
        values += names
    sql = f"{HISTORY} {'WHERE' if where else ''} {' AND '.join(where)} ORDER BY events.position"
    cursor.execute(placeholders(sql, dialect), values)
    return to_recorded(cursor.fetchall(), codec, service)


def version_of(connection: Connection, stream: str) -> int:
    """The version that `stream` is at, 0 where it does not exist."""
    query = select(func.max(events.c.version)).where(events.c.stream == stream)
    return connection.execute(query).scalar_one() or 0


def fold_rows(projection: Projection, recorded: Iterable[Recorded[Any]]) -> dict[Key, Row]:
    """The rows that `recorded` lead to, from none at all, through the projection's own folds."""
    rows: dict[Key, Row] = {}
    for event in recorded:
        fold = projection.on.get(type(event.event))
        if fold is None:
            continue
        for key in projection.touched(event):
            row = fold(rows.get(key), event)
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
    return rows


def has_seen(connection: Connection, service: str, stream: str, version: int) -> bool:
    """Whether all consumers of `service` have come to that version of `stream`.

    Once the worker has begun, a service without such a consumer does not listen to `service`
    at all, and shows all it will ever show.
    """
    consumers = (
        select(consumer_positions.c.consumer).where(consumer_positions.c.service == service).distinct()
    )
    expected = connection.execute(select(func.count()).select_from(consumers.subquery())).scalar_one()
    seen = connection.execute(
        select(func.count())
        .select_from(stream_progress)
        .where(
            stream_progress.c.stream == stream,
            stream_progress.c.version >= version,
            stream_progress.c.consumer.in_(consumers),
        )
    ).scalar_one()
    if not expected:
        return connection.execute(select(consumer_positions.c.consumer).limit(1)).first() is not None
    return seen == expected


def parts(read: Callable[[], AbstractContextManager[Connection]]) -> dict[str, str | None]:
    """What is wrong with the database and with each part of the worker, None where all is well."""
    try:
        with read() as connection:
            beats = list(
                connection.execute(
                    select(heartbeats.c.part, func.max(heartbeats.c.beat_at), func.max(heartbeats.c.trouble))
                    .where(heartbeats.c.beat_at >= clock.moment(clock.real_now() - SILENT_AFTER))
                    .group_by(heartbeats.c.part)
                )
            )
    except SQLAlchemyError as error:
        return {"database": type(error).__name__}
    heard = {part: trouble for part, _, trouble in beats}
    return {"database": None} | {
        part: heard.get(part, "no worker has said anything lately") for part in PARTS
    }
