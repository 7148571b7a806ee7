"""Number committed events without gaps, then hand them to the log in that order.

Numbers are committed before anything is sent, so that a crash at any point leads to the same
events under the same numbers with the same bytes. Readers of the log meet repeats, never gaps.
"""

from __future__ import annotations

import fcntl
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Event as Flag
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, insert, select, text, update

from shared import cloudevents, reading
from shared.bells import Listener
from shared.crashing import crashpoint
from shared.database import Database
from shared.eventstore import Store
from shared.log import Log, LogMisconfiguredError
from shared.stopping import Stop
from shared.tables import publications, publisher, unnumbered
from shared.vouching import ForkedLogError, vouch

BATCH = 1_000
_LOCK = 7318349394477057
_PATIENCE = 1.0
_LOOK_AGAIN = 5.0
_VOUCH_AGAIN = 60.0

_last = bindparam("last", type_=Integer)
_FIRST = select(unnumbered.c.position).order_by(unnumbered.c.position).limit(BATCH).subquery()
_NUMBER = insert(publications).from_select(
    ["sequence", "position"],
    select(_last + func.row_number().over(order_by=_FIRST.c.position), _FIRST.c.position),
)
_JUST_NUMBERED = select(publications.c.position).where(
    publications.c.sequence > _last, publications.c.sequence <= _last + BATCH
)
"""Named by their numbers, and not as `all below`: what was recorded earlier may be committed later.
The upper end lets PostgreSQL see that they are few."""

_NO_LONGER_WAITING = delete(unnumbered).where(unnumbered.c.position.in_(_JUST_NUMBERED))


class Publisher:
    """The one process at a time that moves a service's events to its topic."""

    def __init__(self, store: Store, log: Log, topic: str) -> None:
        """`topic` must exist; `log` is used by this publisher's thread only."""
        self._store = store
        self._log = log
        self.topic = topic

    def run(self, stop: Stop, vouched: Flag | None = None) -> None:
        """Publish until `stop`; wait in line while another process holds the lock.

        `vouched` is set as soon as it is known that the topic holds nothing which the database lacks:
        before that, no follow-up may be recorded.
        """
        with closing(self._store.bell.listen()) as listener, stop.waking(listener.wake):
            self._vouch(vouched or Flag())
            while not stop.is_set():
                with publisher_lock(self._store.database) as mine:
                    if not mine:
                        stop.wait(_PATIENCE)
                        continue
                    self._work(mine, stop, listener)

    def _work(self, locked: Connection, stop: Stop, listener: Listener) -> None:
        looked_at = -math.inf
        while not stop.is_set():
            if time.monotonic() - looked_at > _VOUCH_AGAIN:
                vouch(self._store, self._log, self.topic)
                looked_at = time.monotonic()
            if not self.publish(locked):
                listener.wait(_LOOK_AGAIN)

    def _vouch(self, vouched: Flag) -> None:
        try:
            vouch(self._store, self._log, self.topic)
        except ForkedLogError:
            raise
        except LogMisconfiguredError:
            vouched.set()  # the topic lacks something: nothing is sent, all the rest goes on
            raise
        vouched.set()

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
        crashpoint("publisher.after_ack")
        with _transaction(self._store.database, locked):
            locked.execute(update(publisher).values(sent=batch[-1][0]))
        crashpoint("publisher.sent_kept")
        return len(batch)

    def _number(self, locked: Connection) -> list[tuple[int, str, bytes]]:
        with _transaction(self._store.database, locked):
            last = locked.execute(select(func.coalesce(func.max(publications.c.sequence), 0))).scalar_one()
            if not locked.execute(_NUMBER, {"last": last}).rowcount:
                return []
            crashpoint("publisher.numbered")
            locked.execute(_NO_LONGER_WAITING, {"last": last})
        crashpoint("publisher.numbers_committed")
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
            rows = locked.execute(query).cursor.fetchall()
        return documents_of(self._store, rows)


def documents_of(store: Store, rows: Sequence[Sequence[Any]]) -> list[tuple[int, str, bytes]]:
    """Number, key and published bytes of rows of `reading.recorded_query`, the same every time."""
    return [
        (
            recorded.sequence or 0,
            recorded.key,
            cloudevents.encode(recorded, source=store.source, data=row[reading.DATA]),
        )
        for row, recorded in zip(rows, reading.to_recorded(rows, store.codec, store.service), strict=True)
    ]


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
    with database.at_work(), connection.begin():
        yield
