"""A service's topic read from beginning to end in the order of its publisher's numbers."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass

from shared import cloudevents
from shared.cloudevents import InvalidDocument
from shared.log import PARTITIONS, Log, LogRecord, LogUnavailableError, Place, Reader
from shared.messages import TYPE_PREFIX

_CHUNK = 1_000
_PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """One event and the number that its publisher gave it, wherever it stands."""

    sequence: int
    event_id: str
    stream: str
    version: int
    key: str
    type: str
    recorded_at: str


@dataclass(frozen=True, kw_only=True)
class Entry(Numbered):
    """It as it stands on the topic. A number comes again where the publisher had to send again."""

    record: LogRecord


@dataclass(frozen=True)
class Stray:
    """A record that is no event of ours; it has no number and comes where it lies."""

    record: LogRecord
    why: str


def by_number(log: Log, topic: str) -> Iterator[Entry | Stray]:
    """Everything on `topic` as it ends now, lowest number first; repeats come after what they repeat.

    Holds no more than a thousand records of each partition at a time.
    """
    reader = log.reader()
    try:
        places = [(topic, number) for number in range(PARTITIONS)]
        begins, ends = reader.begins(places), reader.ends(places)
        runs = [_partition(reader, place, begins[place], ends[place]) for place in places]
        yield from heapq.merge(*runs, key=_number)
    finally:
        reader.close()


def place_of(record: LogRecord) -> str:
    """Where a record lies, as it is said to people."""
    return f"{record.topic}/{record.partition}@{record.offset}"


def _number(found: Entry | Stray) -> int:
    return found.sequence if isinstance(found, Entry) else 0


def _partition(reader: Reader, place: Place, begin: int, end: int) -> Iterator[Entry | Stray]:
    at = begin
    while at < end:
        for record in _chunk(reader, place, at):
            if record.offset < end:
                yield _read(record)
            at = record.offset + 1


def _chunk(reader: Reader, place: Place, offset: int) -> list[LogRecord]:
    reader.assign({place: offset})
    deadline = time.monotonic() + _PATIENCE
    while not (records := reader.poll(_CHUNK, 1.0)):
        if time.monotonic() > deadline:
            message = f"{place[0]}/{place[1]} does not give what lies at {offset}."
            raise LogUnavailableError(message)
    return records


def _read(record: LogRecord) -> Entry | Stray:
    try:
        found = cloudevents.decode(record.value, {}, "")
    except InvalidDocument as invalid:
        return Stray(record, f"{invalid.code}: {invalid}")
    if found.key.encode() != record.key:
        return Stray(record, "key-differs: The record's key is not the document's partitionkey.")
    return Entry(
        sequence=found.sequence or 0,
        event_id=found.event_id,
        stream=found.stream,
        version=found.version,
        key=found.key,
        type=found.type.removeprefix(f"{TYPE_PREFIX}."),
        recorded_at=found.recorded_at,
        record=record,
    )
