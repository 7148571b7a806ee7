"""Where no broker answers, nothing is left of having tried: Kafka may be away for an hour."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from shared.log import LogUnavailableError
from shared.log.kafka import KafkaLog
from tests.support.installation import UNCLOSED

ASKED: dict[str, Callable[[KafkaLog], object]] = {
    "a reader": lambda log: log.reader(),
    "the topic's identity": lambda log: log.identity("nobody's"),
    "an append": lambda log: log.append("nobody's", [("key", b"value")]),
}


pytestmark = [UNCLOSED, pytest.mark.usefixtures("collected")]


def threads_of_clients() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("kafka")]


@pytest.mark.parametrize("what", ASKED)
def test_no_thread_of_a_client_lives_on(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.log.kafka_clients.BOOTSTRAP_MS", 300)
    before = threads_of_clients()

    with pytest.raises(LogUnavailableError):
        ASKED[what](KafkaLog("127.0.0.1:9"))

    assert threads_of_clients() == before
