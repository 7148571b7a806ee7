"""Clients of Kafka that leave nothing behind where no broker answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

Client = TypeVar("Client")

BOOTSTRAP_MS = 10_000
"""For how long a broker is looked for, in milliseconds."""


def connected(kind: Callable[..., Client], **settings: Any) -> Client:
    """A client of `kind`, with the settings that it takes; raises KafkaError where no broker answers.

    kafka-python 3.0.12 leaves the thread of such a client behind, which goes on trying for ever: in an hour
    without Kafka hundreds of them. It is ended here.
    """
    begun: list[KafkaNetClient] = []

    def network(**options: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**options))
        return begun[-1]

    try:
        return kind(kafka_client=network, bootstrap_timeout_ms=BOOTSTRAP_MS, **settings)
    except KafkaError:
        for one in begun:
            one.close()
        raise
