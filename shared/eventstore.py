"""A service's events: decide on a stream, append, and keep the own read models in step."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import psycopg
from sqlalchemy import Connection

from shared import clock, cloudevents, ids, reading
from shared.bells import Ear, PostgresBell, bell_for
from shared.codec import Codec
from shared.database import Database, cursor_of, placeholders
from shared.decider import Decider, Snapshot
from shared.errors import Conflict
from shared.messages import Context, Event, Recorded
from shared.readmodels import Projection, Row
from shared.rows import RowBuffer, live_buffers

State = TypeVar("State")
Command = TypeVar("Command")
E = TypeVar("E", bound=Event)
Result = TypeVar("Result")

_ATTEMPTS = 3
_LOST_RACE = (psycopg.errors.DeadlockDetected, psycopg.errors.UndefinedTable)
"""What another writer, or a read model swapped meanwhile, looks like at the driver."""

_LOAD = "SELECT version, type, data FROM events WHERE stream = ? ORDER BY version"
_KNOWN = "SELECT 1 FROM events WHERE event_id = ?"
_INSERT = (
    "INSERT INTO events (event_id, stream, version, key, subject, type, time, recorded_at, actor,"
    " correlation_id, causation_id, example, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Handled(msgspec.Struct, frozen=True):
    """What a command led to: the events appended (perhaps none) and the stream's version now."""

    events: tuple[Recorded[Any], ...]
    stream: str
    version: int


