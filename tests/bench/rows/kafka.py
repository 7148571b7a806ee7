"""Events to Kafka, and from Kafka into the read models of another service; both on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from services.fees import contract as fees
from services.fees.consumer import CONSUMERS
from services.fees.store import OWN
from services.membership import contract
from shared import builds, ids, positions
from shared.consumers import Consumer
from shared.database import Database
from shared.eventstore import Store
from shared.intake import Intake
from shared.log import PARTITIONS, LogRecord
from shared.log.kafka import KafkaLog
from shared.migrating import migrate
from shared.publishing import Publisher, publisher_lock
from tests.bench.bench import Bench
from tests.bench.ground import Ground, fill
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second

EVENTS = 10_000
METRIC = "records/s"
OURS = "ours"
PRODUCE, CONSUME = "limit: bare produce", "limit: bare consume"
WITH_POLICY = "ours with its policy"


def measure(bench: Bench) -> None:
    """First the way out, then the way in."""
    log = KafkaLog(bench.ground.kafka())
    topic = f"bench-{ids.new_id()[-12:]}"
    log.create_topics([topic, f"{topic}-bare", f"{topic}-read"])
    try:
        with bench.ground.store("postgresql") as store:
            documents = _published(store, log, f"{topic}-read")
            bench.table(
                "publisher to Kafka, acks=all",
                [
                    Contender(OURS, lambda: publish(store, log, topic)),
                    Contender(PRODUCE, lambda: _produce(bench.ground.kafka(), f"{topic}-bare", documents)),
                ],
                [Goal(name=OURS, of=PRODUCE, metric=METRIC, line=0.70)],
            )
        whole = replace(CONSUMERS[0], topic=f"{topic}-read")
        bench.table(
            "Kafka to the read models of fees",
            [
                Contender(OURS, lambda: take(bench.ground, log, replace(whole, policies=()))),
                Contender(WITH_POLICY, lambda: take(bench.ground, log, whole)),
                Contender(CONSUME, lambda: _consume(bench.ground.kafka(), f"{topic}-read")),
            ],
            [Goal(name=OURS, of=CONSUME, metric=METRIC, line=0.80)],
        )
    finally:
        log.close()


def publish(store: Store, log: KafkaLog, topic: str) -> Figures:
    """Number, commit, send, wait for every acknowledgement, store how far it has come."""
    fill(store, EVENTS, numbered=False)
    publisher = Publisher(store, log, topic)
    with publisher_lock(store.database) as locked:
        assert locked is not None

        def work() -> None:
            while publisher.publish(locked):
                pass

        return per_second(METRIC, EVENTS, work)


def _published(store: Store, log: KafkaLog, topic: str) -> list[LogRecord]:
    """The records that the consumers read, which are also those that bare produce sends."""
    publish(store, log, topic)
    reader = log.reader()
    reader.assign({(topic, number): 0 for number in range(PARTITIONS)})
    found: list[LogRecord] = []
    while len(found) < EVENTS:
        found += reader.poll(1_000, 10.0)
    reader.close()
    return found


def _produce(bootstrap: str, topic: str, records: list[LogRecord]) -> Figures:
    """With the settings of our own producer: with a `linger_ms` of 0 it is slower."""
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=1_000, batch_size=131_072
    )
    producer.partitions_for(topic)

    def work() -> None:
        futures = [producer.send(topic, key=record.key, value=record.value) for record in records]
        producer.flush()
        for future in futures:
            future.get()  # type: ignore[no-untyped-call]  # the stubs lack it

    try:
        return per_second(METRIC, len(records), work)
    finally:
        producer.close()


def take(ground: Ground, log: KafkaLog, consumer: Consumer) -> Figures:
    """Read, check, fold and write with the position, a poll at a time, into an empty database."""
    with fees_store(ground, consumer) as store:
        with store.database.writing() as connection:
            positions.begin(
                connection,
                consumer=consumer.name,
                service=contract.SERVICE,
                topic=consumer.topic,
                topic_id=log.identity(consumer.topic),
            )
            held = positions.positions_of(connection, consumer.name)
        intake, reader = Intake(store, consumer), log.reader()
        reader.assign(dict.fromkeys(held, 0))
        taken, began = 0, time.perf_counter()
        while taken < EVENTS:
            records = reader.poll(1_000, 10.0)
            held = intake.take(records, held)
            taken += len(records)
        took = time.perf_counter() - began
        reader.close()
        return {METRIC: EVENTS / took}


@contextmanager
def fees_store(ground: Ground, consumer: Consumer, kind: str = "postgresql") -> Iterator[Store]:
    """An empty store of fees, ready to take in what `consumer` reads."""
    database = Database(ground.url(kind))
    migrate(database)
    store = Store(
        service=fees.SERVICE,
        events=fees.EVENTS,
        projections=OWN,
        database=database,
        source="https://example.org/fees",
    )
    sources = ((fees.SERVICE, OWN), (consumer.name, consumer.projections))
    with database.writing() as connection:
        for source, projections in sources:
            builds.promote(connection, source, builds.create_build(connection, source, projections))
    try:
        yield store
    finally:
        database.close()


def _consume(bootstrap: str, topic: str) -> Figures:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=None, max_poll_records=1_000)
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)

    def work() -> None:
        found = 0
        while found < EVENTS:
            batches = consumer.poll(timeout_ms=10_000, max_records=1_000)
            found += sum(len(records) for records in batches.values())

    try:
        return per_second(METRIC, EVENTS, work)
    finally:
        consumer.close()
