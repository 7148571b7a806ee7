"""What a read model is built from: a service's own events, or what a consumer took in of a topic.

Each source is read in two stages: batches while writers go on, then the rest while nobody can
add to it. The second stage may be asked for again when its transaction could not be finished.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Select, func, select, text

from shared import cloudevents, parking, positions, reading
from shared.cloudevents import InvalidDocument, UnknownType
from shared.consumers import Consumer
from shared.eventstore import Store
from shared.log import PARTITIONS, Log, LogMisconfiguredError, LogRecord, Place, Reader
from shared.messages import Recorded
from shared.readmodels import Projection
from shared.tables import events, publications

BATCH = 5_000
_PATIENCE = 5.0

Batches = Iterator[list[Recorded[Any]]]


class MendedMeanwhileError(Exception):
    """What was parked has been taken in since it was passed over: begin anew."""


class Source(Protocol):
    """Where the events of some read models come from."""

    store: Store
    name: str
    projections: Sequence[Projection]

    def begin(self) -> None:
        """Read from the very beginning (again)."""

    def total(self) -> int:
        """About how much there is to replay, in the unit of `done`."""

    def done(self) -> int:
        """How much has been replayed."""

    def batches(self) -> Batches:
        """What there is, oldest first, until nearly nothing is left. Read once."""

    def hold(self, connection: Connection) -> None:
        """From here to the end of the transaction, nobody feeds these models; those who do have finished."""

    def rest(self, connection: Connection) -> Batches:
        """What has come after `batches`, while `connection` holds the writers."""

    def close(self) -> None:
        """Give up what was opened."""


class OwnEvents:
    """The events of a service, from its own table."""

    def __init__(self, store: Store) -> None:
        """All of the service's own read models."""
        self.store = store
        self.name = store.service
        self.projections: Sequence[Projection] = store.projections
        self._after = 0

    def begin(self) -> None:
        """As `Source.begin`."""
        self._after = 0

    def total(self) -> int:
        """The highest number given so far."""
        with self.store.reading() as connection:
            highest = connection.execute(select(func.max(publications.c.sequence))).scalar()
        return highest or 0

    def done(self) -> int:
        """The number up to which events were replayed."""
        return self._after

    def batches(self) -> Batches:
        """Numbered events; those without a number yet belong to the rest."""
        query = reading.recorded_query().order_by(publications.c.sequence).limit(BATCH)
        while True:
            with self.store.reading() as connection:
                batch = self._recorded(connection, query.where(publications.c.sequence > self._after))
            if not batch:
                return
            self._after = batch[-1].sequence or 0
            yield batch

    def hold(self, connection: Connection) -> None:
        """Everybody inserts into `events` before feeding a read model."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE"))

    def rest(self, connection: Connection) -> Batches:
        """What came since, numbered or not, in one look: the publisher may be numbering meanwhile."""
        since = (publications.c.sequence > self._after) | publications.c.sequence.is_(None)
        query = reading.recorded_query().where(since)
        ordered = query.order_by(
            publications.c.sequence.is_(None), publications.c.sequence, events.c.position
        )
        yield self._recorded(connection, ordered)

    def close(self) -> None:
        """Nothing is open."""

    def _recorded(self, connection: Connection, query: Select[Any]) -> list[Recorded[Any]]:
        return reading.recorded_of(connection, query, self.store.codec, self.store.service)


class TakenIn:
    """What a consumer has taken in, from its topic: without what is parked or was discarded.

    Only rows are built of it: policies and journals stay silent.
    """

    def __init__(self, store: Store, log: Log, consumer: Consumer) -> None:
        """All read models of the consumer."""
        self.store = store
        self.name = consumer.name
        self.projections: Sequence[Projection] = consumer.projections
        self._consumer = consumer
        self._classes = {event.type_name(): event for event in consumer.events}
        self._log = log
        self._reader: Reader | None = None
        self._next: dict[Place, int] = {}
        self._seen: dict[str, int] = {}
        self._early: dict[tuple[str, int], Recorded[Any] | UnknownType] = {}
        self._given_up: set[str] = set()
        self._left_out: set[parking.Found] = set()
        self._identity = ""
        self._taken: dict[str, int] | None = None

    def begin(self) -> None:
        """As `Source.begin`; opens the reader."""
        self._next = {(self._consumer.topic, number): 0 for number in range(PARTITIONS)}
        self._seen, self._early, self._left_out = {}, {}, set()
        self._identity = self._log.identity(self._consumer.topic)
        self._reader = self._reader or self._log.reader()

    def total(self) -> int:
        """The records up to where the consumer stands."""
        with self.store.reading() as connection:
            return sum(self._ends(connection).values())

    def done(self) -> int:
        """Records read."""
        return sum(self._next.values())

    def batches(self) -> Batches:
        """Up to where the consumer stands, again and again until it moves by less than a batch."""
        while True:
            with self.store.reading() as connection:
                ends = self._ends(connection)
                self._left_out |= parking.left_out(connection, self.name)
                self._given_up = parking.given_up(connection, self.name)
            left = sum(ends.values()) - self.done()
            yield from self._up_to(ends)
            if left < BATCH:
                return

    def hold(self, connection: Connection) -> None:
        """Who takes in moves a position first, who mends releases what was parked first."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE consumer_positions, parked IN SHARE ROW EXCLUSIVE MODE"))

    def rest(self, connection: Connection) -> Batches:
        """Up to where the consumer stands. Raises MendedMeanwhileError."""
        ends = self._ends(connection)
        left_out = parking.left_out(connection, self.name)
        if self._left_out - left_out:
            raise MendedMeanwhileError
        self._left_out |= left_out
        self._given_up = parking.given_up(connection, self.name)
        stood, seen, early = dict(self._next), dict(self._seen), dict(self._early)
        try:
            yield from self._up_to(ends)
            yield from self._taken_before(connection)
            yield self._passed_over()
        finally:
            self._next, self._seen, self._early, self._taken = stood, seen, early, None

    def close(self) -> None:
        """Close the reader."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _ends(self, connection: Connection) -> dict[Place, int]:
        stored = positions.positions_of(connection, self.name)
        return {
            place: position.next_offset
            for place, position in stored.items()
            if position.topic_id == self._identity
        }

    def _taken_before(self, connection: Connection) -> Batches:
        """What was taken in from the topic before this one, as far as its consumer has not come to it again.

        Of the records behind its position just what it has seen; the others it will take in.
        """
        assert self._reader is not None  # noqa: S101  # `begin` opened it
        if sum(self._seen.values()) >= positions.versions_in_all(connection, self.name):
            return
        self._taken = positions.all_versions_of(connection, self.name)
        yield from self._up_to(self._reader.ends(list(self._next)))
        lacking = [s for s, version in self._taken.items() if self._seen.get(s, 0) < version]
        stored = positions.positions_of(connection, self.name).values()
        if lacking and any(position.topic_id != self._identity for position in stored):
            message = (
                f"{self._consumer.topic} was made anew and lacks what {self.name} had taken in of {lacking[0]};"
                " `samvirke topics refill` sends it again."
            )
            raise LogMisconfiguredError(message)

    def _up_to(self, ends: dict[Place, int]) -> Batches:
        assert self._reader is not None  # noqa: S101  # `begin` opened it
        self._reader.assign(
            {place: self._next[place] for place, end in ends.items() if self._next[place] < end}
        )
        while any(self._next[place] < end for place, end in ends.items()):
            records = self._reader.poll(BATCH, _PATIENCE)
            if not records:
                message = f"{self._consumer.topic} ends before the position of {self.name}."
                raise LogMisconfiguredError(message)
            wanted = [r for r in records if r.offset < ends.get((r.topic, r.partition), 0)]
            for record in wanted:
                self._next[record.topic, record.partition] = record.offset + 1
            yield [event for record in wanted for event in self._event(record)]

    def _event(self, record: LogRecord) -> Iterator[Recorded[Any]]:
        if (self._identity, *record[:3]) in self._left_out:
            return
        try:
            event = cloudevents.decode(record.value, self._classes, self._consumer.service)
        except InvalidDocument:
            if self._taken is None:
                raise
            return  # its consumer has not come to it and will park it
        if event.version <= self._seen.get(event.stream, 0):
            return
        if self._taken is not None and event.version > self._taken.get(event.stream, 0):
            return
        self._early.setdefault((event.stream, event.version), event)
        while found := self._early.pop((event.stream, self._seen.get(event.stream, 0) + 1), None):
            self._seen[found.stream] = found.version
            yield from self._counted(found)

    def _passed_over(self) -> list[Recorded[Any]]:
        """What was taken in behind a hole, in a time when who discarded one gave up what was missing before it."""
        return [event for _, found in sorted(self._early.items()) for event in self._counted(found)]

    def _counted(self, event: Recorded[Any] | UnknownType) -> Iterator[Recorded[Any]]:
        if isinstance(event, Recorded) and event.event_id not in self._given_up:
            yield event
