"""The log on Apache Kafka. Only this and `kafka_clients` import the client."""

from __future__ import annotations

import contextlib
import functools
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

import crc32c  # noqa: F401  # without it the client is ten times slower: fail at start, not silently
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, KafkaTimeoutError, TopicAlreadyExistsError
from kafka.partitioner.default import murmur2

from shared.log import CONTENT_TYPE, PARTITIONS, LogRecord, LogUnavailableError, Place
from shared.log.kafka_clients import connected
from shared.log.kafka_topics import check_partitions, check_settings, kept_for_ever

_DELIVERY_MS = 30_000
_HEADERS = [("content-type", CONTENT_TYPE.encode())]
_UNTIL_FLUSHED_MS = 1_000
"""Longer than handing over a batch takes. Without it the client's sender wakes with every record and sends
what is there: hundreds of small requests. `flush` sends at once, so that nobody waits for this time to pass."""

_GLANCE = 0.25
"""Seconds until a reader that waits sees that it was woken: the client itself cannot be interrupted."""

_ATTEMPT_MS, _ANSWERED_WITHIN = 2_000, 20.0
"""Milliseconds until it is asked again who leads, and seconds until a question is given up."""


class KafkaLog:
    """Topics of a Kafka cluster. Clients are made when first used, hence after a fork."""

    def __init__(self, bootstrap: str, *, replication: int = 1) -> None:
        """`bootstrap` is a comma-separated list of brokers; `replication` counts copies per record."""
        self._bootstrap = bootstrap.split(",")
        self._replication = replication
        self._producer: KafkaProducer | None = None

    def create_topics(self, topics: Sequence[str]) -> None:
        """See `Log.create_topics`."""
        wanted = dict.fromkeys(topics, kept_for_ever(self._replication))
        with self._admin() as admin:
            present = {topic["name"] for topic in admin.describe_topics() if not topic["error_code"]}
            missing = {topic: options for topic, options in wanted.items() if topic not in present}
            if missing:
                with contextlib.suppress(TopicAlreadyExistsError):
                    admin.create_topics(missing, wait_for_metadata=True)

    def check_topics(self, topics: Sequence[str]) -> None:
        """See `Log.check_topics`."""
        with self._admin() as admin:
            described = {topic["name"]: topic for topic in admin.describe_topics(list(topics))}
            for topic in topics:
                check_partitions(topic, described.get(topic))
            resources = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
            configs = admin.describe_configs(resources, config_filter="all")
            for topic in topics:
                check_settings(topic, configs)

    def identity(self, topic: str) -> str:
        """See `Log.identity`."""
        with self._admin() as admin:
            described = {found["name"]: found for found in admin.describe_topics([topic])}
        check_partitions(topic, described.get(topic))
        return str(described[topic]["topic_id"])

    def append(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        """See `Log.append`: the idempotent producer keeps the order of each partition.

        Every future is asked, since a flush does not say which records failed.
        """
        producer = self._producer or self._new_producer()
        try:
            futures = [
                producer.send(topic, value, key.encode(), _HEADERS, _partition_of(key))
                for key, value in records
            ]
            producer.flush(timeout=_DELIVERY_MS / 1000 + 5)
            for future in futures:
                future.get(timeout=_DELIVERY_MS / 1000)  # type: ignore[no-untyped-call]  # the stubs lack it
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error

    def tail(self, topic: str) -> list[LogRecord]:
        """See `Log.tail`."""
        reader = self.reader()
        try:
            places = [(topic, number) for number in range(PARTITIONS)]
            ends = {place: end for place, end in reader.ends(places).items() if end > 0}
            return [record for place, end in ends.items() for record in reader.last(place, end)]
        finally:
            reader.close()

    def reader(self) -> KafkaReader:
        """See `Log.reader`."""
        return KafkaReader(self._bootstrap)

    def trouble(self) -> str | None:
        """See `Log.trouble`: none of the brokers takes a connection."""
        for broker in self._bootstrap:
            host, _, port = broker.rpartition(":")
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
                return None
        return "no broker takes a connection"

    def close(self) -> None:
        """Give the producer up; whatever was not acknowledged is sent again by who comes next."""
        if self._producer is not None:
            with contextlib.suppress(KafkaError):
                self._producer.close(timeout=1)
            self._producer = None

    def _new_producer(self) -> KafkaProducer:
        try:
            self._producer = connected(
                KafkaProducer,
                bootstrap_servers=self._bootstrap,
                acks="all",
                enable_idempotence=True,
                delivery_timeout_ms=_DELIVERY_MS,
                request_timeout_ms=10_000,
                max_block_ms=_DELIVERY_MS,
                linger_ms=_UNTIL_FLUSHED_MS,
                batch_size=131_072,
                reconnect_backoff_max_ms=1_000,
            )
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error
        return self._producer

    @contextlib.contextmanager
    def _admin(self) -> Any:
        try:
            admin = connected(KafkaAdminClient, bootstrap_servers=self._bootstrap)
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error
        try:
            yield admin
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error
        finally:
            admin.close()


class KafkaReader:
    """One consumer with assigned partitions: no group, no commits, bytes as they are."""

    def __init__(self, bootstrap: Sequence[str]) -> None:
        """Made by `KafkaLog.reader`."""
        self._woken = False
        try:
            self._consumer = connected(
                KafkaConsumer,
                bootstrap_servers=list(bootstrap),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="none",
                allow_auto_create_topics=False,
                isolation_level="read_committed",
                max_poll_records=1_000,
                reconnect_backoff_max_ms=1_000,
            )
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error

    def assign(self, offsets: Mapping[Place, int]) -> None:
        """See `Reader.assign`."""
        self._consumer.assign([TopicPartition(*place) for place in offsets])
        for place, offset in offsets.items():
            self._consumer.seek(TopicPartition(*place), offset)

    def poll(self, limit: int, seconds: float) -> list[LogRecord]:
        """See `Reader.poll`."""
        until = time.monotonic() + seconds
        while True:
            left = max(0.0, until - time.monotonic())
            batches = self._poll(limit, min(left, _GLANCE))
            if batches or self._woken or left <= _GLANCE:
                break
        return [
            LogRecord(record.topic, record.partition, record.offset, record.key, record.value)
            for records in batches.values()
            for record in records
        ]

    def wake(self) -> None:
        """See `Reader.wake`."""
        self._woken = True

    def begins(self, places: Sequence[Place]) -> dict[Place, int]:
        """See `Reader.begins`."""
        return self._offsets(self._consumer.beginning_offsets, places)

    def ends(self, places: Sequence[Place]) -> dict[Place, int]:
        """See `Reader.ends`."""
        return self._offsets(self._consumer.end_offsets, places)

    def last(self, place: Place, end: int) -> list[LogRecord]:
        """The last record before `end`; offsets have holes, so it may lie a little earlier."""
        begin = self.begins([place])[place]
        for back in (1, 10, 1_000, end):
            self.assign({place: max(begin, end - back)})
            found: list[LogRecord] = []
            until = time.monotonic() + _ANSWERED_WITHIN
            while (self._consumer.position(TopicPartition(*place)) or 0) < end:
                if time.monotonic() > until:
                    raise LogUnavailableError(f"Nobody hands over what was last in {place[0]}.")
                found = self.poll(1_000, _ANSWERED_WITHIN / 4) or found
            if found:
                return found[-1:]
        return []

    def _poll(self, limit: int, seconds: float) -> Any:
        try:
            return self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=limit)
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error

    def _offsets(self, ask: Any, places: Sequence[Place]) -> dict[Place, int]:
        """What brokers say of offsets; where they do not say it at once, who leads is asked again.

        kafka-python 3.0.12 goes on asking who led before, without a pause, until time is up, and gives a
        KeyError for a partition that nobody leads.
        """
        partitions = [TopicPartition(*place) for place in places]
        until = time.monotonic() + _ANSWERED_WITHIN
        while True:
            try:
                found = ask(partitions, timeout_ms=_ATTEMPT_MS)
            except (KafkaTimeoutError, KeyError) as error:
                if time.monotonic() > until:
                    raise LogUnavailableError(f"Nobody tells offsets of {partitions[0].topic}.") from error
                self._ask_who_leads()
            except KafkaError as error:
                raise LogUnavailableError(_said(error)) from error
            else:
                return {(one.topic, one.partition): offset for one, offset in found.items()}

    def _ask_who_leads(self) -> None:
        time.sleep(_GLANCE)
        try:
            self._consumer.bootstrap(timeout_ms=_ATTEMPT_MS, refresh=True)  # `topics` would wait without end
        except KafkaError as error:
            raise LogUnavailableError(_said(error)) from error

    def close(self) -> None:
        """See `Reader.close`."""
        self._consumer.close(autocommit=False, timeout_ms=2_000)


@functools.lru_cache(maxsize=65_536)
def _partition_of(key: str) -> int:
    """Where clients of Kafka put a key by themselves; ours reckons that in Python, hence once per key."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS


def _said(error: KafkaError) -> str:
    return f"{type(error).__name__}: {error}"
