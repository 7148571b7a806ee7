"""Gather what a trial left behind."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from deploy.proof.evidence import Delivered, Evidence, SetAside, Stored
from deploy.proof.second_reader import Ask, Raw, asking, embedded_topic, kafka_topic
from deploy.samvirke import suite
from shared.settings import Settings

MARK = re.compile(r"prove-[0-9a-f]+-[0-9]+")
"""What clients write into the content of what they ask for."""

_EVENTS = (
    "SELECT events.event_id, stream, version, key, sequence, type, causation_id, data FROM events"
    " LEFT JOIN publications ON publications.position = events.position ORDER BY events.position"
)
_FIGURES = "SELECT municipality_id, as_of, inhabitants, event_id FROM"
_FIGURE = "PopulationUpdated.v1"

Figures = dict[tuple[str, str], tuple[int, str]]


class _Document(msgspec.Struct):
    """What must be known of a published document."""

    id: str
    stream: str
    streamversion: int
    sequence: str


class _Content(msgspec.Struct):
    current: msgspec.Raw


def look(
    settings: Settings,
    differences: Sequence[str],
    poison: Mapping[str, set[tuple[int, int]]],
    *,
    outages: Sequence[tuple[float, float]] = (),
    unnoticed: Sequence[str] = (),
) -> Evidence:
    """The evidence in the databases and topics of `settings`.

    `differences` is what a rebuild found, `poison` where on the topics there are records that are no event,
    `outages` when Kafka alone was broken, `unnoticed` what no process has named.
    """
    stored: list[Stored] = []
    delivered: list[Delivered] = []
    progress: dict[str, tuple[str, dict[str, int]]] = {}
    aside: list[SetAside] = []
    listeners: dict[str, list[str]] = defaultdict(list)
    expected: Figures = {}
    rows: dict[str, Figures] = {}
    journal: Counter[str] = Counter()
    for service in suite.SERVICES.values():
        with asking(settings.database(service.name)) as ask:
            found = ask(_EVENTS)
            stored.extend(_stored(service.name, row) for row in found)
            if service.name == "membership":
                expected = dict(_expected(found))
                rows["population_figures"] = _figures(ask, "population_figures")
            if service.name == "fees":
                rows["populations"] = _figures(ask, "populations")
            if service.name == "notifications":
                journal.update(event_id for (event_id,) in ask("SELECT event_id FROM feed"))
            for consumer, topic, publisher in ask(
                "SELECT DISTINCT consumer, topic, service FROM consumer_positions"
            ):
                name = f"{service.name} {consumer}"
                listeners[topic].append(name)
                progress[name] = (publisher, {})
            for consumer, stream, version in ask("SELECT consumer, stream, version FROM stream_progress"):
                progress[f"{service.name} {consumer}"][1][stream] = version
            for consumer, *place in ask(
                "SELECT consumer, topic, partition, record_offset, state FROM parked"
            ):
                aside.append(SetAside(f"{service.name} {consumer}", *place))
        records = topic_of(settings, service.topic)
        bad = poison.get(service.topic, set())
        delivered.extend(
            _delivered(service.name, one) for one in records if (one.partition, one.offset) not in bad
        )
    return Evidence(
        stored=stored,
        delivered=delivered,
        journal=journal,
        progress=progress,
        rows=rows,
        expected=dict.fromkeys(rows, expected),
        differences=differences,
        poison=poison,
        aside=aside,
        listeners=listeners,
        outages=outages,
        unnoticed=unnoticed,
    )


def topic_of(settings: Settings, topic: str) -> list[Raw]:
    """Everything on a topic, whichever log the suite runs on."""
    if settings.kafka is None:
        return embedded_topic(settings.data / "log.db", topic)
    return kafka_topic(settings.kafka, topic)


def _stored(service: str, row: Sequence[Any]) -> Stored:
    event_id, stream, version, key, sequence, type_name, causation_id, data = row
    mark = None
    if causation_id is None:
        written = MARK.search(bytes(msgspec.json.decode(data, type=_Content).current).decode())
        mark = written.group() if written else f"{type_name} {stream}"
    return Stored(service, event_id, stream, version, key, sequence, mark, causation_id)


def _delivered(service: str, record: Raw) -> Delivered:
    document = msgspec.json.decode(record.value or b"", type=_Document)
    return Delivered(
        service=service,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode(),
        event_id=document.id,
        stream=document.stream,
        version=document.streamversion,
        sequence=int(document.sequence),
        digest=hashlib.sha256(record.value or b"").hexdigest(),
    )


def _expected(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[tuple[str, str], tuple[int, str]]]:
    """The figures of inhabitants as the events say: the latest of each municipality and date."""
    for event_id, _, _, _, _, type_name, _, data in rows:
        if type_name == _FIGURE:
            figure = msgspec.json.decode(data)["current"]
            yield (figure["municipality_id"], figure["as_of"]), (figure["inhabitants"], event_id)


def _figures(ask: Ask, table: str) -> Figures:
    return {(one, str(day)): (number, event_id) for one, day, number, event_id in ask(f"{_FIGURES} {table}")}
