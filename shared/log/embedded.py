"""The log in one SQLite file, for a suite on one machine without a broker."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from shared import ids
from shared.bells import LoopbackBell
from shared.crashing import crashpoint
from shared.log import PARTITIONS, LogMisconfiguredError, LogRecord, LogUnavailableError, Place

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
  name TEXT PRIMARY KEY, topic_id TEXT NOT NULL, partitions INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS records (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
  key BLOB, value BLOB, PRIMARY KEY (topic, partition, "offset")) WITHOUT ROWID;
"""

_PARTITION = (
    'SELECT topic, partition, "offset", key, value FROM records'
    ' WHERE topic = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?'
)
_FIRST = 'SELECT MIN("offset") FROM records WHERE topic = ? AND partition = ?'
_LAST = 'SELECT MAX("offset") FROM records WHERE topic = ? AND partition = ?'


class EmbeddedLog:
    """Safe for several processes: SQLite serialises the appends, a bell wakes the readers."""

    def __init__(self, path: Path) -> None:
        """`path` is the file; it is created with its folder when it is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._bell = LoopbackBell(path.parent / "bells", path.stem)
        self._lent = threading.Lock()
        self._kept: sqlite3.Connection | None = None
        self._kept_file: tuple[int, int] | None = None
        with closing(self._connect()) as connection:
            connection.executescript(_SCHEMA)

    def create_topics(self, topics: Sequence[str]) -> None:
        """See `Log.create_topics`."""
        with self._connection() as connection:
            connection.executemany(
                "INSERT INTO topics VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(topic, ids.new_id(), PARTITIONS) for topic in topics],
            )

    def check_topics(self, topics: Sequence[str]) -> None:
        """See `Log.check_topics`."""
        for topic in topics:
            self.identity(topic)

    def identity(self, topic: str) -> str:
        """See `Log.identity`."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT topic_id, partitions FROM topics WHERE name = ?", (topic,)
            ).fetchone()
        if row is None:
            message = f"Topic {topic} does not exist; `samvirke topics` creates it."
            raise LogMisconfiguredError(message)
        if row[1] != PARTITIONS:
            message = f"Topic {topic} has {row[1]} partitions, not {PARTITIONS}."
            raise LogMisconfiguredError(message)
        return str(row[0])

    def append(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        """See `Log.append`: one transaction, on disk when this returns."""
        self.identity(topic)
        try:
            with self._transaction() as connection:
                next_offsets: dict[int, int] = {}
                rows = []
                for key, value in records:
                    partition = zlib.crc32(key.encode()) % PARTITIONS
                    if partition not in next_offsets:
                        last = connection.execute(_LAST, (topic, partition)).fetchone()[0]
                        next_offsets[partition] = 0 if last is None else last + 1
                    rows.append((topic, partition, next_offsets[partition], key.encode(), value))
                    next_offsets[partition] += 1
                connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows)
                crashpoint("log.appended")
        except sqlite3.OperationalError as error:
            raise LogUnavailableError(str(error)) from error
        self._bell.ring()

    def tail(self, topic: str) -> list[LogRecord]:
        """See `Log.tail`."""
        query = f'SELECT topic, partition, "offset", key, value FROM records WHERE topic = ? AND partition = ? AND "offset" = ({_LAST})'  # constants only
        with self._connection() as connection:
            found = [
                connection.execute(query, (topic, number, topic, number)).fetchone()
                for number in range(PARTITIONS)
            ]
        return [LogRecord(*row) for row in found if row is not None]

    def reader(self) -> EmbeddedReader:
        """See `Log.reader`."""
        return EmbeddedReader(self._path, self._connect, self._bell)

    def trouble(self) -> str | None:
        """See `Log.trouble`."""
        return None if self._path.is_file() else f"{self._path.name} is gone"

    def close(self) -> None:
        """See `Log.close`."""
        with self._lent:
            self._give_up()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """The connection that is kept, for one thread at a time; opening one takes longer than an append.

        Another file of the same name is another log, and what is written to one that was removed is lost.
        """
        with self._lent:
            here = _file_at(self._path)
            if self._kept is None or self._kept_file != here:
                self._give_up()
                self._kept, self._kept_file = self._connect(), here
                weakref.finalize(self, self._kept.close)
            yield self._kept

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    def _give_up(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._path, timeout=30, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.OperationalError as error:
            raise LogUnavailableError(str(error)) from error
        return connection


class EmbeddedReader:
    """Reads the file; waits on the bell when there is nothing new."""

    def __init__(self, path: Path, connect: Callable[[], sqlite3.Connection], bell: LoopbackBell) -> None:
        """Made by `EmbeddedLog.reader`."""
        self._path, self._connect = path, connect
        self._connection, self._file = connect(), _file_at(path)
        self._listener = bell.listen()
        self._offsets: dict[Place, int] = {}
        self._news = _news_of(0)
        self._woken = False

    def assign(self, offsets: Mapping[Place, int]) -> None:
        """See `Reader.assign`."""
        self._look_at_path()
        self._offsets = dict(offsets)
        self._news = _news_of(len(offsets))

    def poll(self, limit: int, seconds: float) -> list[LogRecord]:
        """See `Reader.poll`."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._read(limit)
            left = deadline - time.monotonic()
            if found or self._woken or left <= 0:
                return found
            self._listener.wait(left)

    def wake(self) -> None:
        """See `Reader.wake`."""
        self._woken = True
        self._listener.wake()

    def begins(self, places: Sequence[Place]) -> dict[Place, int]:
        """See `Reader.begins`."""
        self._look_at_path()
        first = {place: self._connection.execute(_FIRST, place).fetchone()[0] for place in places}
        return {place: 0 if offset is None else offset for place, offset in first.items()}

    def ends(self, places: Sequence[Place]) -> dict[Place, int]:
        """See `Reader.ends`."""
        self._look_at_path()
        last = {place: self._connection.execute(_LAST, place).fetchone()[0] for place in places}
        return {place: 0 if offset is None else offset + 1 for place, offset in last.items()}

    def close(self) -> None:
        """Close the file and the ear."""
        self._listener.close()
        self._connection.close()

    def _look_at_path(self) -> None:
        """Another file of the same name is another log: its offsets are not those that were assigned before."""
        here = _file_at(self._path)
        if here is not None and here != self._file:
            self._connection.close()
            self._connection, self._file = self._connect(), here

    def _read(self, limit: int) -> list[LogRecord]:
        found: list[LogRecord] = []
        try:
            for topic, partition in self._with_news():
                at = self._offsets[topic, partition]
                asked = (topic, partition, at, limit - len(found))
                rows = self._connection.execute(_PARTITION, asked).fetchall()
                found.extend(LogRecord(*row) for row in rows)
                if rows:
                    self._offsets[topic, partition] = rows[-1][2] + 1
                if len(found) >= limit:
                    break
        except sqlite3.OperationalError as error:
            raise LogUnavailableError(str(error)) from error
        return found

    def _with_news(self) -> list[Place]:
        if not self._offsets:
            return []
        values = [
            value for (topic, partition), at in self._offsets.items() for value in (topic, partition, at)
        ]
        return self._connection.execute(self._news, values).fetchall()


def _news_of(places: int) -> str:
    """Which of so many places hold a record at their offset or after it: mostly one of twelve does."""
    wanted = ", ".join("(?, ?, ?)" for _ in range(places))
    return (
        f"WITH wanted (topic, partition, at) AS (VALUES {wanted}) SELECT topic, partition FROM wanted WHERE EXISTS"
        " (SELECT 1 FROM records WHERE records.topic = wanted.topic"
        ' AND records.partition = wanted.partition AND records."offset" >= wanted.at)'
    )


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # at every append: a path's own `stat` takes twice as long
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
