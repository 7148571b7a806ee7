"""Who is alive: a lock that the database, or the machine, takes back when its process has died.

A lease alone cannot tell who died from who is slow. With it, what a killed process held is free
at once, while one that only sleeps keeps it until the lease runs out.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database

_SPACE = 1_733_194_625
"""The first half of our advisory locks' keys; the other half is the name's checksum."""

_LOCK = text("SELECT pg_advisory_lock_shared(:space, :mark)")
_PRESENT = text(
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = :space"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Presence:
    """That `name` is at work on a database; no two processes share a name."""

    def __init__(self, database: Database, name: str) -> None:
        """Nobody knows of it before `keep`."""
        self.name = name
        self._database = database
        self._connection: Connection | None = None
        self._file: IO[bytes] | None = None

    def keep(self) -> None:
        """Be present; made anew when the database has lost the connection that says so."""
        if self._database.path is not None:
            if self._file is None:
                self._forget_the_dead()
                self._file = _locked(self._path(self.name))
            return
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return
        except SQLAlchemyError:
            self.leave()
        self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.detach()  # a session of its own: the lock ends with it
        self._connection.execute(_LOCK, {"space": _SPACE, "mark": _mark(self.name)})

    def leave(self) -> None:
        """Be gone, before the process is."""
        connection, self._connection = self._connection, None
        file, self._file = self._file, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.close()
        if file is not None:
            self._path(self.name).unlink(missing_ok=True)
            file.close()

    def gone(self, connection: Connection, names: Iterable[str]) -> set[str]:
        """Which of `names` are not present; `connection` is one to the same database."""
        others = {name for name in names if name != self.name}
        if not others:
            return set()
        if self._database.path is not None:
            return {name for name in others if _abandoned(self._path(name))}
        present = set(connection.execute(_PRESENT, {"space": _SPACE}).scalars())
        return {name for name in others if _mark(name) not in present}

    def _forget_the_dead(self) -> None:
        """What killed processes have left beside the database: nobody asks for them by name any more."""
        path = self._path("*")
        for left in path.parent.glob(path.name):
            _abandoned(left)

    def _path(self, name: str) -> Path:
        database = self._database.path
        assert database is not None  # noqa: S101  # asked for files only
        return database.with_suffix(f".{name}.present")


def _mark(name: str) -> int:
    """Half a key: of two names with one mark, the dead one passes for alive until its lease ends."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


def _locked(path: Path) -> IO[bytes]:
    """The file, made and locked; anew where somebody has taken it away between the two."""
    while True:
        file = path.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                return file
        file.close()


def _abandoned(path: Path) -> bool:
    """Whether nobody holds the file; what a dead process left is taken away."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        pass
    return True
