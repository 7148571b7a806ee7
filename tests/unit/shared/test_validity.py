"""What the CloudEvents specification forbids is refused, what it allows is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.cloudevents import decode
from shared.validity import InvalidDocument, validate

MINIMAL = {"specversion": "1.0", "id": "one", "type": "org.example.happened", "source": "https://example.org"}


def minimal(**changes: Any) -> bytes:
    members = {name: value for name, value in (MINIMAL | changes).items() if value is not ...}
    return json.dumps(members, ensure_ascii=False).encode()


INVALID = {
    "no specversion": (minimal(specversion=...), "missing-attribute"),
    "no id": (minimal(id=...), "missing-attribute"),
    "no type": (minimal(type=...), "missing-attribute"),
    "no source": (minimal(source=...), "missing-attribute"),
    "null id": (minimal(id=None), "missing-attribute"),
    "time is garbage": (minimal(time="at noon"), "bad-time"),
    "time only to the minute": (minimal(time="2026-04-05T18:31Z"), "bad-time"),
    "offset is a letter": (minimal(time="2026-04-05T18:31:00Q"), "bad-time"),
    "offset out of range": (minimal(time="2026-04-05T18:31:00+24:30"), "bad-time"),
    "offset no number": (minimal(time="2026-04-05T18:31:00+aa:00"), "bad-time"),
    "offset only hours": (minimal(time="2026-04-05T18:31:00+02"), "bad-time"),
    "no offset": (minimal(time="2026-04-05T18:31:00"), "bad-time"),
    "a day that does not exist": (minimal(time="2026-02-30T18:31:00Z"), "bad-time"),
    "an hour that does not exist": (minimal(time="2026-02-03T24:31:00Z"), "bad-time"),
    "time is a number": (minimal(time=1), "bad-attribute-type"),
    "empty id": (minimal(id=""), "empty-attribute"),
    "empty type": (minimal(type=""), "empty-attribute"),
    "empty source": (minimal(source=""), "empty-attribute"),
    "empty specversion": (minimal(specversion=""), "empty-attribute"),
    "unknown specversion": (minimal(specversion="0.3"), "unknown-specversion"),
    "content type of no form": (minimal(datacontenttype="json"), "bad-content-type"),
    "empty content type": (minimal(datacontenttype=""), "empty-attribute"),
    "empty data schema": (minimal(dataschema=""), "empty-attribute"),
    "relative data schema": (minimal(dataschema="schema.json"), "bad-data-schema"),
    "empty subject": (minimal(subject=""), "empty-attribute"),
    "id is a number": (minimal(id=7), "bad-attribute-type"),
    "id is an object": (minimal(id={"a": "b"}), "bad-attribute-type"),
    "source is no URI reference": (minimal(source="a b"), "bad-source"),
    "capitals in an extension": (minimal(TraceId="a"), "bad-attribute-name"),
    "punctuation in an extension": (minimal(**{"trace.id": "a"}), "bad-attribute-name"),
    "a letter beyond a-z in an extension": (minimal(spørsmål="a"), "bad-attribute-name"),
    "a fraction in a badly named extension": (minimal(**{"trace.id": 2.5}), "bad-attribute-name"),
    "a fraction in an extension": (minimal(weight=2.5), "bad-attribute-type"),
    "an integer beyond 32 bits": (minimal(weight=2**31), "bad-attribute-type"),
    "an object as extension": (minimal(weight={}), "bad-attribute-type"),
    "a list as extension": (minimal(weight=[]), "bad-attribute-type"),
    "a control character": (minimal(trace="a\u0085b"), "bad-characters"),
    "a control character in the id": (minimal(id="a\tb"), "bad-characters"),
    "a noncharacter": (minimal(trace="a\ufffe"), "bad-characters"),
    "data twice": (minimal(data={"a": 1}, data_base64="e30="), "two-data"),
    "null data beside base64": (minimal(data=None, data_base64="e30="), "two-data"),
    "base64 that is none": (minimal(data_base64="e30"), "bad-base64"),
    "base64 that is no text": (minimal(data_base64=5), "bad-base64"),
    "a batch": (b"[" + minimal() + b"]", "not-an-object"),
    "a text": (b'"event"', "not-an-object"),
    "null": (b"null", "not-an-object"),
    "nothing": (b"", "not-json"),
    "half a document": (minimal()[:-3], "not-json"),
    "two documents": (minimal() + minimal(), "not-json"),
    "not a number": (b'{"weight": NaN}', "not-json"),
    "a lone surrogate": (minimal()[:-1] + b', "trace": "\\ud800"}', "bad-characters"),
    "deep nesting": (b'{"data":' + b"[" * 100_000, "not-json"),
    "not UTF-8": (minimal(trace="ø").decode().encode("latin-1"), "not-utf8"),
    "a byte order mark": (b"\xef\xbb\xbf" + minimal(), "not-json"),
    "a member twice": (minimal()[:-1] + b', "id": "two"}', "duplicate-member"),
}


@pytest.mark.parametrize("case", INVALID)
def test_an_invalid_document_is_refused_and_says_why(case: str) -> None:
    written, code = INVALID[case]

    with pytest.raises(InvalidDocument) as raised:
        validate(written)

    assert raised.value.code == code


@pytest.mark.parametrize("case", INVALID)
def test_no_invalid_document_is_decoded(case: str) -> None:
    with pytest.raises(InvalidDocument):
        decode(INVALID[case][0], {}, "parking")


def test_nothing_at_all_is_no_event() -> None:
    with pytest.raises(InvalidDocument) as raised:
        decode(None, {}, "parking")

    assert raised.value.code == "empty"


VALID = {
    "minimal": minimal(),
    "null for what is optional": minimal(datacontenttype=None, dataschema=None, subject=None, time=None),
    "everything": minimal(
        datacontenttype="text/plain; charset=utf-8",
        dataschema="https://example.org/schema",
        subject="tests",
        time="2026-04-05T17:31:00Z",
    ),
    "nanoseconds": minimal(time="2026-04-05T17:31:00.000000001Z"),
    "east of Greenwich": minimal(time="2026-04-05T18:31:00+01:00"),
    "west of Greenwich": minimal(time="2026-04-05T16:31:00-01:00"),
    "a leap second": minimal(time="2016-12-31T23:59:60Z"),
    "a relative source": minimal(source="#part"),
    "text as data": minimal(datacontenttype="text/plain", data="Simple"),
    "bytes as data": minimal(data_base64="e30="),
    "letters beyond ASCII": minimal(subject="Guovdageainnu suohkan"),
    "all types of extensions": minimal(
        number=-(2**31), flag=True, text="a", link="//host/path", bytes="TQ=="
    ),
}


@pytest.mark.parametrize("case", VALID)
def test_a_valid_document_is_read(case: str) -> None:
    members = validate(VALID[case])

    assert members == {name: value for name, value in json.loads(VALID[case]).items() if value is not None}


@pytest.mark.parametrize("case", VALID)
def test_a_valid_document_without_our_attributes_is_still_not_ours(case: str) -> None:
    with pytest.raises(InvalidDocument):
        decode(VALID[case], {}, "parking")
