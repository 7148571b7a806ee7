"""Names in the contracts: one event for each type name, and no field that could hold a person."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from shared.messages import Event, Value
from tests.contracts.published import EVENTS, schema_text

PERSONAL = re.compile(
    r"(^|_)(names?|first_?name|last_?name|surname|e?_?mails?|phones?|telephone|mobile|address|birth|born|born_on"
    r"|person|persons|personal|fodselsnummer|ssn|national_id|signatory|gender|age)(_|$)"
)

NOT_OF_PERSONS = {
    "MunicipalityRegistered.names": "a municipality's official names",
    "MunicipalityRenamed.names": "a municipality's official names",
    "GroupEstablished.name": "a group's name",
    "Component.name": "what grants and arithmetic call a part of the fee",
    "AgreementSigned.signatory_role": "the office that signs, not who holds it",
}


class Signatory(Value, frozen=True, kw_only=True):
    """Who has signed."""

    full_name: str
    email: str | None = None


class PaperSigned(Event, frozen=True, kw_only=True):
    """A paper is signed."""

    signed_by: Signatory
    phone_number: str | None = None


def fields_of(event: type[Event]) -> Iterator[str]:
    schema: dict[str, Any] = json.loads(schema_text(event))
    for name, definition in schema["$defs"].items():
        yield from (f"{name}.{field}" for field in definition.get("properties", {}))


def personal_fields(event: type[Event]) -> list[str]:
    return [
        field
        for field in fields_of(event)
        if PERSONAL.search(field.partition(".")[2]) and field not in NOT_OF_PERSONS
    ]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_no_field_is_named_like_something_of_a_person(event: type[Event]) -> None:
    assert personal_fields(event) == []


def test_a_field_for_a_person_would_be_found_also_in_a_part() -> None:
    assert personal_fields(PaperSigned) == [
        "PaperSigned.phone_number",
        "Signatory.full_name",
        "Signatory.email",
    ]


def test_every_exception_is_still_a_field() -> None:
    known = {field for event in EVENTS for field in fields_of(event)}

    assert set(NOT_OF_PERSONS) - known == set()


def test_no_two_event_classes_share_a_type_name() -> None:
    counted = Counter(event.type_name() for event in EVENTS)

    assert [name for name, times in counted.items() if times > 1] == []


def test_every_type_name_carries_its_version() -> None:
    assert [
        name for event in EVENTS if not re.fullmatch(r"[A-Z][A-Za-z]+\.v[1-9]\d*", name := event.type_name())
    ] == []
