"""A further optional field is allowed; whatever else changes is named."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

import msgspec
import pytest

from shared.messages import Event, Value
from tests.contracts.compatibility import breaking_changes
from tests.contracts.published import schema_text


class Colour(Value, frozen=True, kw_only=True):
    """A part of which there may be several."""

    name: str


class Door(Value, frozen=True, kw_only=True):
    """A part that may be missing."""

    name: str


class House(Event, frozen=True, kw_only=True):
    """A house stands."""

    street: str
    built_on: date
    storeys: int = 1
    kind: Literal["wood", "stone"] = "wood"
    owner: str | None = None
    colours: tuple[Colour, ...] = ()
    door: Door | None = None


FIELDS: dict[str, Any] = {
    "street": str,
    "built_on": date,
    "storeys": (int, 1),
    "kind": (Literal["wood", "stone"], "wood"),
    "owner": (str | None, None),
    "colours": (tuple[Colour, ...], ()),
    "door": (Door | None, None),
}


def house(*without: str, **changes: Any) -> dict[str, Any]:
    fields = {name: kind for name, kind in (FIELDS | changes).items() if name not in without}
    given = [(name, *kind) if isinstance(kind, tuple) else (name, kind) for name, kind in fields.items()]
    return drawn(msgspec.defstruct("House", given, bases=(Event,), frozen=True, kw_only=True))


def drawn(event: Any) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text(event))
    return schema


def part(called: str, **fields: Any) -> Any:
    given = [(name, *kind) if isinstance(kind, tuple) else (name, kind) for name, kind in fields.items()]
    return msgspec.defstruct(called, given, bases=(Value,), frozen=True, kw_only=True)


def test_the_same_schema_breaks_nothing() -> None:
    assert breaking_changes(drawn(House), house()) == []


def test_other_words_for_people_break_nothing() -> None:
    reworded = json.loads(schema_text(House).replace("A house stands.", "A house is there."))

    assert breaking_changes(drawn(House), reworded) == []


def test_a_further_optional_field_is_allowed() -> None:
    assert breaking_changes(drawn(House), house(garden=(str | None, None))) == []


def test_a_further_optional_field_of_a_part_is_allowed() -> None:
    shaded = part("Colour", name=str, shade=(str | None, None))
    locked = part("Door", name=str, locked=(bool, False))

    assert breaking_changes(drawn(House), house(colours=(tuple[shaded, ...], ()))) == []
    assert breaking_changes(drawn(House), house(door=(locked | None, None))) == []


@pytest.mark.parametrize(
    ("new", "broken"),
    [
        (house("street"), ["current.street is gone"]),
        (house("owner"), ["current.owner is gone"]),
        (house(garden=str), ["current.garden is required now"]),
        (
            house(storeys=int),
            ["current.storeys: default was 1, is None", "current.storeys is required now"],
        ),
        (
            house(street=(str, "")),
            ["current.street: default was None, is ''", "current.street may be missing now"],
        ),
        (house(storeys=(str, 1)), ["current.storeys: type was 'integer', is 'string'"]),
        (house(storeys=(int, 2)), ["current.storeys: default was 1, is 2"]),
        (house(built_on=str), ["current.built_on: format was 'date', is None"]),
        (
            house(kind=(Literal["brick", "wood", "stone"], "wood")),
            ["current.kind: enum was ['stone', 'wood'], is ['brick', 'stone', 'wood']"],
        ),
        (
            house(owner=(str, None)),
            ["current.owner: type was None, is 'string'", "current.owner is made of other parts"],
        ),
        (house(colours=(tuple[part("Colour"), ...], ())), ["current.colours[].name is gone"]),
        (
            house(colours=(tuple[part("Colour", name=str, shade=str), ...], ())),
            ["current.colours[].shade is required now"],
        ),
        (
            house(door=(part("Door", name=int) | None, None)),
            ["current.door.name: type was 'string', is 'integer'"],
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_everything_else_is_named(new: dict[str, Any], broken: list[str]) -> None:
    assert sorted(breaking_changes(drawn(House), new)) == sorted(broken)
