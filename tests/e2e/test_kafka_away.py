"""While Kafka is away commands are answered as before; when it is back everything arrives, in order, once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from shared.log import PARTITIONS
from tests.e2e.steps import assert_whole, feed
from tests.support.running import SERVICES, ProductionSuite, Suite, until
from tests.support.servers import Broker

COMMANDS = 40


@pytest.fixture
def on_its_own_kafka(
    kafka_of_own: Broker, postgres_database: Callable[[], str], tmp_path: Path
) -> Iterator[Suite]:
    suite = ProductionSuite(tmp_path, postgres_database, kafka_of_own.bootstrap)
    try:
        suite.start()
        yield suite
    finally:
        suite.stop()


def readiness(suite: Suite, service: str) -> Any:
    return suite.call("GET", f"/{service}/health/ready").json


def topic(bootstrap: str, name: str) -> list[dict[str, Any]]:
    """What a topic holds, partition by partition, as a client that is not ours reads it.

    A record whose acknowledgement was lost with the broker is sent again: the same bytes, told once here.
    """
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": "independent", "enable.auto.commit": False}
    )
    try:
        places = [TopicPartition(name, number, 0) for number in range(PARTITIONS)]
        left = sum(consumer.get_watermark_offsets(place, timeout=10)[1] for place in places)
        consumer.assign(places)
        found: dict[str, bytes] = {}
        while left:
            message = consumer.poll(10)
            assert message is not None, f"{name} ends early"
            assert message.error() is None, message.error()
            document = json.loads(message.value())
            assert message.key().decode() == document["partitionkey"]
            assert found.setdefault(document["id"], message.value()) == message.value()
            left -= 1
        return [json.loads(value) for value in found.values()]
    finally:
        consumer.close()


@pytest.mark.long
def test_commands_are_answered_while_kafka_is_away_and_arrive_once_when_it_is_back(
    on_its_own_kafka: Suite, kafka_of_own: Broker
) -> None:
    suite = on_its_own_kafka
    listed = suite.get("/membership/v1/municipalities?limit=500")["items"]
    suite.settled()
    kafka_of_own.stop()

    slowest = 0.0
    for turn in range(COMMANDS):
        municipality_id = listed[turn % len(listed)]["municipality_id"]
        figure = {"as_of": f"{1900 + turn}-01-01", "inhabitants": 1000 + turn, "source": "without Kafka"}
        began = time.perf_counter()
        suite.post(f"/membership/v1/municipalities/{municipality_id}/population", figure)
        slowest = max(slowest, time.perf_counter() - began)
    until(lambda: readiness(suite, "membership")["status"] == "down", "readiness says nothing", 20)
    parts = readiness(suite, "membership")["parts"]
    kafka_of_own.start()
    suite.settled()
    events = feed(suite)

    assert slowest < 10  # a client of Kafka gives up after thirty
    assert parts["log"]["status"] == "down"
    assert parts["database"]["status"] == "ok"
    sources = [event["data"]["current"].get("source") for event in events]
    assert sources.count("without Kafka") == COMMANDS
    assert_whole(events)
    for service in SERVICES:
        published = [event for event in events if event["source"].endswith(f"/{service}")]
        seen = topic(kafka_of_own.bootstrap, f"{service}.events")
        assert sorted(document["id"] for document in seen) == sorted(event["id"] for event in published)
        assert_whole(seen)
    until(lambda: readiness(suite, "membership")["status"] == "ok", "readiness stays down", 20)
    suite.run("verify")
