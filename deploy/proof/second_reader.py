"""Read databases and topics past our own code: plain SQL, and another Kafka client than the suite's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from shared.settings import BadSettingError

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Rows of one query without parameters."""

_PATIENCE = 30.0


class Raw(NamedTuple):
    """A record as it lies on a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@contextmanager
def asking(address: str) -> Iterator[Ask]:
    """One consistent look at the database at `address`, as the settings write it."""
    if address.startswith("sqlite:///"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"), timeout=30)) as connection:
            connection.execute("BEGIN")
            yield lambda query: connection.execute(query).fetchall()
        return
    with psycopg.connect(address.replace("+psycopg", "")) as server:
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield lambda query: server.execute(query.encode()).fetchall()


def has_table(address: str, name: str) -> bool:
    """Whether there is such a table; an absent SQLite file has none."""
    if address.startswith("sqlite:///"):
        if not Path(address.removeprefix("sqlite:///")).exists():
            return False
        with asking(address) as ask:
            return bool(ask(f"SELECT 1 FROM sqlite_master WHERE name = '{name}'"))
    with asking(address) as ask:
        return bool(ask(f"SELECT 1 FROM information_schema.tables WHERE table_name = '{name}'"))


def embedded_topic(file: Path, topic: str) -> list[Raw]:
    """Everything on a topic of the embedded log, in the order of each partition."""
    with asking(f"sqlite:///{file}") as ask:
        columns = 'topic, partition, "offset", key, value'
        rows = ask(f"SELECT {columns} FROM records WHERE topic = '{topic}' ORDER BY partition, \"offset\"")
    return [Raw(*row) for row in rows]


def kafka_topic(bootstrap: str, topic: str) -> list[Raw]:
    """Everything on a topic of Kafka, read to the end of each partition."""
    kafka = client()
    options = {"bootstrap.servers": bootstrap, "group.id": "samvirke-prove", "enable.auto.commit": False}
    consumer = kafka.Consumer(options | {"enable.partition.eof": True, "auto.offset.reset": "error"})
    try:
        described = consumer.list_topics(topic, timeout=_PATIENCE).topics[topic]
        open_ends = set(described.partitions)
        consumer.assign([kafka.TopicPartition(topic, number, 0) for number in open_ends])
        found: list[Raw] = []
        while open_ends:
            message = consumer.poll(_PATIENCE)
            if message is None:
                error = f"{topic} does not come to an end within {_PATIENCE:.0f} seconds."
                raise TimeoutError(error)
            if message.error() is None:
                place = (message.topic(), message.partition(), message.offset())
                found.append(Raw(*place, message.key(), message.value()))
            elif message.error().code() == kafka.KafkaError._PARTITION_EOF:  # noqa: SLF001  # its public name
                open_ends.discard(message.partition())
            else:
                raise kafka.KafkaException(message.error())
    finally:
        consumer.close()
    return found


def kafka_topics(bootstrap: str) -> Sequence[str]:
    """The names of all topics of a cluster."""
    admin = client("admin").AdminClient({"bootstrap.servers": bootstrap})
    return sorted(admin.list_topics(timeout=_PATIENCE).topics)


def client(part: str = "") -> Any:
    """The second client, or one line about how to get it."""
    try:
        import confluent_kafka
        import confluent_kafka.admin
    except ImportError as error:
        message = "the topics are read by a second client: pip install 'samvirke[proof]' brings it."
        raise BadSettingError(message) from error
    return getattr(confluent_kafka, part) if part else confluent_kafka
