"""From a command to the rows that show it: own, and those of another service; a hundred commands a second."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from deploy.samvirke.suite import SERVICES
from deploy.servers.programs import ROOT
from services.membership.population.domain import population
from shared.eventstore import Store
from shared.opening import open_log
from shared.progress import wait_until_settled
from tests.bench.arrivals import Arrivals
from tests.bench.bench import Bench
from tests.bench.facts import CONTEXT, Fact, facts
from tests.bench.ground import Ground
from tests.bench.pacing import Done, at_a_pace
from tests.bench.peers import library, projecting
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, percentiles
from tests.support.running import EmbeddedSuite, ProductionSuite, Suite, forget_topics

COMMANDS = 500
WARMING = 50
ON_THE_WAY = ("membership", "fees")
PER_SECOND = 100
PATIENCE = 300.0
P50, P99 = "p50 ms", "p99 ms"
OWN = {"sqlite": "ours, own rows, sqlite", "postgresql": "ours, own rows, postgresql"}
FEES = {"sqlite": "ours, rows of fees, embedded log", "postgresql": "ours, rows of fees, Kafka"}
PEER = "peer save() to its ProjectionRunner's row, postgresql"
LINES = {
    OWN["sqlite"]: (1.0, 1.0),
    OWN["postgresql"]: (1.0, 1.0),
    FEES["sqlite"]: (1.0, 1.0),
    FEES["postgresql"]: (2.5, 1.2),
}

Turn = Callable[[], Sequence[float]]
"""Does the work once; how long each command waited, in seconds."""


def measure(bench: Bench) -> None:
    """By the workers of the two services on the way, as processes; the other two services rest."""
    with ExitStack() as stack:
        turns: dict[str, Turn] = {}
        for kind in ("sqlite", "postgresql"):
            store, arrivals = stack.enter_context(_suite(bench.ground, kind))
            turns[OWN[kind]] = partial(_own, store, arrivals)
            turns[FEES[kind]] = partial(_fees, store, arrivals)
        turns[PEER] = stack.enter_context(_peer(bench.ground.url("postgresql")))
        waited: dict[str, list[float]] = defaultdict(list)
        bench.table(
            f"from a command to the committed row, {PER_SECOND} commands/s",
            [Contender(name, partial(_timed, turn, waited[name])) for name, turn in turns.items()],
            [
                Goal(name=name, of=PEER, metric=metric, line=line, sense="at most")
                for name, lines in LINES.items()
                for metric, line in zip((P50, P99), lines, strict=True)
            ],
            waited=waited,
        )


def _timed(turn: Turn, waited: list[float]) -> Figures:
    seconds = turn()
    waited += seconds
    return percentiles(seconds)


def _own(store: Store, arrivals: Arrivals) -> list[float]:
    """Own rows are committed with the event; who comes next finds nothing on its way any more."""
    done = _commanded(store)
    arrivals.of([one.given for one in done], PATIENCE)
    return [one.done - one.due for one in done]


def _fees(store: Store, arrivals: Arrivals) -> list[float]:
    done = _commanded(store)
    arrived = arrivals.of([one.given for one in done], PATIENCE)
    return [there - one.due for one, there in zip(done, arrived, strict=True)]


def _commanded(store: Store) -> list[Done[str]]:
    def record(fact: Fact) -> str:
        return store.handle(population, fact.stream, fact.command, CONTEXT).events[0].event_id

    asked = [partial(record, fact) for fact in facts(WARMING + COMMANDS)]
    return at_a_pace(asked, PER_SECOND)[WARMING:]


@contextmanager
def _peer(url: str) -> Iterator[Turn]:
    """The peer's whole path within this process, as its users run it."""
    with projecting.runner(url, projecting.TimedFigures) as runner:
        arrived = projecting.TimedFigures.arrived

        def turn() -> list[float]:
            writer = library.Writer(runner.app, loads=False)
            asked = [partial(writer.save, fact) for fact in facts(WARMING + COMMANDS)]
            done = at_a_pace(asked, PER_SECOND)[WARMING:]
            runner.wait(done[-1].given, timeout=PATIENCE)
            return [arrived[one.given] - one.due for one in done]

        yield turn


@contextmanager
def _suite(ground: Ground, kind: str) -> Iterator[tuple[Store, Arrivals]]:
    """The suite with its workers, whose web processes nobody needs here, and the store of membership."""
    folder = ground.fresh_path("latency")
    folder.mkdir()
    running: Suite
    if kind == "sqlite":
        running, groups = EmbeddedSuite(folder), [[*ON_THE_WAY]]
    else:
        running = ProductionSuite(folder, lambda: ground.url("postgresql"), ground.kafka())
        groups = [[service] for service in ON_THE_WAY]
        forget_topics(ground.kafka())
    running.run("migrate")
    notes = folder / "arrivals"
    with ExitStack() as stack:
        for group in groups:
            stack.enter_context(_worker(running, notes, group))
        log = open_log(running.settings())
        stack.callback(log.close)
        stores = {name: SERVICES[name].open_store(running.settings()) for name in ON_THE_WAY}
        for store in stores.values():
            stack.callback(store.database.close)
        taking_in = [(store, SERVICES[name].consumers) for name, store in stores.items()]
        if not wait_until_settled(taking_in, log, PATIENCE):
            message = f"the workers have not taken in the network's own data; see {folder}"
            raise TimeoutError(message)
        yield stores["membership"], Arrivals(notes)


@contextmanager
def _worker(running: Suite, notes: Path, services: list[str]) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.bench.arrivals", str(notes), *services]
    with (running.folder / f"worker-{services[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=running.environment | {"PATH": os.environ["PATH"]}, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)
