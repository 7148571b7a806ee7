"""Table and topic side by side, number by number: what one has and the other lacks or tells otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from shared import logbook, reading
from shared.eventstore import Store
from shared.log import Log
from shared.logbook import Entry, Numbered, Stray, place_of
from shared.publishing import documents_of
from shared.tables import publications, publisher

_BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class Published(Numbered):
    """It as the table has it, with the bytes that are or will be on the topic."""

    document: bytes


@dataclass(frozen=True)
class Pair:
    """One number, as the table has it and as the topic has it; either may be missing."""

    table: Published | None
    topic: Entry | Stray | None

    @property
    def difference(self) -> str | None:
        """`stray`, `not-on-topic`, `not-in-table`, `other-event`, `other-bytes`, or None for a true pair."""
        if isinstance(self.topic, Stray):
            return "stray"
        if self.topic is None:
            return "not-on-topic"
        if self.table is None:
            return "not-in-table"
        if self.topic.event_id != self.table.event_id:
            return "other-event"
        return None if self.topic.record.value == self.table.document else "other-bytes"

    @property
    def number(self) -> int | None:
        """The number that both speak of, None for a stray."""
        if self.table is not None:
            return self.table.sequence
        return self.topic.sequence if isinstance(self.topic, Entry) else None

    @property
    def place(self) -> str | None:
        """Where it lies on the topic, None where it does not."""
        return None if self.topic is None else place_of(self.topic.record)


def table_of(store: Store, after: int = 0) -> Iterator[Published]:
    """Every numbered event after a number, in the order of numbers."""
    while True:
        query = (
            reading.recorded_query()
            .where(publications.c.sequence > after)
            .order_by(publications.c.sequence)
            .limit(_BATCH)
        )
        with store.reading() as connection:
            rows = list(connection.execute(query))
        for row in rows:
            yield _published(store, row)
        if len(rows) < _BATCH:
            return
        after = rows[-1].sequence


def pairs(store: Store, log: Log, topic: str) -> Iterator[Pair]:
    """Everything on either side in the order of numbers; a repeat is paired with what it repeats."""
    rows = table_of(store)
    row = next(rows, None)
    passed = 0
    for found in logbook.by_number(log, topic):
        if isinstance(found, Stray):
            yield Pair(None, found)
            continue
        if found.sequence <= passed:
            yield Pair(_numbered(store, found.sequence), found)
            continue
        while row is not None and row.sequence < found.sequence:
            yield Pair(row, None)
            row = next(rows, None)
        passed = found.sequence
        if row is not None and row.sequence == found.sequence:
            yield Pair(row, found)
            row = next(rows, None)
        else:  # the topic was looked at after the table: what came meanwhile stands in both
            yield Pair(_numbered(store, found.sequence), found)
    while row is not None:
        yield Pair(row, None)
        row = next(rows, None)


def acknowledged(connection: Connection) -> int:
    """Up to which number the topic has acknowledged; what comes after need not be on it yet."""
    return int(connection.execute(select(publisher.c.sent)).scalar_one())


def matters(pair: Pair, sent: int, disowned: set[str]) -> bool:
    """Whether somebody must do something: not for true pairs, unsent numbers, and what was disowned."""
    if isinstance(pair.topic, Entry) and pair.topic.event_id in disowned:
        return False
    if pair.difference == "not-on-topic":
        return (pair.number or 0) <= sent
    return pair.difference is not None


def _numbered(store: Store, sequence: int) -> Published | None:
    query = reading.recorded_query().where(publications.c.sequence == sequence)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _published(store, row)


def _published(store: Store, row: Row[Any]) -> Published:
    ((sequence, key, document),) = documents_of(store, [row])
    return Published(
        sequence=sequence,
        event_id=row.event_id,
        stream=row.stream,
        version=row.version,
        key=key,
        type=row.type,
        recorded_at=row.recorded_at,
        document=document,
    )
