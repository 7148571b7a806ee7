"""Brokers hand the lead of a partition to one another without a word to who reads: readers find it all the same."""

from __future__ import annotations

import time

import pytest

from deploy.proof.second_reader import client
from deploy.proof.servers import Servers
from deploy.samvirke import suite
from shared.log import LogUnavailableError
from shared.log.kafka import KafkaLog
from tests.support.installation import UNCLOSED

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.broker,
    UNCLOSED,
    pytest.mark.usefixtures("collected"),
]

TOPIC = suite.TOPICS[0]
PLACES = [(TOPIC, number) for number in range(12)]


def give_the_lead_back(cluster: Servers) -> None:
    """As brokers do by themselves every five minutes, no connection breaks."""
    admin = client("admin").AdminClient({"bootstrap.servers": cluster.bootstrap})
    admin.elect_leaders(client().ElectionType.PREFERRED, None).result(30)


def test_who_leads_is_asked_again_where_the_one_who_led_does_not_tell(cluster: Servers) -> None:
    log = KafkaLog(cluster.bootstrap, replication=3)
    log.create_topics(suite.TOPICS)
    log.append(TOPIC, [(str(number), b"one") for number in range(100)])
    cluster.brokers[0].stop()
    cluster.brokers[0].start()
    cluster.wait_until_in_step()  # an election asks for it
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


def test_it_is_said_in_time_when_nobody_leads_and_when_nobody_is_there(
    cluster: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.log.kafka._ANSWERED_WITHIN", 3.0)
    log = KafkaLog(cluster.bootstrap, replication=1)
    log.create_topics([TOPIC])
    reader = log.reader()
    assert reader.ends(PLACES) == dict.fromkeys(PLACES, 0)

    cluster.brokers[0].stop()
    late = log.reader()
    for one in (reader, late):
        with pytest.raises(LogUnavailableError, match=f"Nobody tells offsets of {TOPIC}"):
            one.ends(PLACES)
    for broker in cluster.brokers[1:]:
        broker.stop()
    began = time.monotonic()
    with pytest.raises(LogUnavailableError, match="Unable to bootstrap"):
        reader.ends(PLACES)
    assert time.monotonic() - began < 15
    for one in (reader, late):
        one.close()
