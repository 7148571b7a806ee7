"""gunicorn's gevent worker, which ends as soon as nobody is being answered any more.

The one that comes with gunicorn waits for connections that a browser or a proxy merely keeps
open, until its grace is over; a stop would then take half a minute.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import gevent
from gunicorn.workers.ggevent import GeventWorker

from shared.web import longpoll


class PromptWorker(GeventWorker):  # type: ignore[misc]  # the library is not typed
    """Closes idle connections, and lets those who wait for news go, once it is told to end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.idle: set[_Idle] = set()

    def timeout_ctx(self) -> _Idle:
        """Around the wait for a connection's next request."""
        return _Idle(self)

    def notify(self) -> None:
        """Called every second, also while the worker is ending."""
        super().notify()
        if not self.alive:
            longpoll.end_waiting()
            for waiting in list(self.idle):
                waiting.end()


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
