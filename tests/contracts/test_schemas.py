"""The code still publishes what has been frozen."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import msgspec
import pytest

from shared.messages import Event
from tests.contracts.freeze import broken_promises, freeze
from tests.contracts.published import CONTRACTS, EVENTS, EXAMPLES, ROOT, everything, published, schema_text

REMEDY = "run python -m tests.contracts.freeze and look at what it changes"


def by_name(event: type[Event]) -> str:
    return event.__name__


def test_every_published_event_has_a_schema_and_an_example_and_nothing_else_has() -> None:
    contracts = everything()
    wanted = {one.schema_file for one in contracts} | {one.example_file for one in contracts}
    found = {str(path.relative_to(ROOT)) for path in ROOT.glob("services/*/published/*")}

    assert found == wanted, REMEDY


def test_every_event_class_of_a_contract_is_published() -> None:
    declared = {
        value
        for contract in CONTRACTS
        for name, module in sys.modules.items()
        if name == contract.__name__ or name.startswith(f"{contract.__name__}.")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }

    assert declared == set(EVENTS)


def test_every_published_event_has_an_example_in_the_support_of_the_tests() -> None:
    assert set(EXAMPLES) == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=by_name)
def test_the_code_still_produces_the_frozen_schema(event: type[Event]) -> None:
    frozen = (ROOT / published(event).schema_file).read_text(encoding="utf-8")

    assert schema_text(event) == frozen, f"{event.__name__} has changed: {REMEDY}"


def test_no_promise_is_broken() -> None:
    assert broken_promises(everything()) == []


@pytest.mark.parametrize("event", EVENTS, ids=by_name)
def test_an_example_fits_its_frozen_schema(event: type[Event]) -> None:
    schema = msgspec.json.decode((ROOT / published(event).schema_file).read_bytes())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(msgspec.json.decode(msgspec.json.encode(EXAMPLES[event])), schema)


def test_freezing_twice_changes_nothing(tmp_path: Path) -> None:
    contracts = everything()
    first = freeze(contracts, tmp_path)

    assert len(first) == 2 * len(EVENTS) + len(CONTRACTS)
    assert freeze(contracts, tmp_path) == []
    assert broken_promises(contracts, tmp_path) == []


def test_freezing_a_further_optional_field_keeps_the_old_document_in_the_corpus(tmp_path: Path) -> None:
    old = published(EVENTS[0])
    wider = msgspec.defstruct("Wider", [("more", str | None, None)], bases=(EVENTS[0],), kw_only=True)
    new = replace(
        old,
        schema=schema_text(wider).replace("Wider", EVENTS[0].__name__),
        example=old.example.replace(b'},"previous"', b',"more":null},"previous"'),
    )
    freeze([old], tmp_path)
    promises = broken_promises([new], tmp_path)
    written = freeze([new], tmp_path)

    assert promises == []
    assert sorted(written) == sorted([old.schema_file, old.example_file, old.corpus_file])
    assert (tmp_path / old.corpus_file).read_bytes().splitlines() == [
        old.example,
        *old.further,
        new.example,
    ]


def test_an_event_that_is_published_no_longer_is_named(tmp_path: Path) -> None:
    first, second, *_ = everything()
    freeze([first, second], tmp_path)

    assert broken_promises([first], tmp_path) == [
        f"{second.service} {second.event.type_name()} is published no longer"
    ]


def test_an_event_that_lost_a_field_is_named_with_the_field(tmp_path: Path) -> None:
    first, *_ = everything()
    freeze([first], tmp_path)
    path = tmp_path / first.schema_file
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            '"properties": {', '"properties": {"founded_on": {"type": "string"},', 1
        ),
        encoding="utf-8",
    )

    assert broken_promises([first], tmp_path) == [
        f"{first.service} {first.event.type_name()}: current.founded_on is gone"
    ]


def test_dates_are_frozen_as_dates() -> None:
    class Built(Event, frozen=True, kw_only=True):
        """A house stands."""

        built_on: date

    assert '"format": "date"' in schema_text(Built)
