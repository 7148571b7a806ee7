"""What history costs: the same work on a table a hundred times as long."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from unittest import mock

from sqlalchemy import select

from services.membership.app import create_app
from services.membership.contract import MunicipalityId
from services.membership.population.domain import population
from shared.eventstore import Store
from shared.rebuilding import rebuild
from shared.replaying import OwnEvents
from shared.settings import Settings
from shared.tables import events
from tests.bench.bench import Bench
from tests.bench.ground import fill, number_all
from tests.bench.networks import join
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second
from tests.bench.rows import append
from tests.support.membership_client import Visitor

STREAMS = 80
TURNS = 25
"""How often all of them are read: once takes ten milliseconds, in which one look at something else is a third."""
LINE = 0.80
METRICS = ("events/s", "streams/s", "pages/s")


def measure(bench: Bench) -> None:
    """A hundredth, a tenth and the whole of `--size`, on both databases, with read models as large."""
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            sizes = (bench.size // 100, bench.size // 10, bench.size)
            stores = [stack.enter_context(bench.ground.store(kind)) for _ in sizes]
            for store, size in zip(stores, sizes, strict=True):
                fill(store, size)
                rebuild(OwnEvents(store), promote=True)
            names = [f"after {size:,} events" for size in sizes]
            bench.table(
                f"append, read and page as history grows, {kind}",
                [Contender(name, _work(bench, store)) for name, store in zip(names, stores, strict=True)],
                [Goal(name=names[-1], of=names[0], metric=metric, line=LINE) for metric in METRICS],
            )


def _work(bench: Bench, store: Store) -> Callable[[], Figures]:
    with store.reading() as connection:
        first = select(events.c.key).where(events.c.version == 1).order_by(events.c.position)
        oldest = [MunicipalityId(key) for key in connection.execute(first.limit(STREAMS)).scalars()]
    join(store, oldest)
    number_all(store)
    office = _office(bench, store)

    def read() -> None:
        for one in oldest * TURNS:
            store.history(stream=population.stream(one))

    def page() -> None:
        for one in oldest:
            office.see(f"/kommuner/{one}/historikk")

    page()  # templates are compiled when first shown

    return lambda: {
        **append.loaded(store),
        **per_second("streams/s", len(oldest) * TURNS, read),
        **per_second("pages/s", len(oldest), page),
    }


def _office(bench: Bench, store: Store) -> Visitor:
    """Somebody who opens pages of this store, in this process."""
    with mock.patch.dict(os.environ, {"SAMVIRKE_DATA": str(bench.ground.folder / "installation")}):
        return Visitor(create_app(store), Settings.from_environment())
