"""Commands, events and read models in one database transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import psycopg
from sqlalchemy import Connection, PoolProxiedConnection

from shared import clock, cloudevents, ids
from shared.bells import PostgresBell
from shared.codec import Codec
from shared.crashing import crashpoint
from shared.database import Database, Dialect, by_itself, placeholders
from shared.decider import Decider, Snapshot
from shared.errors import Conflict
from shared.messages import Context, Event, Recorded
from shared.readmodels import Projection
from shared.rows import RowBuffer, fold_into, live_buffers

State = TypeVar("State")
Command = TypeVar("Command")
E = TypeVar("E", bound=Event)

_LOST_RACE = (psycopg.errors.DeadlockDetected, psycopg.errors.UndefinedTable)
"""What another writer, or a read model swapped meanwhile, looks like at the driver."""

_LOAD = "SELECT version, type, data FROM events WHERE stream = ? ORDER BY version"
_KNOWN = "SELECT 1 FROM events WHERE event_id = ?"
_INSERT = (
    "INSERT INTO events (event_id, stream, version, key, subject, type, time, recorded_at, actor,"
    " correlation_id, causation_id, example, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ONE_KEY_AT_A_TIME = " RETURNING pg_advisory_xact_lock(734, hashtext(key) & 1023)"
"""How PostgreSQL appends: streams of one key may share rows of a read model, and
of two transactions that read such a row and write it, the later one would undo the earlier. There are
1024 such locks, so that a large import cannot use up the server's."""
_RING = f"pg_notify('{PostgresBell.CHANNEL}', '')"


class Handled(msgspec.Struct, frozen=True):
    """What a command led to: the events appended (perhaps none) and the stream's version now."""

    events: tuple[Recorded[Any], ...]
    stream: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a transaction must know of the store that it belongs to."""

    service: str
    source: str
    codec: Codec
    projections: tuple[Projection, ...]
    database: Database

    @cached_property
    def sql(self) -> dict[str, str]:
        """The statements of the hot path in the driver's style."""
        dialect = self.database.dialect
        insert = _INSERT if dialect == "sqlite" else f"{_INSERT}{_ONE_KEY_AT_A_TIME}, {_RING}"
        texts = {"load": _LOAD, "insert": insert, "known": _KNOWN}
        return {name: placeholders(text, dialect) for name, text in texts.items()}


class Transaction:
    """Commands, events and read models that are committed together or not at all."""

    def __init__(self, ground: Ground, driver: PoolProxiedConnection, context: Context) -> None:
        """Made by `Store.transaction`."""
        self._ground = ground
        self.context = context
        self._driver = driver
        self._cursor = driver.cursor()
        self._held: list[tuple[Any, ...]] = []
        self._rung = False
        self._buffers: list[RowBuffer] | None = None
        self._unfolded: list[Recorded[Any]] = []

    @property
    def connection(self) -> Connection:
        """For queries and further writes; it shows everything appended so far."""
        self.flush()
        return self._connection

    @cached_property
    def _connection(self) -> Connection:
        return self._ground.database.layer_over(self._driver)

    @property
    def cursor(self) -> Any:
        """The driver's cursor, in this transaction and after everything appended so far."""
        self._insert_held()
        return self._cursor

    @property
    def dialect(self) -> Dialect:
        """What the database speaks."""
        return self._ground.database.dialect

    def load(self, decider: Decider[State, Command, E], stream: str) -> Snapshot[State]:
        """The state of `stream` and its version (0: the stream does not exist).

        Where nothing has been written yet, the transaction need not begin for it: at READ
        COMMITTED a statement sees the same inside and outside of one.
        """
        self._insert_held()
        with by_itself(self._driver):
            self._cursor.execute(self._ground.sql["load"], (stream,))
        state, version = decider.initial, 0
        for version, type_name, data in self._cursor.fetchall():  # noqa: B007  # the last one is wanted
            state = decider.evolve(state, self._ground.codec.decode(type_name, data).current)
        return Snapshot(state, version)

    def handle(
        self,
        decider: Decider[State, Command, E],
        stream: str,
        command: Command,
        *,
        known: Snapshot[State] | None = None,
        event_id: str | None = None,
        context: Context | None = None,
    ) -> Handled:
        """Load, decide, append. Raises Refused by the rule, Conflict when somebody was faster.

        `known` is given by who has loaded the stream already: it is decided on as it was then, and who
        appended since was faster. `context` is given where this command has another cause than the transaction's.
        `event_id` is given for what must happen once (policies, the schedule): when an event
        of that id exists already, nothing happens. Further events' ids follow from it.
        """
        snapshot = self.load(decider, stream) if known is None else known
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
        self._insert_held()
        if not self._unfolded:
            return
        pending, self._unfolded = self._unfolded, []
        try:
            fold_into(self._row_buffers(), pending)
        except _LOST_RACE as error:
            raise Conflict("The read models changed meanwhile; try again.") from error

    def buffers(self, source: str, projections: Sequence[Projection]) -> list[RowBuffer]:
        """Rows of what `source` feeds, to be written in this transaction; raises Unavailable."""
        return live_buffers(self._cursor, self._ground.database, source, projections)

    def finish(self) -> None:
        """Write everything, and wake who waits for it as soon as it is committed."""
        if len(self._held) == 1 and not self._ground.projections:
            with by_itself(self._driver):  # one statement: it need not be told BEGIN and COMMIT
                self._insert_held()
        self.flush()
        if self._ground.database.dialect == "postgresql" and not self._rung:
            self._cursor.execute(f"SELECT {_RING}")

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
            service=self._ground.service,
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
        rows: list[tuple[Any, ...]] = []
        for event in recorded:
            data = self._ground.codec.encode(event.event, event.previous, event.version)
            cloudevents.check_size(event, self._ground.source, data=data)
            rows.append(
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
                    data,
                )
            )
        self._held += rows  # all or, when one of them is refused, none
        self._unfolded.extend(recorded)
        if self._ground.projections:  # then more is to be written anyhow, and a conflict is told at once
            self._insert_held()

    def _insert_held(self) -> None:
        """Insert what was appended; without read models it is held back until something must see it."""
        if not self._held:
            return
        rows, self._held = self._held, []
        insert = self._ground.sql["insert"]
        try:
            if len(rows) == 1:
                self._cursor.execute(insert, rows[0])
            else:
                self._cursor.executemany(insert, rows)
        except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation) as error:
            raise Conflict("Somebody was faster on this stream.") from error
        except psycopg.errors.DeadlockDetected as error:
            raise Conflict("Somebody writes about the same at the same time; try again.") from error
        self._rung = True
        crashpoint("append.inserted")

    def _exists(self, event_id: str) -> bool:
        self.cursor.execute(self._ground.sql["known"], (event_id,))
        return self.cursor.fetchone() is not None

    def _row_buffers(self) -> list[RowBuffer]:
        if self._buffers is None:
            self._buffers = self.buffers(self._ground.service, self._ground.projections)
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
