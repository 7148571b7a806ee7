"""What history costs: the same work on a table a hundred times as long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import select

from shared.eventstore import Store
from shared.tables import events
from tests.bench.bench import Bench
from tests.bench.ground import fill
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second
from tests.bench.rows import append

STREAMS = 80
LINE = 0.80


def measure(bench: Bench) -> None:
    """A hundredth, a tenth and the whole of `--size`, on both databases."""
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            sizes = (bench.size // 100, bench.size // 10, bench.size)
            stores = [stack.enter_context(bench.ground.store(kind)) for _ in sizes]
            for store, size in zip(stores, sizes, strict=True):
                fill(store, size)
            names = [f"after {size:,} events" for size in sizes]
            bench.table(
                f"append and read as history grows, {kind}",
                [Contender(name, _work(store)) for name, store in zip(names, stores, strict=True)],
                [
                    Goal(name=names[-1], of=names[0], metric=metric, line=LINE)
                    for metric in ("events/s", "streams/s")
                ],
            )


def _work(store: Store) -> Callable[[], Figures]:
    with store.reading() as connection:
        first = select(events.c.stream).where(events.c.version == 1).order_by(events.c.position)
        streams = list(connection.execute(first.limit(STREAMS)).scalars())

    def read() -> None:
        for stream in streams:
            store.history(stream=stream)

    return lambda: {**append.ours(store), **per_second("streams/s", len(streams), read)}
