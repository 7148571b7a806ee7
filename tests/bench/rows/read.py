"""Read and decode: one stream after the other, and the whole log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.application import Application

from services.membership.population.domain import population
from shared.eventstore import Store
from shared.replaying import OwnEvents
from tests.bench.bench import Bench
from tests.bench.facts import CONTEXT
from tests.bench.ground import fill
from tests.bench.peers import bare, library
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second

EVENTS = 20_000
STREAMS = 500
METRIC = "events/s"
OURS, PEER, LIMIT = "ours", "peer select + mapper", "limit: fetch + decode"
ENVELOPE = "ours with envelopes"


def measure(bench: Bench) -> None:
    """On both databases."""
    for kind in ("sqlite", "postgresql"):
        _measure(bench, kind)


def _measure(bench: Bench, kind: str) -> None:
    with (
        bench.ground.store(kind) as store,
        library.application(bench.ground.url(kind)) as peer,
    ):
        fill(store, EVENTS)
        theirs = library.fill(peer, EVENTS)[:STREAMS]
        ours = _streams(store)
        goal = Goal(name=OURS, of=PEER, metric=METRIC, line=4.0)
        bench.table(
            f"read and decode a stream of five events, {kind}",
            [
                Contender(OURS, lambda: _loaded(store, ours)),
                Contender(ENVELOPE, lambda: _our_streams(store, ours)),
                Contender(PEER, lambda: _their_streams(peer, theirs)),
            ],
            [goal, Goal(name=ENVELOPE, of=PEER, metric=METRIC, line=4.0)],
        )
        bench.table(
            f"read and decode the whole log, {kind}",
            [
                Contender(OURS, lambda: per_second(METRIC, EVENTS, lambda: _our_log(store))),
                Contender(PEER, lambda: per_second(METRIC, EVENTS, lambda: their_log(peer))),
                Contender(
                    LIMIT,
                    lambda: per_second(METRIC, EVENTS, lambda: bare.decode_all(store.database, store.codec)),
                ),
            ],
            [goal],
        )


def _streams(store: Store) -> list[str]:
    return list(dict.fromkeys(event.stream for event in store.history()))[:STREAMS]


def _loaded(store: Store, streams: Sequence[str]) -> Figures:
    """As a command reads its stream: typed events, folded into the state."""

    def work() -> None:
        with store.transaction(CONTEXT) as transaction:
            for stream in streams:
                transaction.load(population, stream)

    return per_second(METRIC, 5 * len(streams), work)


def _our_streams(store: Store, streams: Sequence[str]) -> Figures:
    def work() -> None:
        for stream in streams:
            store.history(stream=stream)

    return per_second(METRIC, 5 * len(streams), work)


def _their_streams(peer: Application[UUID], streams: Sequence[UUID]) -> Figures:
    def work() -> None:
        for stream in streams:
            list(peer.events.get(stream))

    return per_second(METRIC, 5 * len(streams), work)


def _our_log(store: Store) -> None:
    """As a rebuild reads it: every event in its envelope, batch by batch."""
    source = OwnEvents(store)
    source.begin()
    for _ in source.batches():
        pass


def their_log(peer: Application[UUID]) -> int:
    """Every event of the peer's application sequence, as a domain event; how many there were."""
    found, after = 0, 0
    while notifications := peer.recorder.select_notifications(after + 1, 1_000):
        for notification in notifications:
            peer.mapper.to_domain_event(notification)
        found, after = found + len(notifications), notifications[-1].id
    return found
