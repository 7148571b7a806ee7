"""A trial goes on when every broker sees the cluster whole, whatever the others say of it."""

from __future__ import annotations

import signal

import pytest

from deploy.proof.servers import Servers
from deploy.samvirke import suite
from shared.log.kafka import KafkaLog

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.broker]


def test_a_broker_that_is_silent_is_behind_before_the_others_know(cluster: Servers) -> None:
    log = KafkaLog(cluster.bootstrap, replication=3)
    log.create_topics(suite.TOPICS)
    log.close()
    cluster.wait_until_in_step()
    last = cluster.brokers[-1]
    last.program.send(signal.SIGSTOP)
    behind = cluster._behind()
    last.program.send(signal.SIGCONT)

    assert behind == f"{last.bootstrap} does not answer"
    cluster.wait_until_in_step()
