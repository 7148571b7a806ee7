"""Append one event per command and commit, without read models."""

from __future__ import annotations

from services.membership import contract
from services.membership.population.domain import population
from shared.codec import Codec
from shared.eventstore import Store
from tests.bench.bench import Bench
from tests.bench.facts import CONTEXT, facts, stored
from tests.bench.peers import bare, library
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second

EVENTS = 1_000
METRIC = "events/s"
OURS, LOADING, PEER, LIMIT = "ours", "peer load + save()", "peer save()", "limit: bare prepared INSERT"
LINES = {"postgresql": (2.0, 0.60), "sqlite": (1.3, 0.70)}


def measure(bench: Bench) -> None:
    """On both databases."""
    for kind in ("sqlite", "postgresql"):
        _measure(bench, kind)


def _measure(bench: Bench, kind: str) -> None:
    with (
        bench.ground.store(kind, projections=()) as store,
        library.application(bench.ground.url(kind)) as peer,
        bare.inserting(store.database) as insert,
    ):
        against_peer, against_limit = LINES[kind]
        bench.table(
            f"append, one event per command and commit, {kind}",
            [
                Contender(OURS, lambda: ours(store)),
                Contender(PEER, lambda: _peer(library.Writer(peer, loads=False))),
                Contender(LOADING, lambda: _peer(library.Writer(peer, loads=True))),
                Contender(LIMIT, lambda: _bare(insert)),
            ],
            [
                Goal(name=OURS, of=PEER, metric=METRIC, line=against_peer),
                Goal(name=OURS, of=LIMIT, metric=METRIC, line=against_limit),
            ],
        )


def ours(store: Store) -> Figures:
    """Load the stream, decide, append, commit: a command as every door carries it out."""
    asked = [(fact.stream, fact.command) for fact in facts(EVENTS)]

    def work() -> None:
        for stream, command in asked:
            store.handle(population, stream, command, CONTEXT)

    return per_second(METRIC, EVENTS, work)


def _peer(writer: library.Writer) -> Figures:
    asked = list(facts(EVENTS))

    def work() -> None:
        for fact in asked:
            writer.save(fact)

    return per_second(METRIC, EVENTS, work)


def _bare(insert: bare.Insert) -> Figures:
    codec = Codec(contract.EVENTS)
    rows = [stored(fact, codec) for fact in facts(EVENTS)]

    def work() -> None:
        for row in rows:
            insert(row)

    return per_second(METRIC, EVENTS, work)
