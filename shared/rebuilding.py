"""Build read models anew beside the live ones, compare row by row, and take over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, inspect, select, text

from shared import builds, cloudevents, parking, positions, reading
from shared.consumers import Consumer
from shared.database import cursor_of
from shared.eventstore import Store
from shared.log import PARTITIONS, Log, LogRecord
from shared.messages import Recorded
from shared.readmodels import Key, Projection, Row
from shared.rows import buffers
from shared.tables import events, publications

_BATCH = 5_000
_PATIENCE = 5.0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row that is not the same; None where a side has no such row."""

    table: str
    key: Key
    live: Row | None
    rebuilt: Row | None


@dataclass(kw_only=True)
class Report:
    """What a rebuild of one source found."""

    service: str
    source: str
    events: int = 0
    equal: int = 0
    differences: list[Difference] = field(default_factory=list)
    promoted: bool = False


def rebuild_own(store: Store, *, promote: bool) -> Report:
    """Build the read models of a service's own events from its table.

    Most is replayed while writers go on; the rest, the comparison and the take-over share one
    transaction that holds them up for a moment. Without `promote` the new build is dropped.
    """
    report = Report(service=store.service, source=store.service)
    with store.database.writing() as connection:
        build = builds.create_build(connection, store.service, store.projections)
    after = 0
    while batch := _numbered_after(store, after):
        with store.database.writing() as connection:
            _fold(connection, store.projections, build, batch)
        report.events += len(batch)
        after = batch[-1].sequence or 0
    with store.database.writing() as connection:
        if store.database.dialect == "postgresql":
            connection.execute(text("LOCK TABLE events, publications IN SHARE ROW EXCLUSIVE MODE"))
        rest = _rest_after(connection, store, after)
        _fold(connection, store.projections, build, rest)
        report.events += len(rest)
        _finish(connection, store.projections, build, report, promote=promote)
    store.bell.ring()
    return report


def rebuild_foreign(store: Store, log: Log, consumer: Consumer, *, promote: bool) -> Report:
    """Build what one consumer feeds from the log, up to where the live rows stand.

    Policies and journals stay silent: only rows are built. What is parked or was discarded is
    left out here as it is there.
    """
    report = Report(service=store.service, source=consumer.name)
    with store.database.writing() as connection:
        build = builds.create_build(connection, consumer.name, consumer.projections)
    replay = _Replay(log, consumer)
    try:
        with store.reading() as connection:
            ends = {
                place: at.next_offset
                for place, at in positions.positions_of(connection, consumer.name).items()
            }
            left_out = parking.set_aside(connection, consumer.name)
        for batch in replay.up_to(ends, left_out):
            with store.database.writing() as connection:
                _fold(connection, consumer.projections, build, batch)
            report.events += len(batch)
        with store.database.writing() as connection:
            stored = positions.positions_of(connection, consumer.name, lock=True)
            ends = {place: at.next_offset for place, at in stored.items()}
            for batch in replay.up_to(ends, parking.set_aside(connection, consumer.name)):
                _fold(connection, consumer.projections, build, batch)
                report.events += len(batch)
            _finish(connection, consumer.projections, build, report, promote=promote)
    finally:
        replay.close()
    store.bell.ring()
    return report


