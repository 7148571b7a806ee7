"""Answers are written as marshmallow would write them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema, ValidationError, fields

from shared.web.writing import writer


class Part(Schema):
    """A part."""

    day = fields.Date()


class Whole(Schema):
    """All kinds of fields."""

    text = fields.String()
    number = fields.Integer()
    yes = fields.Boolean()
    part = fields.Nested(Part)
    parts = fields.Nested(Part, many=True)
    days = fields.List(fields.Date())
    numbers = fields.Dict(keys=fields.String(), values=fields.Integer())
    renamed = fields.String(data_key="asked-for", attribute="kept")
    secret = fields.String(load_only=True)


WHOLE: dict[str, Any] = {
    "text": UUID("0190a000-0000-7000-8000-000000000001"),
    "number": "7",
    "yes": 1,
    "part": {"day": date(2026, 1, 1), "unknown": 1},
    "parts": [{"day": None}, {}],
    "days": [date(2026, 1, 2)],
    "numbers": {1: "2"},
    "kept": "x",
    "secret": "s",
}


@pytest.mark.parametrize("left_out", [None, *WHOLE])
def test_what_is_there_is_written_as_marshmallow_would(left_out: str | None) -> None:
    given = {name: value for name, value in WHOLE.items() if name != left_out}

    assert json.loads(writer(Whole())(given)) == Whole().dump(given)


def test_many_are_a_list() -> None:
    assert writer(Part(many=True))([{"day": date(2026, 1, 1)}, {}]) == b'[{"day":"2026-01-01"},{}]'


def test_what_a_field_cannot_write_is_not_written() -> None:
    with pytest.raises((ValidationError, ValueError)):
        writer(Whole())({"number": "seven"})


def test_texts_are_written_as_they_are_and_names_in_order() -> None:
    assert writer(Whole())({"text": "Kárášjohka", "number": 1}) == '{"number":1,"text":"Kárášjohka"}'.encode()