class Store:
    """The events of one service, its own read models, and its database."""

    def __init__(
        self,
        *,
        service: str,
        events: Sequence[type[Event]],
        projections: Sequence[Projection],
        database: Database,
        source: str,
    ) -> None:
        """`source` is the absolute URI that published events name (service and network)."""
        self.service = service
        self.events = tuple(events)
        self.projections = tuple(projections)
        self.database = database
        self.source = source
        self.codec = Codec(events)
        self.bell = bell_for(database)
        self.ear = Ear(self.bell)
        self.sql = {
            name: placeholders(text, database.dialect)
            for name, text in {"load": _LOAD, "insert": _INSERT, "known": _KNOWN}.items()
        }

    @contextmanager
    def transaction(self, context: Context) -> Iterator[Transaction]:
        """One transaction over events, read models and whatever else is written in it."""
        with self.database.writing() as connection:
            transaction = Transaction(self, connection, context)
            yield transaction
            transaction.flush()
            if isinstance(self.bell, PostgresBell):
                transaction.cursor.execute(f"SELECT pg_notify('{PostgresBell.CHANNEL}', '')")
        self.bell.ring()

    def handle(
        self,
        decider: Decider[State, Command, E],
        stream: str,
        command: Command,
        context: Context,
        *,
        expected_version: int | None = None,
        event_id: str | None = None,
    ) -> Handled:
        """Decide on `command` and append, in a transaction of its own; see `retried`."""

        def attempt() -> Handled:
            with self.transaction(context) as transaction:
                return transaction.handle(
                    decider, stream, command, expected_version=expected_version, event_id=event_id
                )

        return self.retried(attempt) if expected_version is None else attempt()

    def retried(self, attempt: Callable[[], Result]) -> Result:
        """Call `attempt` again when somebody was faster, up to three times in all."""
        for turn in range(_ATTEMPTS):
            try:
                return attempt()
            except Conflict:
                if turn == _ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0.002, 0.02) * (turn + 1))  # noqa: S311  # jitter, not a secret
        raise AssertionError

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for queries."""
        with self.database.reading() as connection:
            yield connection

    def wait(self, seconds: float, since: int | None = None) -> bool:
        """Wait until something was committed here, at most `seconds` (see `Ear`)."""
        return self.ear.wait(seconds, since)

    def history(
        self, *, key: str | None = None, stream: str | None = None, until: str | None = None
    ) -> list[Recorded[Any]]:
        """The events of a key or of a stream, in the order of their appending.

        `until` (RFC 3339, inclusive) leaves out what was recorded later.
        """
        with self.reading() as connection:
            return reading.history(connection, self.codec, self.service, key=key, stream=stream, until=until)

    def rows_known_at(self, projection: Projection, moment: str, key: str | None = None) -> list[Row]:
        """The rows of an own projection as they stood at `moment` (RFC 3339, inclusive)."""
        types = [event.type_name() for event in projection.on]
        with self.reading() as connection:
            known = reading.history(connection, self.codec, self.service, key=key, types=types, until=moment)
        return list(reading.fold_rows(projection, known).values())

    def has_seen(self, service: str, stream: str, version: int) -> bool:
        """Whether every consumer of `service` here has taken in that version of `stream`."""
        if service == self.service:
            return True
        with self.reading() as connection:
            return reading.has_seen(connection, service, stream, version)

    def parts(self) -> dict[str, str | None]:
        """The parts that this service needs and what is wrong with each (None: nothing)."""
        return reading.parts(self.reading)


class Transaction:
    """Commands, events and read models that are committed together or not at all."""

    def __init__(self, store: Store, connection: Connection, context: Context) -> None:
        """Made by `Store.transaction`."""
        self.store = store
        self.context = context
        self._connection = connection
        self.cursor = cursor_of(connection)
        self._buffers: list[RowBuffer] | None = None
        self._unfolded: list[Recorded[Any]] = []

    @property
    def connection(self) -> Connection:
        """For queries and further writes; it shows everything appended so far."""
        self.flush()
        return self._connection

    def load(self, decider: Decider[State, Command, E], stream: str) -> Snapshot[State]:
        """The state of `stream` and its version (0: the stream does not exist)."""
        self.cursor.execute(self.store.sql["load"], (stream,))
        state, version = decider.initial, 0
        for version, type_name, data in self.cursor.fetchall():  # noqa: B007  # the last one is wanted
            state = decider.evolve(state, self.store.codec.decode(type_name, data).current)
        return Snapshot(state, version)

    def handle(
        self,
        decider: Decider[State, Command, E],
        stream: str,
        command: Command,
        *,
        expected_version: int | None = None,
        event_id: str | None = None,
        context: Context | None = None,
    ) -> Handled:
        """Load, decide, append. Raises Refused by the rule, Conflict when somebody was faster.

        `context` is given where this command has another cause than the transaction's.
        `event_id` is given for what must happen once (policies, the schedule): when an event
        of that id exists already, nothing happens. Further events' ids follow from it.
        """
        snapshot = self.load(decider, stream)
        if expected_version is not None and snapshot.version != expected_version:
            raise Conflict(
                f"The stream is at version {snapshot.version}, not {expected_version}.",
                version=snapshot.version,
                expected=expected_version,
            )
        if event_id is not None and self._exists(event_id):
            return Handled((), stream, snapshot.version)
        state = snapshot.state
        recorded: list[Recorded[Any]] = []
        for number, event in enumerate(decider.decide(state, command)):
            own_id = ids.new_id() if event_id is None else _numbered(event_id, number)
            version = snapshot.version + number + 1
            previous = decider.previous(state, event)
            place = (decider.key(stream), decider.subject(stream), stream, version)
            recorded.append(self._record(place, event, previous, own_id, context or self.context))
            state = decider.evolve(state, event)
        self._append(recorded)
        return Handled(tuple(recorded), stream, snapshot.version + len(recorded))

    def flush(self) -> None:
        """Write the read models as far as the events appended so far change them."""
        if not self._unfolded:
            return
        pending, self._unfolded = self._unfolded, []
        try:
            for buffer in self._row_buffers():
                buffer.feed(pending)
                buffer.flush()
        except _LOST_RACE as error:
            raise Conflict("The read models changed meanwhile; try again.") from error

    def _record(
        self,
        place: tuple[str, str, str, int],
        event: Event,
        previous: dict[str, Any],
        event_id: str,
        context: Context,
    ) -> Recorded[Any]:
        key, subject, stream, version = place
        recorded_at = clock.moment(clock.now())
        return Recorded(
            event=event,
            event_id=event_id,
            service=self.store.service,
            stream=stream,
            version=version,
            key=key,
            subject=subject,
            type=event.type_name(),
            time=_time_of(event) or recorded_at,
            recorded_at=recorded_at,
            actor=context.actor,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
            example=context.example,
            previous=previous,
        )

    def _append(self, recorded: Sequence[Recorded[Any]]) -> None:
        if not recorded:
            return
        for event in recorded:
            cloudevents.check_size(event, self.store.source)
        rows = [
            (
                event.event_id,
                event.stream,
                event.version,
                event.key,
                event.subject,
                event.type,
                event.time,
                event.recorded_at,
                event.actor,
                event.correlation_id,
                event.causation_id,
                event.example,
                self.store.codec.encode(event.event, event.previous, event.version),
            )
            for event in recorded
        ]
        try:
            if len(rows) == 1:
                self.cursor.execute(self.store.sql["insert"], rows[0])
            else:
                self.cursor.executemany(self.store.sql["insert"], rows)
        except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation) as error:
            raise Conflict("Somebody was faster on this stream.") from error
        self._unfolded.extend(recorded)

    def _exists(self, event_id: str) -> bool:
        self.cursor.execute(self.store.sql["known"], (event_id,))
        return self.cursor.fetchone() is not None

    def _row_buffers(self) -> list[RowBuffer]:
        if self._buffers is None:
            self._buffers = live_buffers(
                self._connection, self.store.service, self.store.projections, self.cursor
            )
        return self._buffers


def _numbered(event_id: str, number: int) -> str:
    return event_id if number == 0 else ids.derived_id(event_id, str(number))


def _time_of(event: Event) -> str | None:
    """When the fact holds, from the field that its class names."""
    if event.happened is None:
        return None
    value = getattr(event, event.happened)
    if value is None or isinstance(value, str):
        return value
    return clock.moment(clock.start_of(value))
