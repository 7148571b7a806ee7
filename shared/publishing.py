"""Number committed events without gaps, then hand them to the log in that order.

Numbers are committed before anything is sent, so that a crash at any point leads to the same
events under the same numbers with the same bytes. Readers of the log meet repeats, never gaps.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Flag
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from shared import cloudevents, reading
from shared.database import Database
from shared.eventstore import Store
from shared.log import Log, LogMisconfiguredError, LogRecord
from shared.tables import events, publications, publisher, unnumbered

BATCH = 1_000
_LOCK = 7318349394477057
_PATIENCE = 1.0
_LOOK_AGAIN = 5.0

logger = logging.getLogger(__name__)


class ForkedLogError(LogMisconfiguredError):
    """The topic holds events that the database does not, or other ones under the same number."""


class Publisher:
    """The one process at a time that moves a service's events to its topic."""

    def __init__(self, store: Store, log: Log, topic: str) -> None:
        """`topic` must exist; `log` is used by this publisher's thread only."""
        self._store = store
        self._log = log
        self.topic = topic

    def run(self, stop: Flag) -> None:
        """Publish until `stop`; wait in line while another process holds the lock."""
        listener = self._store.bell.listen()
        try:
            while not stop.is_set():
                with publisher_lock(self._store.database) as mine:
                    if not mine:
                        stop.wait(_PATIENCE)
                        continue
                    self.check_tail()
                    while not stop.is_set():
                        if not self.publish(mine):
                            listener.wait(_LOOK_AGAIN)
        finally:
            listener.close()

    def publish(self, locked: Connection) -> int:
        """Send one batch, numbering a new one when none is left over; the count sent.

        `locked` is the connection that holds the lock: when it is lost, numbering fails
        with it, and so nothing is numbered by a process that only believes to be alone.
        """
        batch = self._numbered(locked) or self._number(locked)
        if not batch:
            return 0
        documents = [(key, document) for _, key, document in batch]
        self._log.append(self.topic, documents)
        with _transaction(self._store.database, locked):
            locked.execute(update(publisher).values(sent=batch[-1][0]))
        return len(batch)

    def check_tail(self) -> None:
        """Raise ForkedLogError unless the end of the topic is what the database published."""
        with self._store.reading() as connection:
            for record in self._log.tail(self.topic):
                _check_published(connection, record, self._store)

    def _number(self, locked: Connection) -> list[tuple[int, str, bytes]]:
        with _transaction(self._store.database, locked):
            waiting = select(unnumbered.c.position).order_by(unnumbered.c.position).limit(BATCH)
            positions = list(locked.execute(waiting).scalars())
            if not positions:
                return []
            last = locked.execute(select(func.coalesce(func.max(publications.c.sequence), 0))).scalar_one()
            rows = [
                {"sequence": last + number, "position": position}
                for number, position in enumerate(positions, start=1)
            ]
            locked.execute(insert(publications), rows)
            locked.execute(delete(unnumbered).where(unnumbered.c.position.in_(positions)))
        return self._numbered(locked)

    def _numbered(self, locked: Connection) -> list[tuple[int, str, bytes]]:
        """What is numbered and not yet acknowledged: sequence, key and document."""
        with _transaction(self._store.database, locked):
            sent = select(publisher.c.sent).scalar_subquery()
            query = (
                reading.recorded_query()
                .where(publications.c.sequence > sent)
                .order_by(publications.c.sequence)
                .limit(BATCH)
            )
            rows = list(locked.execute(query))
        return [self._document(row) for row in rows]

    def _document(self, row: Sequence[Any]) -> tuple[int, str, bytes]:
        recorded = reading.to_recorded(row, self._store.codec, self._store.service)
        stored = row[reading.DATA]
        document = cloudevents.encode(recorded, source=self._store.source, data=stored)
        return recorded.sequence or 0, recorded.key, document


@contextmanager
def publisher_lock(database: Database) -> Iterator[Connection | None]:
    """The lock that makes a publisher the only one; None when another process holds it."""
    with database.engine.connect() as connection:
        if database.path is None:
            got = connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar_one()
            connection.commit()
            try:
                yield connection if got else None
            finally:
                if got and not connection.invalidated:
                    connection.rollback()
                    connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
                    connection.commit()
            return
        path = database.path.with_suffix(".publisher")
        with path.open("w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            yield connection


@contextmanager
def _transaction(database: Database, connection: Connection) -> Iterator[None]:
    """A short transaction on the locked connection, which stays open between them."""
    if database.dialect == "sqlite":
        connection.execution_options(writes=True)
    with connection.begin():
        yield


def _check_published(connection: Connection, record: LogRecord, store: Store) -> None:
    try:
        found = cloudevents.decode(record.value, {}, store.service)
    except cloudevents.InvalidDocument:
        return  # a foreign record at the end; the consumers park it, it is no event of ours
    sequence, event_id = found.sequence, found.event_id
    query = (
        select(events.c.event_id)
        .join(publications, publications.c.position == events.c.position)
        .where(publications.c.sequence == sequence)
    )
    ours = connection.execute(query).scalar_one_or_none()
    if ours != event_id:
        message = (
            f"{record.topic} holds event {event_id} as number {sequence}, the database of "
            f"{store.service} has {ours or 'none'} there; nothing more is numbered or sent."
        )
        raise ForkedLogError(message)