class _Replay:
    """Reads a topic from its beginning, each event once."""

    def __init__(self, log: Log, consumer: Consumer) -> None:
        self._reader = log.reader()
        self._consumer = consumer
        self._classes = {event.type_name(): event for event in consumer.events}
        self._next = {(consumer.topic, number): 0 for number in range(PARTITIONS)}
        self._seen: dict[str, int] = {}

    def up_to(
        self, ends: dict[Any, int], left_out: set[tuple[str, int, int]]
    ) -> Iterator[list[Recorded[Any]]]:
        """Batches of events before `ends`, continuing after what came before."""
        self._reader.assign(
            {place: self._next[place] for place, end in ends.items() if self._next[place] < end}
        )
        while any(self._next[place] < end for place, end in ends.items()):
            records = self._reader.poll(_BATCH, _PATIENCE)
            if not records:
                message = f"{self._consumer.topic} ends before the position of {self._consumer.name}."
                raise LookupError(message)
            wanted = [r for r in records if r.offset < ends.get((r.topic, r.partition), 0)]
            for record in wanted:
                self._next[record.topic, record.partition] = record.offset + 1
            yield [event for record in wanted for event in self._event(record, left_out)]

    def close(self) -> None:
        self._reader.close()

    def _event(self, record: LogRecord, left_out: set[tuple[str, int, int]]) -> Iterable[Recorded[Any]]:
        if (record.topic, record.partition, record.offset) in left_out:
            return
        event = cloudevents.decode(record.value, self._classes, self._consumer.service)
        if event.version <= self._seen.get(event.stream, 0):
            return
        self._seen[event.stream] = event.version
        if isinstance(event, Recorded):
            yield event


def _numbered_after(store: Store, after: int) -> list[Recorded[Any]]:
    query = (
        reading.recorded_query()
        .where(publications.c.sequence > after)
        .order_by(publications.c.sequence)
        .limit(_BATCH)
    )
    with store.reading() as connection:
        rows = list(connection.execute(query))
    return [reading.to_recorded(row, store.codec, store.service) for row in rows]


def _rest_after(connection: Connection, store: Store, after: int) -> list[Recorded[Any]]:
    """What came since, numbered or not; nobody can add to it while the table is locked."""
    numbered = reading.recorded_query().where(publications.c.sequence > after)
    waiting = reading.recorded_query().where(publications.c.sequence.is_(None))
    rows = [
        *connection.execute(numbered.order_by(publications.c.sequence)),
        *connection.execute(waiting.order_by(events.c.position)),
    ]
    return [reading.to_recorded(row, store.codec, store.service) for row in rows]


def _fold(
    connection: Connection, projections: Sequence[Projection], build: int, batch: Sequence[Recorded[Any]]
) -> None:
    for buffer in buffers(projections, build, cursor_of(connection), connection.dialect):
        buffer.feed(batch)
        buffer.flush()


def _finish(
    connection: Connection, projections: Sequence[Projection], build: int, report: Report, *, promote: bool
) -> None:
    live = builds.live_build(connection, report.source)
    for projection in projections:
        if live is not None:
            _compare(connection, projection, live, build, report)
    if promote:
        builds.promote(connection, report.source, build)
        report.promoted = True
    else:
        builds.discard(connection, report.source, build)


def _compare(connection: Connection, projection: Projection, live: int, build: int, report: Report) -> None:
    before = _rows(connection, projection, live)
    after = _rows(connection, projection, build)
    for key in sorted(before.keys() | after.keys(), key=repr):
        if before.get(key) == after.get(key):
            report.equal += 1
        else:
            report.differences.append(
                Difference(table=projection.name, key=key, live=before.get(key), rebuilt=after.get(key))
            )


def _rows(connection: Connection, projection: Projection, build: int) -> dict[Key, Row]:
    table = builds.physical_table(projection, build)
    if not inspect(connection).has_table(table.name):
        return {}
    keys = [column.name for column in table.primary_key.columns]
    found = (dict(row) for row in connection.execute(select(table)).mappings())
    return {tuple(row[name] for name in keys): row for row in found}


def build_missing(store: Store, log: Log, consumers: Sequence[Consumer]) -> list[Report]:
    """See that every source has a live build of the shape that this code writes."""
    reports: list[Report] = []
    with store.reading() as connection:
        own = bool(store.projections) and not builds.is_current(connection, store.service, store.projections)
        stale = [
            consumer
            for consumer in consumers
            if consumer.projections and not builds.is_current(connection, consumer.name, consumer.projections)
        ]
    if own:
        reports.append(rebuild_own(store, promote=True))
    reports.extend(rebuild_foreign(store, log, consumer, promote=True) for consumer in stale)
    return reports
