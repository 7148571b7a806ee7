"""Append one event per command and commit, without read models.

The peers' `save()`, `write_message()` and `appendToStream()` write to a stream that their caller has at
hand; beside them stands our append to a stream that is known. A command that comes over HTTP is
loaded first, ours as the peer's.
"""

from __future__ import annotations

from contextlib import ExitStack

from services.membership import contract
from services.membership.population.domain import Population, population
from shared.codec import Codec
from shared.decider import Snapshot
from shared.eventstore import Store
from tests.bench.bench import Bench
from tests.bench.facts import CONTEXT, facts, stored
from tests.bench.peers import bare, library, other_languages
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second
from tests.support.servers import ServerMissingError

EVENTS = 1_000
METRIC = "events/s"
OURS, LOADED = "ours, of a known stream", "ours, loaded first"
PEER, PEER_LOADED, LIMIT = "peer save()", "peer load + save()", "limit: bare prepared INSERT"
MESSAGE_DB, EMMETT = "message-db write_message()", "emmett appendToStream()"
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
        ExitStack() as stack,
    ):
        others, their_goals = _others(bench, stack) if kind == "postgresql" else ([], [])
        against_peer, against_limit = LINES[kind]
        bench.table(
            f"append, one event per command and commit, {kind}",
            [
                Contender(OURS, lambda: known(store)),
                Contender(LOADED, lambda: loaded(store)),
                Contender(PEER, lambda: _peer(library.Writer(peer, loads=False))),
                Contender(PEER_LOADED, lambda: _peer(library.Writer(peer, loads=True))),
                Contender(LIMIT, lambda: _bare(insert)),
                *others,
            ],
            [
                Goal(name=OURS, of=PEER, metric=METRIC, line=against_peer),
                Goal(name=OURS, of=LIMIT, metric=METRIC, line=against_limit),
                Goal(name=LOADED, of=PEER_LOADED, metric=METRIC, line=against_peer),
                *their_goals,
            ],
        )


def known(store: Store) -> Figures:
    """Decide on what the writer knows of the stream, append, commit."""
    asked = list(facts(EVENTS))
    new = Snapshot(population.initial, 0)
    at_hand: dict[str, Snapshot[Population]] = {}

    def work() -> None:
        for fact in asked:
            before = at_hand.get(fact.stream, new)
            handled = store.handle(population, fact.stream, fact.command, CONTEXT, known=before)
            after = population.fold((recorded.event for recorded in handled.events), before.state)
            at_hand[fact.stream] = Snapshot(after, handled.version)

    return per_second(METRIC, EVENTS, work)


def loaded(store: Store) -> Figures:
    """Load the stream, decide, append, commit: a command as every door carries it out."""
    asked = [(fact.stream, fact.command) for fact in facts(EVENTS)]

    def work() -> None:
        for stream, command in asked:
            store.handle(population, stream, command, CONTEXT)

    return per_second(METRIC, EVENTS, work)


def _others(bench: Bench, stack: ExitStack) -> tuple[list[Contender], list[Goal]]:
    """Stores of other languages on the same server, and what ours must reach beside them."""
    try:
        theirs = stack.enter_context(other_languages.message_db(bench.ground.url("postgresql")))
    except ServerMissingError as error:
        bench.skip("append by message-db and emmett", str(error))
        return [], []
    url = bench.ground.url("postgresql")
    return [
        Contender(MESSAGE_DB, lambda: _message_db(theirs)),
        Contender(EMMETT, lambda: {METRIC: EVENTS / other_languages.emmett(url, list(facts(EVENTS)))}),
    ], [
        Goal(name=OURS, of=MESSAGE_DB, metric=METRIC, line=1.0),
        Goal(name=OURS, of=EMMETT, metric=METRIC, line=2.0),
    ]


def _message_db(theirs: other_languages.MessageDb) -> Figures:
    asked = list(facts(EVENTS))

    def work() -> None:
        for fact in asked:
            theirs.write(fact)

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
