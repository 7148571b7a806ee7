"""Wake who waits for something new, at once and across processes, without polling.

A ring says only "look again": it may be lost or come for nothing, so every listener also
looks by itself now and then, and every effect is safe to look for twice.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg

from shared.database import Database

_RETRY = 1.0


class Listener(Protocol):
    """Somebody's ear at a bell, from the moment it was made."""

    def wait(self, seconds: float) -> bool:
        """Wait until the bell rings, at most `seconds`; False when it stayed silent."""

    def wake(self) -> None:
        """Let who waits return as if it had rung for this listener alone; any thread may call it."""

    def close(self) -> None:
        """Stop listening."""


class Bell(Protocol):
    """Rings for every listener on this bell, in whatever process."""

    def ring(self) -> None:
        """Wake all listeners; called after the commit that made something new."""

    def listen(self) -> Listener:
        """A listener that hears every ring from now on."""


class LoopbackBell:
    """A bell between processes of one machine: a datagram to each listener's loopback port."""

    def __init__(self, folder: Path, name: str) -> None:
        """Listeners announce themselves as files `name.port.process` in `folder`.

        The files are empty: where the disk is full, nothing half written is left.
        """
        self._folder = folder
        self._name = name
        folder.mkdir(parents=True, exist_ok=True)

    def ring(self) -> None:
        """Send one byte to every announced port; a full or dead one is no trouble."""
        for name, port, _ in self._announced():
            if name == self._name:
                with contextlib.suppress(OSError):
                    _sender().sendto(b"!", ("127.0.0.1", port))

    def listen(self) -> LoopbackListener:
        """Open a port and announce it; ports of processes that are gone are taken away."""
        self._forget_the_dead()
        return LoopbackListener(self._folder, self._name)

    def _forget_the_dead(self) -> None:
        for name, port, process in self._announced():
            if not _alive(process):
                _announcement(self._folder, name, port, process).unlink(missing_ok=True)

    def _announced(self) -> Iterator[tuple[str, int, int]]:
        """Name, port and process of every listener."""
        for entry in os.listdir(self._folder):  # noqa: PTH208  # once per commit: names are enough
            with contextlib.suppress(ValueError):  # any other file
                name, port, process = entry.rsplit(".", 2)
                yield name, int(port), int(process)


class LoopbackListener:
    """One announced port."""

    def __init__(self, folder: Path, name: str) -> None:
        """Bind a free port on the loopback address and announce it."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._address = self._socket.getsockname()
        self._file = _announcement(folder, name, self._address[1], os.getpid())
        self._file.touch()

    def wait(self, seconds: float) -> bool:
        """See `Listener.wait`; several rings since the last call count as one."""
        ready, _, _ = select.select([self._socket], [], [], seconds)
        if not ready:
            return False
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                pass
        return True

    def wake(self) -> None:
        """See `Listener.wake`."""
        with contextlib.suppress(OSError):
            _sender().sendto(b"!", self._address)

    def close(self) -> None:
        """Take the announcement away and free the port."""
        self._file.unlink(missing_ok=True)
        self._socket.close()


class PostgresBell:
    """LISTEN and NOTIFY in the service's own database; the store notifies in its transaction."""

    CHANNEL = "samvirke"

    def __init__(self, database: Database) -> None:
        """Listeners connect to `database` by themselves, outside the pool."""
        self._url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def ring(self) -> None:
        """Nothing to do: `pg_notify` in the transaction rang when it was committed."""

    def listen(self) -> PostgresListener:
        """A connection of its own that listens."""
        return PostgresListener(self._url, self.CHANNEL)


class PostgresListener:
    """A listening connection, made anew when it breaks (a ring may then be missed)."""

    def __init__(self, url: str, channel: str) -> None:
        """Connect on the first wait, so that a database that is away is no error here."""
        self._url = url
        self._channel = channel
        self._connection: psycopg.Connection[Any] | None = None
        self._woken, self._waker = socket.socketpair()
        with contextlib.suppress(psycopg.OperationalError):
            self._connect()

    def wait(self, seconds: float) -> bool:
        """See `Listener.wait`; a connection that was lost or is new counts as a ring: something may be new."""
        try:
            if self._connection is None:
                self._connect()
                return True
            return self._hear(self._connection, seconds)
        except psycopg.OperationalError:
            self._disconnect()
            select.select([self._woken], [], [], min(_RETRY, seconds))
            return True

    def wake(self) -> None:
        """See `Listener.wake`."""
        with contextlib.suppress(OSError):
            self._waker.send(b"!")

    def close(self) -> None:
        """Give the connection up."""
        self._disconnect()
        self._woken.close()
        self._waker.close()

    def _hear(self, connection: psycopg.Connection[Any], seconds: float) -> bool:
        news, wake = connection.fileno(), self._woken.fileno()
        ready, _, _ = select.select([news, wake], [], [], seconds)
        woken = wake in ready and bool(self._woken.recv(16))
        if news not in ready:
            return woken
        connection.pgconn.consume_input()
        heard = list(iter(connection.pgconn.notifies, None))
        return woken or bool(heard)

    def _connect(self) -> None:
        self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        self._connection.execute(f"LISTEN {self._channel}")

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Ear:
    """One listener for a whole process: any number of waiters share it (long polls, pages)."""

    def __init__(self, bell: Bell) -> None:
        """The listening thread starts with the first waiter, hence after a fork."""
        self._bell = bell
        self._rung = threading.Condition()
        self._count = 0
        self._started = False

    def count(self) -> int:
        """How often the bell has rung so far; read it before looking, hand it to `wait`."""
        self._start()
        return self._count

    def wait(self, seconds: float, since: int | None = None) -> bool:
        """Wait until the bell has rung more often than `since` (default: now)."""
        self._start()
        with self._rung:
            heard = self._count if since is None else since
            return self._rung.wait_for(lambda: self._count > heard, seconds)

    def ring(self) -> None:
        """Wake the waiters of this process, as the bell would."""
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def _start(self) -> None:
        with self._rung:
            if self._started:
                return
            self._started = True
        listener = self._bell.listen()
        threading.Thread(target=self._listen, args=(listener,), name="ear", daemon=True).start()

    def _listen(self, listener: Listener) -> None:
        while True:
            if listener.wait(30.0):
                self.ring()


def bell_for(database: Database) -> Bell:
    """The bell that belongs to a service's database."""
    if database.path is None:
        return PostgresBell(database)
    return LoopbackBell(database.path.parent / "bells", database.path.stem)


@functools.cache
def _sender() -> socket.socket:
    """The process's own socket for ringing; it lives as long as the process."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setblocking(False)
    atexit.register(sender.close)
    return sender


def _announcement(folder: Path, name: str, port: int, process: int) -> Path:
    return folder / f"{name}.{port}.{process}"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
