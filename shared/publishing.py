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
from typing import Any

from sqlalchemy import PoolProxiedConnection

from shared import cloudevents, numbering, reading
from shared.bells import Listener
from shared.crashing import crashpoint
from shared.database import Database, by_itself, placeholders
from shared.eventstore import Store
from shared.log import Log, LogMisconfiguredError
from shared.numbering import BATCH
from shared.stopping import Stop
from shared.vouching import ForkedLogError, Vouched, vouch

_LOCK = 7318349394477057
_PATIENCE = 1.0
_LOOK_AGAIN = 5.0
_VOUCH_AGAIN = 60.0

_SENT = "SELECT sent FROM publisher"
_KEEP_SENT = "UPDATE publisher SET sent = ?"
_KEEP_SENT_UNFLUSHED = (
    f"{_KEEP_SENT} FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unflushed"
)


class Publisher:
    """The one process at a time that moves a service's events to its topic."""

    def __init__(self, store: Store, log: Log, topic: str) -> None:
        """`topic` must exist; `log` is used by this publisher's thread only."""
        self._store = store
        self._log = log
        self.topic = topic
        self._behind = True  # whether something may be numbered that the log has not acknowledged

    def run(self, stop: Stop, vouched: Vouched | None = None) -> None:
        """Publish until `stop`; wait in line while another process holds the lock.

        `vouched` is answered as soon as it is known that the topic holds nothing which the database lacks,
        at the start and after every doubt: before that, no follow-up may be recorded.
        """
        vouched = vouched or Vouched()
        with (
            closing(self._store.bell.listen()) as listener,
            stop.waking(listener.wake),
            vouched.waking(listener.wake),
        ):
            self._vouch(vouched)
            while not stop.is_set():
                with publisher_lock(self._store.database) as mine:
                    if mine:
                        self._work(mine, stop, listener, vouched)
                        continue
                stop.wait(_PATIENCE)
                if not vouched.holds:
                    self._vouch(vouched)

    def _work(self, locked: PoolProxiedConnection, stop: Stop, listener: Listener, vouched: Vouched) -> None:
        self._behind = True  # somebody else may have numbered since this process held the lock
        looked_at = -math.inf
        while not stop.is_set():
            if time.monotonic() - looked_at > _VOUCH_AGAIN or not vouched.holds:
                self._vouch(vouched)
                looked_at = time.monotonic()
            if self.publish(locked) < BATCH and not self._behind:
                listener.wait(_LOOK_AGAIN)  # what has come since we looked has rung

    def _vouch(self, vouched: Vouched) -> None:
        doubts = vouched.doubts
        try:
            vouch(self._store, self._log, self.topic)
        except ForkedLogError:
            vouched.doubt()
            raise
        except LogMisconfiguredError:
            vouched.answer(doubts)  # the topic lacks something: nothing is sent, all the rest goes on
            raise
        vouched.answer(doubts)

    def publish(self, locked: PoolProxiedConnection) -> int:
        """Send one batch, numbering a new one when none is left over; the count sent.

        `locked` is the connection that holds the lock: when it is lost, numbering fails
        with it, and so nothing is numbered by a process that only believes to be alone.
        """
        left_over = self._left_over(locked) if self._behind else []
        self._behind = True
        rows = left_over or numbering.number(self._store.database, locked)
        if rows:
            batch = documents_of(self._store, rows)
            self._log.append(self.topic, [(key, document) for _, key, document in batch])
            crashpoint("publisher.after_ack")
            self._keep_sent(locked, batch[-1][0])
            crashpoint("publisher.sent_kept")
        self._behind = bool(left_over)
        return len(rows)

    def _left_over(self, locked: PoolProxiedConnection) -> numbering.Rows:
        """What is numbered and not yet acknowledged."""
        cursor: Any = locked.cursor()
        with by_itself(locked):
            cursor.execute(_SENT)
            return numbering.numbered_after(self._store.database, cursor, cursor.fetchone()[0])

    def _keep_sent(self, locked: PoolProxiedConnection, number: int) -> None:
        """Nobody waits for the disk: what a power cut makes the database forget of this is sent once more."""
        database, cursor = self._store.database, locked.cursor()
        if database.dialect == "postgresql":
            with database.at_work(), by_itself(locked):
                cursor.execute(placeholders(_KEEP_SENT_UNFLUSHED, "postgresql"), (number,))
            return
        cursor.execute("PRAGMA synchronous = NORMAL")
        try:
            with database.writing_on(locked):
                cursor.execute(_KEEP_SENT, (number,))
        finally:
            cursor.execute("PRAGMA synchronous = FULL")


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
def publisher_lock(database: Database) -> Iterator[PoolProxiedConnection | None]:
    """The lock that makes a publisher the only one; None when another process holds it."""
    with closing(database.engine.raw_connection()) as connection:
        if database.path is None:
            cursor: Any = connection.cursor()
            with by_itself(connection):
                cursor.execute(f"SELECT pg_try_advisory_lock({_LOCK})")
            got = cursor.fetchone()[0]
            try:
                yield connection if got else None
            finally:
                if got and not cursor.connection.closed:
                    with by_itself(connection):
                        cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")
            return
        path = database.path.with_suffix(".publisher")
        with path.open("w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            yield connection
