"""A way between one process and one server that can be cut, and can break in the middle of a commit."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal, TypeVar

T = TypeVar("T")
CommitBreaks = Literal["before", "after"]
"""Where the way breaks: the server never hears of the commit, or carries it out and nobody is told."""

_CHUNK = 65_536
_COMMIT = b"COMMIT"
_CARRIED_OUT = 0.2
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends a reset


class Relays:
    """Any number of relays in one thread."""

    def __init__(self) -> None:
        """Begin with none."""
        self._loop = asyncio.new_event_loop()
        self.servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="relays", daemon=True)
        self._thread.start()

    def open(self, port: int) -> Relay:
        """A relay to `port` of this machine."""
        return self.run(Relay.opened(self, port))

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """Run something in the relays' thread; its result."""
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(30)

    def close(self) -> None:
        """End all of them, and every connection through them."""
        self.run(_end(self.servers))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()


class Relay:
    """One way: whatever connects to `port` speaks to the server."""

    def __init__(self, relays: Relays, target: int) -> None:
        """Made by `Relays.open`."""
        self.port = 0
        self._relays, self._target = relays, target
        self._open = asyncio.Event()
        self._open.set()
        self._commit_breaks: CommitBreaks | None = None
        self._broken = threading.Event()

    @classmethod
    async def opened(cls, relays: Relays, target: int) -> Relay:
        """A relay that takes connections."""
        one = cls(relays, target)
        server = await asyncio.start_server(one._pass, "127.0.0.1", 0)
        relays.servers.append(server)
        one.port = server.sockets[0].getsockname()[1]
        return one

    def cut(self) -> None:
        """Let nothing through any more, and say so to nobody: as a cable that is pulled out."""
        self._relays.run(_done(self._open.clear))

    def mend(self) -> None:
        """Let everything through again, what has waited as well."""
        self._relays.run(_done(self._open.set))

    def break_next_commit(self, where: CommitBreaks, seconds: float) -> bool:
        """Reset the connection that says COMMIT next; whether one did within `seconds`."""
        self._broken.clear()
        self._commit_breaks = where
        done = self._broken.wait(seconds)
        self._commit_breaks = None
        return done

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Told to end it ends as ever: asyncio calls a connection that was cancelled a failure, with a traceback.
        with contextlib.suppress(asyncio.CancelledError), contextlib.closing(writer):
            await self._open.wait()
            try:
                from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
            except OSError:
                _reset(writer)
                return
            with contextlib.closing(to_server):
                await self._between(reader, writer, from_server, to_server)

    async def _between(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        from_server: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:
        pumps = (
            asyncio.create_task(self._pump(reader, to_server, self._breaks_commit)),
            asyncio.create_task(self._pump(from_server, writer, _never)),
        )
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            if any(pump.done() and pump.result() == "reset" for pump in pumps):
                _reset(writer)
        finally:
            for pump in pumps:
                pump.cancel()

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        breaks: Callable[[bytes], CommitBreaks | None],
    ) -> str:
        with contextlib.suppress(OSError):  # either side may go at any time
            while passed := await source.read(_CHUNK):
                await self._open.wait()
                where = breaks(passed)
                if where != "before":
                    sink.write(passed)
                    await sink.drain()
                if where is not None:
                    await asyncio.sleep(_CARRIED_OUT if where == "after" else 0)
                    self._broken.set()
                    return "reset"
        return "ended"

    def _breaks_commit(self, passed: bytes) -> CommitBreaks | None:
        where = self._commit_breaks
        if where is None or _COMMIT not in passed:
            return None
        self._commit_breaks = None  # this one alone
        return where


def _never(_passed: bytes) -> None:
    return None


def _reset(writer: asyncio.StreamWriter) -> None:
    client: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):  # it has gone already
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


async def _done(change: Callable[[], None]) -> None:
    change()


async def _end(servers: Sequence[asyncio.Server]) -> None:
    for server in servers:
        server.close()
    await asyncio.sleep(0)  # who has just been accepted gets its task in this round
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the next round
