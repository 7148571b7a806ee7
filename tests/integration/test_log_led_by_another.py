"""Brokers hand the lead of a partition to one another without a word to who reads: readers find it all the same."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from deploy.proof.second_reader import client
from deploy.proof.servers import Servers
from shared.log.kafka import KafkaLog
from tests.support.installation import UNCLOSED

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.broker,
    UNCLOSED,
    pytest.mark.usefixtures("collected"),
]

TOPIC = "led"
PLACES = [(TOPIC, number) for number in range(12)]


@pytest.fixture
def cluster(own_programs: None) -> Iterator[Servers]:
    servers = Servers(3)
    try:
        yield servers
    finally:
        servers.remove()


def give_the_lead_back(cluster: Servers) -> None:
    """As brokers do by themselves every five minutes, no connection breaks."""
    admin = client("admin").AdminClient({"bootstrap.servers": cluster.bootstrap})
    admin.elect_leaders(client().ElectionType.PREFERRED, None).result(30)


def test_who_leads_is_asked_again_where_the_one_who_led_does_not_tell(cluster: Servers) -> None:
    log = KafkaLog(cluster.bootstrap, replication=3)
    log.create_topics([TOPIC])
    log.append(TOPIC, [(str(number), b"one") for number in range(100)])
    cluster.brokers[0].stop()
    cluster.brokers[0].start()
    time.sleep(5)  # its copies are in step again, which an election asks for
    reader = log.reader()
    before = reader.ends(PLACES)
    give_the_lead_back(cluster)
    began = time.monotonic()
    after = reader.ends(PLACES)
    took = time.monotonic() - began
    reader.close()
    log.close()

    assert sum(before.values()) == 100
    assert after == before
    assert took < 10
