"""A field takes what the interface's description calls valid, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from marshmallow import ValidationError

from shared.web.jsonfields import Whole

INTEGER = Draft202012Validator({"type": "integer"})


@pytest.mark.parametrize("spelt", ["1.0", "1e0", "10E-1", "1"])
def test_a_whole_number_is_one_however_json_spells_it(spelt: str) -> None:
    whole = Whole().deserialize(json.loads(spelt))

    assert (whole, type(whole)) == (1, int)


@given(st.one_of(st.booleans(), st.text(max_size=5), st.integers(), st.floats(allow_nan=False)))
def test_what_json_schema_calls_an_integer_is_taken_and_nothing_else(value: object) -> None:
    if INTEGER.is_valid(value):
        assert Whole().deserialize(value) == value
    else:
        with pytest.raises(ValidationError, match="Not a valid integer"):
            Whole().deserialize(value)
