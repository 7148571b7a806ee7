"""Whatever stands on the log is an event, one of an unknown type, or refused: nothing else comes out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership import contract
from shared.cloudevents import InvalidDocument, UnknownType, decode, encode
from shared.messages import Recorded
from tests.contracts.published import EXAMPLES, Published, document, everything, recorded
from tests.support.chance import tried

CLASSES = {event.type_name(): event for event in contract.EVENTS}
DOCUMENTS = [published.example for published in everything() if published.service == contract.SERVICE]
MEMBERS = sorted({name for text in DOCUMENTS for name in json.loads(text)})
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def check(value: bytes | None) -> None:
    try:
        found: Any = decode(value, CLASSES, contract.SERVICE)
    except InvalidDocument:
        return
    assert isinstance(found, Recorded | UnknownType)
    assert found.version > 0
    if isinstance(found, Recorded):
        assert (
            decode(encode(found, source="https://samvirke.example/membership"), CLASSES, contract.SERVICE)
            == found
        )


@tried
@given(st.none() | st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(value: bytes | None) -> None:
    check(value)


@tried
@given(st.sampled_from(DOCUMENTS), st.data())
def test_a_document_with_bytes_changed_is_read_or_refused(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 8))
    check(text[:at] + data.draw(st.binary(max_size=8)) + text[at + cut :])


@tried
@given(
    st.sampled_from(DOCUMENTS), st.dictionaries(st.sampled_from(MEMBERS), anything, min_size=1, max_size=3)
)
def test_a_document_with_members_of_any_value_is_read_or_refused(
    text: bytes, changes: dict[str, Any]
) -> None:
    check(json.dumps(json.loads(text) | changes).encode())


@tried
@given(st.sampled_from(DOCUMENTS), st.dictionaries(st.text(), anything, min_size=1, max_size=3))
def test_a_document_that_tells_of_anything_before_is_read_or_refused(
    text: bytes, previous: dict[str, Any]
) -> None:
    whole = json.loads(text)
    changed = whole | {"data": whole["data"] | {"previous": previous}}
    check(json.dumps(changed).encode())
    # The same as our own encoder lays it out, which is read another way.
    check(text.replace(_previous(text), b'"previous":' + json.dumps(previous, ensure_ascii=True).encode()))


VALUES = (
    b"1e999",
    b"-1e999",
    b"1" + b"0" * 30,
    b"-" + b"9" * 5_000,
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\\u0000"',
)
"""JSON that some readers cannot hold, or read as something else."""


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12].decode())
@pytest.mark.parametrize("laid_out", ["as ours", "as another's"])
def test_a_value_that_cannot_be_written_again_is_refused(value: bytes, laid_out: str) -> None:
    text = DOCUMENTS[0].replace(_previous(DOCUMENTS[0]), b'"previous":{"x":' + value + b"}")
    check(text if laid_out == "as ours" else text.replace(b'{"specversion"', b'{ "specversion"', 1))


def _previous(text: bytes) -> bytes:
    """The member `previous` as it stands in a document."""
    told = json.loads(text)["data"]["previous"]
    return b'"previous":' + json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


@tried
@given(st.sampled_from(DOCUMENTS), anything)
def test_a_document_with_any_fact_in_it_is_read_or_refused(text: bytes, fact: Any) -> None:
    whole = json.loads(text)
    check(json.dumps(whole | {"data": whole["data"] | {"current": fact}}).encode())


@tried
@given(st.sampled_from(everything()), st.integers(1, 10**9 - 1), st.integers(1, 10**18 - 1), st.booleans())
def test_every_event_comes_back_as_it_was(
    published: Published, version: int, sequence: int, example: bool
) -> None:
    told = recorded(EXAMPLES[published.event], version=version, sequence=sequence, example=example)

    assert decode(document(told), {published.event.type_name(): published.event}, told.service) == told
