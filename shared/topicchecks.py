"""Whether a topic tells what its table tells, and whether whoever listens has taken in all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared import notes, parking, positions, sidebyside
from shared.consumers import Consumer
from shared.eventstore import Store
from shared.findings import FROM_LOG, Finding
from shared.log import Log
from shared.logbook import Entry, Stray, place_of
from shared.sidebyside import Pair

_REFILL = "`samvirke topics refill` sends it again with the same bytes"
_RECONCILE = "`samvirke reconcile {service}` shows both sides and ends it by a decision"
_ANEW = "delete the topic; `samvirke topics refill` writes it anew and consumers go on by version"

_DIFFERENCES = {
    "not-on-topic": ("was acknowledged and is not on the topic", _REFILL),
    "not-in-table": ("is on the topic and not in the database", _RECONCILE),
    "other-event": ("is another event on the topic", _RECONCILE),
    "other-bytes": ("has other bytes on the topic", _RECONCILE),
    "late": ("comes on the topic after a higher number of its partition", _ANEW),
}


class Listener:
    """A consumer, and what its database says that it has taken in, at one moment."""

    def __init__(self, store: Store, consumer: Consumer) -> None:
        """Looked at before the topic: what it has taken in by then is there."""
        self.store, self.consumer = store, consumer
        with store.reading() as connection:
            if store.database.dialect == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            self._positions = positions.positions_of(connection, consumer.name)
            self._set_aside = parking.set_aside(connection, consumer.name)
            self._progress = positions.all_versions_of(connection, consumer.name)
            self._journalled = consumer.journalled and consumer.journalled(connection)

    def look(self, found: Entry | Stray, identity: str) -> Finding | None:
        """What is wrong with how the record was taken in; a record that waits for an operator is not."""
        record = found.record
        position = self._positions.get((record.topic, record.partition))
        if position is None or position.topic_id != identity or record.offset >= position.next_offset:
            return None  # not come to yet
        if (identity, *record[:3]) in self._set_aside:
            return None  # `samvirke parked` has it
        name = self.consumer.name
        if isinstance(found, Stray):
            return self._finding("passed-over", f"{name} passed over {place_of(record)}, which is no event")
        if found.version > self._progress.get(found.stream, 0):
            what = f"{name} has not taken in {found.event_id} at {place_of(record)}, though it is past it"
            return self._finding("not-taken-in", what)
        if self._journalled is not None and found.event_id not in self._journalled:
            what = f"{name} has taken in {found.event_id} at {place_of(record)} and its journal lacks it"
            return self._finding("not-in-journal", what)
        return None

    def _finding(self, code: str, what: str) -> Finding:
        service = self.store.service
        return Finding(service=service, code=code, what=what, remedy=FROM_LOG.format(service=service))


class _Seen(NamedTuple):
    absent: dict[int, Finding]
    partitions: dict[str, int]


def topic_findings(store: Store, log: Log, topic: str, listeners: Sequence[Listener]) -> Iterator[Finding]:
    """Every difference between the table of `store` and its topic, and what `listeners` have missed.

    Writers, publishers and consumers go on meanwhile: what is on its way is no finding. Neither is a
    record that is no event of ours, as long as every listener that is past it has set it aside.
    """
    with store.reading() as connection:
        sent = sidebyside.acknowledged(connection)
        disowned = notes.noted(connection, "disowned")
    identity = log.identity(topic)
    seen = _Seen({}, {})
    for pair in sidebyside.pairs(store, log, topic):
        if pair.topic is not None:
            yield from (f for listener in listeners if (f := listener.look(pair.topic, identity)))
        if pair.difference is None:
            yield from _in_its_place(store.service, pair, seen)
        elif pair.difference != "stray" and sidebyside.matters(pair, sent, disowned):
            found = _finding(store.service, pair, pair.difference)
            if pair.difference == "not-on-topic":
                seen.absent[pair.number or 0] = found  # unless it comes later, out of its order
            else:
                yield found
    yield from seen.absent.values()


def _in_its_place(service: str, pair: Pair, seen: _Seen) -> Iterator[Finding]:
    """A true pair may still come too late, or where its key does not belong."""
    if seen.absent.pop(pair.number or 0, None):
        yield _finding(service, pair, "late")
    if isinstance(pair.topic, Entry):
        record = pair.topic.record
        if seen.partitions.setdefault(pair.topic.key, record.partition) != record.partition:
            what = f"the key {pair.topic.key} lies in more than one partition, as at {place_of(record)}"
            yield Finding(service=service, code="key-in-two-partitions", what=what, remedy=_ANEW)


def _finding(service: str, pair: Pair, code: str) -> Finding:
    told, remedy = _DIFFERENCES[code]
    if isinstance(pair.topic, Entry):
        event_id = pair.topic.event_id
    else:
        event_id = "" if pair.table is None else pair.table.event_id
    where = f" at {pair.place}" if pair.place else ""
    what = f"number {pair.number} (event {event_id}){where} {told}"
    return Finding(service=service, code=code, what=what, remedy=remedy.format(service=service))
