"""Sixteen writers on PostgreSQL at once, while somebody passes on to Kafka what they have written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import msgspec
from sqlalchemy import select

from shared.log.kafka import KafkaLog
from shared.publishing import Publisher
from shared.stopping import Stop
from shared.tables import publisher
from tests.bench import topics
from tests.bench.bench import Bench
from tests.bench.ground import Ground
from tests.bench.peers import tailing
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures
from tests.bench.writing import PATIENCE, Prepare, Writers, ours

WRITERS = 16
EACH = 125
METRIC, LOST = "events/s", "lost"
OURS, PEER = "ours", "peer save(), under its table lock"

Wait = Callable[[int, float], None]
"""Waits until so many events have been passed on, at most some seconds."""
Follow = Callable[[Ground, str], AbstractContextManager[tuple[str, Wait]]]
"""Passes on to a topic what is written at the address that it gives."""


def measure(bench: Bench) -> None:
    """What arrived is counted in the topic, whoever wrote it."""
    with Writers(WRITERS) as writers:
        bench.table(
            f"append by {WRITERS} writers while a publisher follows, postgresql",
            [
                Contender(OURS, lambda: _turn(bench.ground, writers, _publishing, ours, _our_id)),
                Contender(PEER, lambda: _turn(bench.ground, writers, _peer, tailing.saving, _peer_id)),
            ],
            [
                Goal(name=OURS, of=PEER, metric=METRIC, line=1.5),
                Goal(name=OURS, of=None, metric=LOST, line=0, sense="at most", every=True),
            ],
        )


def _turn(
    ground: Ground, writers: Writers, follow: Follow, prepare: Prepare, id_of: Callable[[bytes], bytes]
) -> Figures:
    topic = topics.fresh(ground.kafka())
    written = WRITERS * EACH
    with follow(ground, topic) as (url, wait):
        took = writers.write(prepare, url, EACH)
        wait(written, PATIENCE)
    arrived = {id_of(value) for value in topics.values(ground.kafka(), topic)}
    return {METRIC: written / took, LOST: written - len(arrived)}


@contextmanager
def _publishing(ground: Ground, topic: str) -> Iterator[tuple[str, Wait]]:
    """Our publisher, as a worker runs it."""
    log, stop = KafkaLog(ground.kafka()), Stop()
    with ground.store("postgresql", projections=()) as store:
        thread = threading.Thread(target=Publisher(store, log, topic).run, args=(stop,), name="publisher")

        def wait(count: int, seconds: float) -> None:
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                with store.reading() as connection:
                    if connection.execute(select(publisher.c.sent)).scalar_one() >= count:
                        return
                time.sleep(0.05)

        thread.start()
        try:
            yield store.database.url, wait
        finally:
            stop.set()
            thread.join()
            log.close()


@contextmanager
def _peer(ground: Ground, topic: str) -> Iterator[tuple[str, Wait]]:
    url = ground.url("postgresql")
    with tailing.passing_on(url, ground.kafka(), topic) as wait:
        yield url, wait


def _our_id(document: bytes) -> bytes:
    return str(msgspec.json.decode(document)["id"]).encode()


def _peer_id(value: bytes) -> bytes:
    return value.partition(b"\n")[0]
