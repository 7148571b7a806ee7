"""Bring a lost database back from the service's own topic, as the events themselves left it.

All of it is one transaction: an interrupted restore leaves an empty database behind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from shared import cloudevents, halting, logbook, recoveries
from shared.cloudevents import InvalidDocument, UnknownType
from shared.consumers import Consumer
from shared.database import cursor_of
from shared.errors import Refused
from shared.eventstore import Store
from shared.log import Log, LogRecord
from shared.logbook import Entry, Stray, place_of
from shared.messages import TYPE_PREFIX, Recorded
from shared.publishing import document_of
from shared.rows import live_buffers
from shared.tables import answered, consumer_positions, events, publications, publisher, unnumbered

_BATCH = 1_000
_SHOWN = 10

Omitted = tuple[int, int]
"""Partition and offset of a record that the operator leaves out."""


class DatabaseNotEmpty(Refused):
    """A restore fills an empty database; what stands in this one would be overwritten or doubled."""

    code = "database-not-empty"
    nb = "Databasen er ikke tom."


class DocumentUnusable(Refused):
    """A record is no event that this service could have published (`details["place"]`)."""

    code = "document-unusable"
    nb = "Loggen inneholder noe som ikke er en av tjenestens hendelser."


class LogIncomplete(Refused):
    """Events are missing on the topic, so that the history would have holes."""

    code = "log-incomplete"
    nb = "Loggen mangler hendelser."


@dataclass(kw_only=True)
class Restored:
    """What came back. `missing` are numbers that the topic lacks, `left_out` places passed over."""

    service: str
    events: int = 0
    last: int = 0
    repeats: int = 0
    answered: int = 0
    missing: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def restore(
    store: Store,
    log: Log,
    topic: str,
    consumers: Sequence[Consumer],
    *,
    actor: str,
    leave_out: Collection[Omitted] = (),
    accept_missing: bool = False,
) -> Restored:
    """Fill the empty database of `store` with every event on `topic`, and count what came.

    Identities, versions, numbers and moments are those of the documents; positions in the table
    follow the numbers. Raises DatabaseNotEmpty, DocumentUnusable, LogIncomplete.
    """
    with recoveries.alone(store), store.database.writing() as connection:
        recoveries.hold_writers(connection)
        _check_empty(connection, store)
        told = Restored(service=store.service)
        work = _Work(store, connection, told)
        for found in logbook.by_number(log, topic):
            if isinstance(found, Stray) and (found.record.partition, found.record.offset) in leave_out:
                told.left_out.append(place_of(found.record))
            elif isinstance(found, Stray):
                raise _unusable(found.record, found.why)
            else:
                work.take(found)
        work.flush()
        if told.missing and not accept_missing:
            raise LogIncomplete(
                f"{topic} lacks {len(told.missing)} of {told.last} numbers ({_some(told.missing)}); "
                "with --accept-missing they are given up.",
                missing=told.missing,
            )
        told.answered = _remember_answers(connection, log, consumers, work.causes)
        _finish(connection, log.identity(topic), told, actor)
    store.bell.ring()
    return told


class _Work:
    """One batch after the other: events, numbers and read models."""

    def __init__(self, store: Store, connection: Connection, told: Restored) -> None:
        self._store = store
        self._connection = connection
        self._told = told
        self._classes = {event.type_name(): event for event in store.events}
        self._versions: dict[str, int] = {}
        self._waiting: dict[int, tuple[dict[str, Any], Recorded[Any]]] = {}
        self.causes: dict[str, set[str]] = {}
        """By the name of a policy, the events that it has answered."""

    def take(self, entry: Entry) -> None:
        """The next event in the order of numbers, or a repeat of an earlier one."""
        row, recorded = self._row(entry.record)
        if entry.sequence <= self._told.last:
            self._check_repeat(entry)
            return
        self._told.missing.extend(range(self._told.last + 1, entry.sequence))
        self._told.last = entry.sequence
        expected = self._versions.get(entry.stream, 0) + 1
        if entry.version != expected:
            message = f"Version {expected} of {entry.stream} is missing before {place_of(entry.record)}."
            raise LogIncomplete(message)
        self._versions[entry.stream] = expected
        self._waiting[entry.sequence] = (row, recorded)
        if recorded.causation_id is not None and recorded.actor.startswith("system/"):
            policy = recorded.actor.removeprefix("system/")
            self.causes.setdefault(policy, set()).add(recorded.causation_id)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken so far."""
        if not self._waiting:
            return
        self._connection.execute(insert(events), [row for row, _ in self._waiting.values()])
        numbers = [{"sequence": number, "position": number} for number in self._waiting]
        self._connection.execute(insert(publications), numbers)
        self._connection.execute(delete(unnumbered))
        recorded = [event for _, event in self._waiting.values()]
        cursor = cursor_of(self._connection)
        for buffer in live_buffers(self._connection, self._store.service, self._store.projections, cursor):
            buffer.feed(recorded)
            buffer.flush()
        self._told.events += len(self._waiting)
        self._waiting.clear()

    def _row(self, record: LogRecord) -> tuple[dict[str, Any], Recorded[Any]]:
        value = record.value or b""
        try:
            decoded = cloudevents.decode(value, self._classes, self._store.service)
        except InvalidDocument as invalid:
            raise _unusable(record, f"{invalid.code}: {invalid}") from invalid
        if isinstance(decoded, UnknownType):
            raise _unusable(record, f"This version of the service does not know the type {decoded.type}.")
        row = _stored(value)
        if row is None or self._published(row, decoded.sequence) != value:
            raise _unusable(record, f"{self._store.source} would not have written it so.")
        return row, decoded

    def _published(self, row: dict[str, Any], sequence: int | None) -> bytes:
        return document_of(self._store, (*(row[name] for name in _COLUMNS), sequence))[2]

    def _check_repeat(self, entry: Entry) -> None:
        self.flush()
        query = select(events.c.event_id).where(events.c.position == entry.sequence)
        if self._connection.execute(query).scalar_one_or_none() != entry.event_id:
            raise _unusable(entry.record, f"It contradicts what came before as number {entry.sequence}.")
        self._told.repeats += 1


