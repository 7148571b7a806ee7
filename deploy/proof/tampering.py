"""What a foreign or forgetful producer may put on a topic: repeats, late ones, and records that are no events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from random import Random
from typing import Any

from deploy.proof.second_reader import Raw, client, embedded_topic, kafka_topic
from shared.settings import Settings

Place = tuple[int, int]
"""Partition and offset."""

_REPEATED = 20
_GOOD = {
    "specversion": "1.0",
    "id": "one",
    "source": "https://example.org/prove",
    "type": "org.example.Happened.v1",
}
_TOO_LARGE = 11 * 1024 * 1024
_WARNING = 4
"""From here on the client says on standard error what befalls it (syslog's levels)."""


def _document(**changes: Any) -> bytes:
    return json.dumps({name: value for name, value in (_GOOD | changes).items() if value is not ...}).encode()


BAD: dict[str, bytes | None] = {
    "no specversion": _document(specversion=...),
    "no id": _document(id=...),
    "no type": _document(type=...),
    "no source": _document(source=...),
    "null id": _document(id=None),
    "empty id": _document(id=""),
    "empty type": _document(type=""),
    "empty source": _document(source=""),
    "unknown specversion": _document(specversion="0.3"),
    "id is a number": _document(id=7),
    "id is an object": _document(id={"a": "b"}),
    "source is no URI": _document(source="a b"),
    "time is garbage": _document(time="at noon"),
    "time only to the minute": _document(time="2026-04-05T18:31Z"),
    "offset only hours": _document(time="2026-04-05T18:31:00+02"),
    "a day that does not exist": _document(time="2026-02-30T18:31:00Z"),
    "content type of no form": _document(datacontenttype="json"),
    "relative data schema": _document(dataschema="schema.json"),
    "empty subject": _document(subject=""),
    "capitals in an extension": _document(TraceId="a"),
    "a fraction in an extension": _document(weight=2.5),
    "an integer beyond 32 bits": _document(weight=2**31),
    "an object as extension": _document(weight={}),
    "data twice": _document(data={"a": 1}, data_base64="e30="),
    "base64 that is none": _document(data_base64="e30"),
    "a tombstone": None,
    "half a document": _document()[:-3],
    "not UTF-8": b'{"specversion": "\xff"}',
    "another schema": _document(data={"current": {}, "previous": {}}),
    "eleven megabytes": b"x" * _TOO_LARGE,
}
"""Records that are no events: 25 invalid CloudEvents, and what else a topic may hold."""


def repeat(settings: Settings, topic: str, chance: Random, bad: Collection[Place]) -> int:
    """Deliver some earlier records once more, in their order, but none of the bad ones; how many."""
    records = [one for one in _everything(settings, topic) if (one.partition, one.offset) not in bad]
    if not records:
        return 0
    first = chance.choice(records)
    again = [one for one in records if one.partition == first.partition and one.offset >= first.offset]
    _append(settings, topic, [one._replace(offset=-1) for one in again[:_REPEATED]])
    return len(again[:_REPEATED])


def spoil(settings: Settings, topic: str, what: str, key: str, partition: int) -> list[Place]:
    """Put the bad record `what` on a topic; where it lies, nowhere when the broker refused it."""
    return _append(settings, topic, [Raw(topic, partition, -1, key.encode(), BAD[what])])


def partition_of(settings: Settings, topic: str, key: str) -> int | None:
    """Where the records of a key lie, None where there are none."""
    found = (one.partition for one in _everything(settings, topic) if one.key == key.encode())
    return next(found, None)


def _everything(settings: Settings, topic: str) -> list[Raw]:
    if settings.kafka is None:
        return embedded_topic(settings.data / "log.db", topic)
    return kafka_topic(settings.kafka, topic)


def _append(settings: Settings, topic: str, records: Sequence[Raw]) -> list[Place]:
    if settings.kafka is not None:
        return _append_kafka(settings.kafka, topic, records)
    places: list[Place] = []
    with closing(sqlite3.connect(settings.data / "log.db", timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for one in records:
            query = 'SELECT COALESCE(MAX("offset") + 1, 0) FROM records WHERE topic = ? AND partition = ?'
            offset = connection.execute(query, (topic, one.partition)).fetchone()[0]
            row = (topic, one.partition, offset, one.key, one.value)
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?)", row)
            places.append((one.partition, offset))
        connection.execute("COMMIT")
    return places


def _append_kafka(bootstrap: str, topic: str, records: Sequence[Raw]) -> list[Place]:
    kafka = client()
    producer = kafka.Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "all",
            "message.max.bytes": 2 * _TOO_LARGE,
            "log_level": _WARNING,
        }
    )
    places: list[Place] = []
    told: Callable[[Any, Any], None] = lambda error, message: (  # noqa: E731  # what the client calls back
        None if error else places.append((message.partition(), message.offset()))
    )
    for one in records:
        producer.produce(topic, partition=one.partition, key=one.key, value=one.value, on_delivery=told)
    producer.flush(60)
    return places
