"""gunicorn's gevent worker, which ends as soon as nobody is being answered any more.

The one that comes with gunicorn waits for connections that a browser or a proxy merely keeps
open, until its grace is over, and looks once a second; a stop would then take half a minute.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from types import FrameType, TracebackType
from typing import Any, Self

import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer
from gunicorn.workers.ggevent import GeventWorker

from shared.web import longpoll

_BEAT = 1.0
_GLANCE = 0.02


class PromptWorker(GeventWorker):  # type: ignore[misc]  # the library is not typed
    """Once told to end: closes idle connections, lets go who waits for news, answers the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.idle: set[_Idle] = set()
        self._told: Event | None = None

    def run(self) -> None:
        """Serve until told to end, then until the last answer is given or the grace is over."""
        self._told = Event()
        servers = [self._serve(listener) for listener in self.sockets]
        while self.alive:
            self.notify()
            self._told.wait(_BEAT)
        longpoll.end_waiting()
        for server in servers:
            server.close()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while any(len(server.pool) for server in servers) and time.monotonic() < deadline:
            for waiting in list(self.idle):
                waiting.end()
            self.notify()
            gevent.sleep(_GLANCE)
        sys.stderr.flush()
        os._exit(0)  # all is said; to take the interpreter apart would last as long as to start it

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: wake `run`, outside the signal's handler."""
        super().handle_exit(sig, frame)
        if self._told is not None:
            gevent.spawn(self._told.set)

    def timeout_ctx(self) -> _Idle:
        """Around the wait for a connection's next request."""
        return _Idle(self)

    def _serve(self, listener: Any) -> StreamServer:
        listener.setblocking(1)
        handle = partial(self.handle, listener)
        server = StreamServer(listener, handle=handle, spawn=Pool(self.worker_connections))
        if self.cfg.workers > 1:
            server.max_accept = 1  # the others shall have some
        server.start()
        return server


class _Idle(gevent.Timeout):  # type: ignore[misc]  # the library is not typed
    """The wait for a next request; when it is over without one, the connection is closed."""

    def __init__(self, worker: PromptWorker) -> None:
        super().__init__(worker.cfg.keepalive, False)
        self._worker = worker
        self._greenlet: Any = None

    def __enter__(self) -> Self:
        self._greenlet = gevent.getcurrent()
        self._worker.idle.add(self)
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        self._worker.idle.discard(self)
        return super().__exit__(kind, error, trace)

    def end(self) -> None:
        """As if the time were over."""
        self._worker.idle.discard(self)
        self._greenlet.kill(self, block=False)