_COLUMNS = [column.name for column in events.columns if column.name != "position"]


def _stored(document: bytes) -> dict[str, Any] | None:
    """The row that a document of ours was made of; None for text that our encoder does not write."""
    told = cloudevents.CANONICAL.fullmatch(document.decode())
    if told is None:
        return None
    return {
        "position": int(told["sequence"]),
        "event_id": told["id"],
        "stream": told["stream"],
        "version": int(told["streamversion"]),
        "key": told["partitionkey"],
        "subject": told["subject"],
        "type": told["type"].removeprefix(f"{TYPE_PREFIX}."),
        "time": told["time"],
        "recorded_at": told["recordedtime"],
        "actor": told["actor"],
        "correlation_id": told["correlationid"],
        "causation_id": told["causationid"],
        "example": told["example"] is not None,
        "data": told["data"],
    }


def _check_empty(connection: Connection, store: Store) -> None:
    for table in (events, publications, consumer_positions):
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if count:
            raise DatabaseNotEmpty(
                f"The database of {store.service} holds {count} rows of {table.name}; "
                "a restore needs an empty one."
            )


def _remember_answers(
    connection: Connection, log: Log, consumers: Sequence[Consumer], causes: dict[str, set[str]]
) -> int:
    """Note per consumer and key the last event that a policy had answered; the count of keys.

    Up to there policies stay silent when the consumer begins anew: what they decided then rested
    on what was known then. After it they answer, and by its derived id each answer comes once.
    """
    count = 0
    for consumer in consumers:
        done = {cause for policy in consumer.policies for cause in causes.get(policy.name, ())}
        last: dict[str, int] = {}
        for found in logbook.by_number(log, consumer.topic) if done else ():
            if isinstance(found, Entry) and found.event_id in done:
                last[found.key] = found.sequence
        if last:
            rows = [{"consumer": consumer.name, "key": key, "sequence": last[key]} for key in sorted(last)]
            connection.execute(insert(answered), rows)
        count += len(last)
    return count


def _finish(connection: Connection, topic_id: str, told: Restored, actor: str) -> None:
    if connection.dialect.name == "postgresql" and told.last:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('events', 'position'), :last)"), {"last": told.last}
        )
    connection.execute(update(publisher).values(sent=told.last, topic_id=topic_id))
    halting.resume(connection)
    detail = {"events": told.events, "last": told.last, "missing": told.missing, "left_out": told.left_out}
    recoveries.note(connection, "restore", actor=actor, because="restored from the log", detail=detail)


def _unusable(record: LogRecord, why: str) -> DocumentUnusable:
    place = place_of(record)
    return DocumentUnusable(f"{place} cannot be restored: {why}", place=place)


def _some(numbers: Sequence[int]) -> str:
    listed = ", ".join(str(number) for number in numbers[:_SHOWN])
    return listed + (", …" if len(numbers) > _SHOWN else "")
