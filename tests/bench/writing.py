"""Processes that write at the same moment, as the processes of a deployed suite do."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Self

from services.membership.population.domain import population
from tests.bench.facts import CONTEXT, facts
from tests.bench.ground import open_store

PATIENCE = 120.0

Prepare = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Opens what is at an address and makes that many facts ready; what it gives writes them.

Found by its name in every process, so it stands in a module."""


class WriterFailedError(Exception):
    """One of the processes could not write."""


class Writers:
    """So many processes, made once (`with`): what is measured does not contain their start."""

    def __init__(self, count: int) -> None:
        """They are forked from a process of their own, which has nothing open."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self._barrier = context.Barrier(count + 1)
        self._lines: list[Connection] = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            context.Process(target=_serve, args=(theirs, self._barrier), daemon=True).start()
            theirs.close()
            self._lines.append(ours)

    def __enter__(self) -> Self:
        """See the class."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the processes end."""
        for line in self._lines:
            line.close()

    def write(self, prepare: Prepare, url: str, each: int) -> float:
        """Let every process write `each` facts; seconds from when all were ready until the last was done.

        Raises WriterFailedError, also where others could write.
        """
        for line in self._lines:
            line.send((prepare, url, each))
        with suppress(BrokenBarrierError):  # then one of them says why
            self._barrier.wait(PATIENCE)
        began = time.perf_counter()
        failed = [trouble for line in self._lines if (trouble := line.recv()) is not None]
        took = time.perf_counter() - began
        if failed:
            self._barrier.reset()
            raise WriterFailedError("; ".join(sorted(set(failed))))
        return took


@contextmanager
def ours(url: str, each: int) -> Iterator[Callable[[], None]]:
    """Commands of membership on its store at `url`, without read models: the peer has none here."""
    with open_store(url) as store:
        asked = [(fact.stream, fact.command) for fact in facts(each)]
        with store.transaction(CONTEXT) as transaction:  # opens the connection
            transaction.load(population, asked[0][0])

        def work() -> None:
            for stream, command in asked:
                store.handle(population, stream, command, CONTEXT)

        yield work


def _serve(line: Connection, barrier: Barrier) -> None:
    while True:
        try:
            prepare, url, each = line.recv()
        except EOFError:
            return
        trouble = None
        try:
            with prepare(url, each) as work:
                barrier.wait(PATIENCE)
                work()
                line.send(None)
            continue
        except Exception as error:  # noqa: BLE001  # told to the process that asked
            trouble = f"{type(error).__name__}: {error}"
        barrier.abort()
        line.send(trouble)
