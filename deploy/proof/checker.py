"""Hold what clients were told against what is there. It knows no code of the suite, only what it left."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from deploy.proof.evidence import Delivered, Evidence, Stored
from deploy.proof.history import Operation

Kind = Literal[
    "lost", "double", "out of order", "both accepted", "differs", "foreign", "refused", "unnoticed"
]

_SERVER_ERROR, _UNAVAILABLE = 500, 503


class Finding(NamedTuple):
    """One promise that was not kept, and where."""

    promise: str
    kind: Kind
    what: str


def check(history: Sequence[Operation], evidence: Evidence) -> list[Finding]:
    """Every finding, by promise; none when all that was promised was kept."""
    looks = (
        _accepted_are_stored(history, evidence),
        _stored_are_everywhere(evidence),
        _numbers_are_whole(evidence),
        _in_order(evidence),
        _once(evidence),
        _repeats_have_one_effect(history, evidence),
        _rivals_exclude_each_other(history, evidence),
        _rows_are_right(evidence),
        _bad_records_are_set_aside(evidence),
        _nothing_is_refused_without_kafka(history, evidence),
        (Finding("G12", "unnoticed", what) for what in evidence.unnoticed),
    )
    return sorted(itertools.chain.from_iterable(looks))


def _accepted_are_stored(history: Sequence[Operation], evidence: Evidence) -> Iterator[Finding]:
    stored = {event.mark for event in evidence.stored}
    for operation in history:
        if operation.outcome == "ok" and operation.mark not in stored:
            yield Finding("G1", "lost", f"{operation.mark} was accepted and stands in no events table")


def _stored_are_everywhere(evidence: Evidence) -> Iterator[Finding]:
    delivered = {(record.service, record.event_id) for record in evidence.delivered}
    stored = {(event.service, event.event_id) for event in evidence.stored}
    for event in evidence.stored:
        if (event.service, event.event_id) not in delivered:
            yield Finding("G1", "lost", f"{_name(event)} is not on its topic")
        if not evidence.journal.get(event.event_id):
            yield Finding("G1", "lost", f"{_name(event)} is not in the feed")
    for service, event_id in sorted(delivered - stored):
        yield Finding("G1", "foreign", f"the topic of {service} holds {event_id}, which nobody stored")
    last = _last_versions(evidence.stored)
    for consumer, (service, streams) in evidence.progress.items():
        for stream, version in last[service].items():
            if streams.get(stream, 0) != version:
                yield Finding(
                    "G1", "lost", f"{consumer} is at {streams.get(stream, 0)} of {stream}, not {version}"
                )


def _numbers_are_whole(evidence: Evidence) -> Iterator[Finding]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for event in evidence.stored:
        if event.sequence is None:
            yield Finding("G1", "lost", f"{_name(event)} has no number")
        else:
            numbers[event.service].append(event.sequence)
    for service, given in numbers.items():
        counted = Counter(given)
        missing = set(range(1, len(given) + 1)) - set(counted)
        if missing:
            yield Finding("G1", "lost", f"{service} has given the numbers {_some(missing)} to no event")
        twice = {number for number, times in counted.items() if times > 1}
        if twice:
            yield Finding("G3", "double", f"{service} has given the numbers {_some(twice)} twice")


def _in_order(evidence: Evidence) -> Iterator[Finding]:
    for name, versions in _by_stream(evidence.stored).items():
        if versions != list(range(1, len(versions) + 1)):
            yield Finding("G2", "out of order", f"the versions of {name} are {_some(versions)}")
    partitions: dict[tuple[str, str], set[int]] = defaultdict(set)
    seen: dict[tuple[str, str], int] = defaultdict(int)
    bytes_of: dict[str, str] = {}
    for record in sorted(evidence.delivered, key=lambda one: (one.service, one.partition, one.offset)):
        stream = (record.service, record.stream)
        partitions[stream].add(record.partition)
        if record.version > seen[stream] + 1:
            told = f"{record.stream} comes to version {record.version} after {seen[stream]}"
            yield Finding("G2", "out of order", f"{told} at {_place(record)}")
        seen[stream] = max(seen[stream], record.version)
        if bytes_of.setdefault(record.event_id, record.digest) != record.digest:
            yield Finding(
                "G2", "differs", f"{record.event_id} was repeated with other bytes at {_place(record)}"
            )
    for (service, name), found in partitions.items():
        if len(found) > 1:
            yield Finding("G2", "out of order", f"{name} of {service} lies in the partitions {_some(found)}")


def _once(evidence: Evidence) -> Iterator[Finding]:
    stored = Counter(event.event_id for event in evidence.stored)
    for event_id, times in stored.items():
        if times > 1:
            yield Finding("G3", "double", f"{event_id} is stored {times} times")
    for event_id, times in evidence.journal.items():
        if times > 1:
            yield Finding("G3", "double", f"{event_id} is {times} times in the feed")
        if event_id not in stored:
            yield Finding("G3", "foreign", f"the feed holds {event_id}, which nobody stored")


def _repeats_have_one_effect(history: Sequence[Operation], evidence: Evidence) -> Iterator[Finding]:
    asked = {operation.mark for operation in history}
    effects = Counter(event.mark for event in evidence.stored if event.mark in asked)
    for mark, times in effects.items():
        if times > 1:
            yield Finding("G4", "double", f"{mark} has {times} effects")
    answers: dict[str, set[str | None]] = defaultdict(set)
    for operation in history:
        if operation.outcome == "ok":
            answers[operation.key].add(operation.answer)
    for key, given in answers.items():
        if len(given) > 1:
            yield Finding("G4", "differs", f"the request {key} was answered in {len(given)} ways")
    refused = {one.mark for one in history if one.outcome == "refused"}
    accepted = {one.mark for one in history if one.outcome == "ok"}
    for mark in sorted(refused - accepted):
        if effects[mark]:
            yield Finding("G4", "double", f"{mark} was refused and has an effect")


def _rivals_exclude_each_other(history: Sequence[Operation], evidence: Evidence) -> Iterator[Finding]:
    effects = {event.mark for event in evidence.stored}
    rivals: dict[str, list[Operation]] = defaultdict(list)
    for operation in history:
        if operation.rival is not None:
            rivals[operation.rival].append(operation)
    for asked in rivals.values():
        last = {one.mark: one.outcome for one in asked}
        won = sorted({one.mark for one in asked if one.outcome == "ok" or one.mark in effects})
        if len(won) > 1:
            yield Finding("G5", "both accepted", f"{', '.join(won)} exclude each other")
        if not won and "unknown" not in last.values():
            yield Finding("G5", "lost", f"of {', '.join(sorted(last))} none was accepted")


def _rows_are_right(evidence: Evidence) -> Iterator[Finding]:
    for table, expected in evidence.expected.items():
        held = evidence.rows.get(table, {})
        for key in sorted(expected.keys() | held.keys(), key=repr):
            if expected.get(key) != held.get(key):
                told = f"{table} holds {held.get(key)} for {key}, the events say {expected.get(key)}"
                yield Finding("G3", "differs", told)
    for difference in evidence.differences:
        yield Finding("G6", "differs", difference)


def _bad_records_are_set_aside(evidence: Evidence) -> Iterator[Finding]:
    aside: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    for one in evidence.aside:
        aside[one.consumer].add((one.topic, one.partition, one.offset))
    for topic, places in evidence.poison.items():
        for consumer in evidence.listeners.get(topic, ()):
            bad = {(topic, *place) for place in places}
            of_topic = {place for place in aside[consumer] if place[0] == topic}
            for place in sorted(bad - of_topic):
                yield Finding("G9", "lost", f"{consumer} has not set the bad record at {place} aside")
            for place in sorted(of_topic - bad):
                yield Finding("G9", "lost", f"{consumer} has set {place} aside, which is an event")


def _nothing_is_refused_without_kafka(history: Sequence[Operation], evidence: Evidence) -> Iterator[Finding]:
    for one in history:
        if one.status is None or one.status < _SERVER_ERROR:
            continue  # a connection that broke is a process that died
        told = f"{one.mark} was answered {one.status}"
        if any(began <= one.called and one.returned <= ended for began, ended in evidence.outages):
            yield Finding("G15", "refused", f"{told} while Kafka alone was away")
        if one.status == _UNAVAILABLE and not one.told_when:
            yield Finding("G15", "refused", f"{told} and not told when to ask again")
        if one.status != _UNAVAILABLE:
            yield Finding("G14", "refused", f"{told}, which is a defect of ours")


def _last_versions(stored: Iterable[Stored]) -> dict[str, dict[str, int]]:
    last: dict[str, dict[str, int]] = defaultdict(dict)
    for event in stored:
        last[event.service][event.stream] = max(event.version, last[event.service].get(event.stream, 0))
    return last


def _by_stream(stored: Iterable[Stored]) -> dict[str, list[int]]:
    versions: dict[str, list[int]] = defaultdict(list)
    for event in stored:
        versions[event.stream].append(event.version)
    return {stream: sorted(found) for stream, found in versions.items()}


def _name(event: Stored) -> str:
    return f"{event.event_id} ({event.stream} version {event.version} of {event.service})"


def _place(record: Delivered) -> str:
    return f"{record.partition}@{record.offset} of {record.service}"


def _some(numbers: Iterable[int | None]) -> str:
    listed = sorted(number for number in numbers if number is not None)
    more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""  # noqa: PLR2004
    return ", ".join(map(str, listed[:5])) + more
