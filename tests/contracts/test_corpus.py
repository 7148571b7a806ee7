"""Every document that was ever published is read by the code of today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from shared import cloudevents, upcasting
from shared.messages import TYPE_PREFIX, Event, Recorded
from tests.contracts.published import CONTRACTS, EVENTS, ROOT, everything

CLASSES: dict[str, type[Event]] = {event.type_name(): event for event in EVENTS}
CORPUS = [
    pytest.param(
        contract.SERVICE, line, id=f"{json.loads(line)['type'].removeprefix(TYPE_PREFIX)[1:]}-{number}"
    )
    for contract in CONTRACTS
    for number, line in enumerate(
        (ROOT / f"tests/contracts/corpus/{contract.SERVICE}.jsonl").read_bytes().splitlines()
    )
]


def read(document: bytes, service: str) -> Recorded[Any]:
    told = cloudevents.decode(document, CLASSES, service)
    assert isinstance(told, Recorded)
    return told


def lost(old: Any, new: Any, where: str = "current") -> Iterator[str]:
    """Where a value of `old` is not the same in `new`; what `new` has besides does not matter."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old:
            yield from lost(old[name], new.get(name), f"{where}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, value in enumerate(old):
            yield from lost(value, new[number], f"{where}[{number}]")
    elif old != new:
        yield where


def with_strangers(value: Any) -> Any:
    """The same with a field that no class of today knows, in every object."""
    if isinstance(value, list):
        return [with_strangers(one) for one in value]
    if isinstance(value, dict):
        return {name: with_strangers(one) for name, one in value.items()} | {"added_later": {"by": ["v9"]}}
    return value


@pytest.mark.parametrize(("service", "document"), CORPUS)
def test_a_stored_document_is_read(service: str, document: bytes) -> None:
    told = read(document, service)
    stored = json.loads(document)
    plain = json.loads(msgspec.json.encode(told.event))

    assert told.event_id == stored["id"]
    assert told.previous == stored["data"]["previous"]
    if not upcasting.is_upcast(stored["type"].removeprefix(f"{TYPE_PREFIX}.")):
        assert list(lost(stored["data"]["current"], plain)) == []


@pytest.mark.parametrize(("service", "document"), CORPUS)
def test_fields_that_are_not_known_yet_are_passed_over(service: str, document: bytes) -> None:
    stored = json.loads(document)
    stored["data"]["current"] = with_strangers(stored["data"]["current"])
    stored["data"]["added_later"] = 1
    stored["addedlater"] = "an extension"

    assert read(json.dumps(stored).encode(), service) == read(document, service)


def test_every_document_that_the_code_of_today_writes_is_in_the_corpus() -> None:
    kept = {line.values[1] for line in CORPUS}
    missing = [
        one.event.type_name()
        for one in everything()
        for document in (one.example, *one.further)
        if document not in kept
    ]

    assert missing == [], "run python -m tests.contracts.freeze"


def test_every_upcaster_has_a_document_of_its_old_shape_in_the_corpus() -> None:
    kept = {json.loads(line.values[1])["type"] for line in CORPUS}  # type: ignore[arg-type]  # they are bytes
    old = {f"{TYPE_PREFIX}.{name}.v{version}" for name, version in upcasting.UPCASTERS}

    assert old - kept == set()
