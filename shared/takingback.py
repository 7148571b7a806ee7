"""Take events of the log back into the table that lost them: as they were, numbered as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from shared import cloudevents, halting, logbook
from shared.cloudevents import InvalidDocument, UnknownType
from shared.consumers import Consumer
from shared.crashing import crashpoint
from shared.database import cursor_of
from shared.errors import Refused
from shared.eventstore import Store
from shared.log import Log, LogRecord
from shared.logbook import Entry, place_of
from shared.messages import TYPE_PREFIX, Recorded
from shared.publishing import documents_of
from shared.rows import fold_into, live_buffers
from shared.tables import answered, events, publications, publisher, unnumbered

_BATCH = 1_000
_GO_ON_COUNTING = (
    "SELECT setval(pg_get_serial_sequence('events', 'position'), (SELECT max(position) FROM events))"
)


class DocumentUnusable(Refused):
    """A record is no event that this service could have published (`details["place"]`)."""

    code = "document-unusable"
    nb = "Loggen inneholder noe som ikke er en av tjenestens hendelser."


class LogIncomplete(Refused):
    """Events are missing on the topic, so that the history would have holes."""

    code = "log-incomplete"
    nb = "Loggen mangler hendelser."


@dataclass(kw_only=True)
class Taken:
    """What came back. `last` is the highest number, `missing` are numbers that the topic lacks."""

    events: int = 0
    last: int = 0
    repeats: int = 0
    missing: list[int] = field(default_factory=list)


class TakingBack:
    """One batch after the other: events, numbers and read models."""

    def __init__(self, store: Store, connection: Connection, *, last: int = 0, ahead: int = 0) -> None:
        """`last` is the highest number in the table, `ahead` by how much positions lead the numbers."""
        self._store = store
        self._connection = connection
        self._ahead = ahead
        self.told = Taken(last=last)
        self._classes = {event.type_name(): event for event in store.events}
        self._versions: dict[str, int] = {}
        self._waiting: dict[int, tuple[dict[str, Any], Recorded[Any]]] = {}
        self.causes: dict[str, set[str]] = {}
        """By the name of a policy, the events that it has answered."""

    def take(self, entry: Entry) -> None:
        """The next event in the order of numbers, or a repeat of an earlier one."""
        row, recorded = self._row(entry.record)
        if entry.sequence <= self.told.last:
            self._check_repeat(entry)
            return
        self.told.missing.extend(range(self.told.last + 1, entry.sequence))
        self.told.last = entry.sequence
        expected = self._version(entry.stream) + 1
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
        positions = [row["position"] for row, _ in self._waiting.values()]
        numbers = [
            {"sequence": n, "position": position}
            for n, position in zip(self._waiting, positions, strict=True)
        ]
        self._connection.execute(insert(publications), numbers)
        self._connection.execute(delete(unnumbered).where(unnumbered.c.position.in_(positions)))
        recorded = [event for _, event in self._waiting.values()]
        cursor = cursor_of(self._connection)
        buffers = live_buffers(cursor, self._store.database, self._store.service, self._store.projections)
        fold_into(buffers, recorded)
        crashpoint("restore.written")
        self.told.events += len(self._waiting)
        self._waiting.clear()

    def finish(self, log: Log, topic: str, consumers: Sequence[Consumer]) -> int:
        """Let publisher and consumers go on after what was taken; how many keys had been answered."""
        self.flush()
        if self._connection.dialect.name == "postgresql" and self.told.events:
            self._connection.execute(text(_GO_ON_COUNTING))
        self._connection.execute(update(publisher).values(sent=self.told.last, topic_id=log.identity(topic)))
        halting.resume(self._connection)
        return _remember_answers(self._connection, log, consumers, self.causes)

    def _row(self, record: LogRecord) -> tuple[dict[str, Any], Recorded[Any]]:
        value = record.value or b""
        try:
            decoded = cloudevents.decode(value, self._classes, self._store.service)
        except InvalidDocument as invalid:
            raise unusable(record, f"{invalid.code}: {invalid}") from invalid
        if isinstance(decoded, UnknownType):
            raise unusable(record, f"This version of the service does not know the type {decoded.type}.")
        row = _stored(value)
        if row is None or self._published(row, decoded.sequence) != value:
            raise unusable(record, f"{self._store.source} would not have written it so.")
        row["position"] += self._ahead
        return row, decoded

    def _version(self, stream: str) -> int:
        if stream not in self._versions:
            query = select(func.coalesce(func.max(events.c.version), 0)).where(events.c.stream == stream)
            self._versions[stream] = self._connection.execute(query).scalar_one()
        return self._versions[stream]

    def _published(self, row: dict[str, Any], sequence: int | None) -> bytes:
        ((_, _, document),) = documents_of(self._store, [(*(row[name] for name in _COLUMNS), sequence)])
        return document

    def _check_repeat(self, entry: Entry) -> None:
        self.flush()
        query = (
            select(events.c.event_id)
            .join(publications, publications.c.position == events.c.position)
            .where(publications.c.sequence == entry.sequence)
        )
        if self._connection.execute(query).scalar_one_or_none() != entry.event_id:
            raise unusable(entry.record, f"It contradicts what came before as number {entry.sequence}.")
        self.told.repeats += 1


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
            mine = answered.c.consumer == consumer.name
            connection.execute(delete(answered).where(mine, answered.c.key.in_(list(last))))
            connection.execute(insert(answered), rows)
        count += len(last)
    return count


def unusable(record: LogRecord, why: str) -> DocumentUnusable:
    """The refusal that names where `record` lies."""
    place = place_of(record)
    return DocumentUnusable(f"{place} cannot be restored: {why}", place=place)
