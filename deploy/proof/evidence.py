"""What a trial left behind: the events tables, the topics, and what the readers made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Stored(NamedTuple):
    """A row of a service's events table; `sequence` None where it was never numbered.

    `mark` is by which a client knows it, None where another event caused it.
    """

    service: str
    event_id: str
    stream: str
    version: int
    key: str
    sequence: int | None
    mark: str | None
    causation_id: str | None = None


class Delivered(NamedTuple):
    """A record of a topic that holds an event; `digest` tells its bytes."""

    service: str
    partition: int
    offset: int
    key: str
    event_id: str
    stream: str
    version: int
    sequence: int
    digest: str


class SetAside(NamedTuple):
    """A record that a consumer set aside: where it lies, in which state."""

    consumer: str
    topic: str
    partition: int
    offset: int
    state: str


@dataclass(kw_only=True)
class Evidence:
    """Everything the checker looks at.

    `journal` counts how often the merged feed holds an event, `progress` says how far each
    consumer has come in the streams of the service it listens to. `rows` are read models in
    the databases, `expected` the same as the events alone say; `differences` are rows that a
    rebuild has found. `poison` are the places of records that are no event, by topic, and
    `listeners` the consumers of a topic, which have put them `aside`. In `outages` (from, to; in
    seconds of the history) Kafka alone was broken; `unnoticed` are losses that no process has named.
    """

    stored: Sequence[Stored]
    delivered: Sequence[Delivered]
    journal: Mapping[str, int]
    progress: Mapping[str, tuple[str, Mapping[str, int]]]
    rows: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    expected: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    differences: Sequence[str] = ()
    poison: Mapping[str, set[tuple[int, int]]] = field(default_factory=dict)
    aside: Sequence[SetAside] = ()
    listeners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unnoticed: Sequence[str] = ()
    outages: Sequence[tuple[float, float]] = ()
