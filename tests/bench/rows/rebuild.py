"""Rebuild the read models of a service from its events: all of them, compared row by row, taken over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment

from shared.eventstore import Store
from shared.rebuilding import rebuild
from shared.replaying import OwnEvents
from tests.bench.bench import Bench
from tests.bench.ground import Ground, fill
from tests.bench.peers import bare, library, projecting
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second

PEER_EVENTS = 10_000
"""Less where ours has less; the peer needs as long for each of a million."""
METRIC = "events/s"
OURS, LIMIT = "ours", "limit: fetch + decode"
PEERS = {"postgresql": ("peer ProjectionRunner", 100.0), "sqlite": ("peer pull loop", 60.0)}


def measure(bench: Bench) -> None:
    """On both databases; the comparison with the rows that stood there before is part of it."""
    for kind in ("sqlite", "postgresql"):
        peer, line = PEERS[kind]
        fewer = min(PEER_EVENTS, bench.size)
        with bench.ground.store(kind) as store, _peer(bench.ground, kind, fewer) as theirs:
            fill(store, bench.size)
            bench.table(
                f"rebuild of the read models, {bench.size:,} events of ours, {fewer:,} of the peer, {kind}",
                [
                    Contender(OURS, lambda: _ours(store, bench.size)),
                    Contender(peer, theirs),
                    Contender(LIMIT, lambda: _limit(store, bench.size)),
                ],
                [
                    Goal(name=OURS, of=peer, metric=METRIC, line=line),
                    Goal(name=OURS, of=LIMIT, metric=METRIC, line=0.25),
                ],
                rounds=min(bench.rounds, 3),
            )


def _ours(store: Store, size: int) -> Figures:
    return per_second(METRIC, size, lambda: rebuild(OwnEvents(store), promote=True))


def _limit(store: Store, size: int) -> Figures:
    return per_second(METRIC, size, lambda: bare.decode_all(store.database, store.codec))


@contextmanager
def _peer(ground: Ground, kind: str, count: int) -> Iterator[Callable[[], Figures]]:
    url = ground.url(kind)
    with library.application(url) as peer:
        library.fill(peer, count)
        if kind == "postgresql":
            yield lambda: _runner(url, count)
            return
        settings = Environment("figures", library.environment(url))
        view = InfrastructureFactory.construct(settings).tracking_recorder(projecting.SQLiteView)

        def turn() -> Figures:
            view.forget()
            return per_second(METRIC, count, lambda: projecting.pull(peer, view))

        yield turn


def _runner(url: str, count: int) -> Figures:
    began = time.perf_counter()
    with projecting.runner(url) as runner:
        runner.wait(count, timeout=600)
        took = time.perf_counter() - began
    projecting.forget(url)
    return {METRIC: count / took}
