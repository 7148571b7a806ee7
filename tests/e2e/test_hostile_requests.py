"""Requests that nobody sends by mistake, byte by byte through the real web server: each is refused, nothing changes."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.e2e.steps import recorded
from tests.support.running import EmbeddedSuite

pytestmark = pytest.mark.xdist_group("from-outside")

PATH = "/membership/v1/municipalities"
BODY = {"names": {"nb": "Kapselvik"}, "valid_from": "2026-01-01", "county_number": "55", "invented": True}
GOOD = json.dumps(BODY).encode()
JSON = "Content-Type: application/json"


def sent(suite: EmbeddedSuite, raw: bytes) -> bytes:
    """The whole answer to bytes on a connection of their own; empty where it is closed without one."""
    address = urlsplit(suite.url)
    found = b""
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        try:
            connection.sendall(raw)
            while piece := connection.recv(65536):
                found += piece
        except ConnectionError:
            pass  # it may hang up while we still send
    return found


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def request(suite: EmbeddedSuite, body: bytes, *headers: str, line: str = f"POST {PATH} HTTP/1.1") -> bytes:
    """A request of the office, with its length unless `headers` say otherwise."""
    told = [line, "Host: localhost", "Connection: close", f"Authorization: Bearer {suite.office}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        told.append(f"Content-Length: {len(body)}")
    return "\r\n".join(told).encode("latin-1") + b"\r\n\r\n" + body


def with_value(text: bytes) -> bytes:
    """The good body with something else for the year's beginning."""
    return GOOD.replace(b'"2026-01-01"', text)


BODIES = {
    "a key twice": GOOD.replace(b'"invented": true', b'"invented": true, "invented": false'),
    "a key twice, inside": GOOD.replace(b'"nb": "Kapselvik"', b'"nb": "Kapselvik", "nb": "Loppa"'),
    "NaN": with_value(b"NaN"),
    "an infinite number": with_value(b"-Infinity"),
    "a number beyond all": with_value(b"1e999"),
    "a number of 5 000 digits": with_value(b"9" * 5_000),
    "a number of 400 digits": with_value(b"9" * 400),
    "half of a surrogate pair": GOOD.replace(b"Kapselvik", b"\\ud800"),
    "half of a surrogate pair as a name": GOOD.replace(b'"nb"', b'"\\udfff"'),
    "NUL": GOOD.replace(b"Kapselvik", b"\\u0000"),
    "not UTF-8": GOOD.replace(b"Kapselvik", b"\xff\xfe"),
    "UTF-16": json.dumps(BODY).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "deeply nested": b'{"names":' * 5_000 + b"1" + b"}" * 5_000,
    "deep lists": b"[" * 100_000,
    "two documents": GOOD + GOOD,
    "nothing": b"",
    "text": b'"x"',
    "no object": b"[1]",
    "null": b"null",
    "much too big": GOOD + b" " * 300_000,
}

HEADERS = {
    "an empty idempotency key": (JSON, "Idempotency-Key:"),
    "a long idempotency key": (JSON, f"Idempotency-Key: {'k' * 256}"),
    "an idempotency key that is not ASCII": (JSON, "Idempotency-Key: bl\xe5b\xe6r"),
    "an idempotency key with a tab": (JSON, "Idempotency-Key: a\tb"),
    "a tag without quotes": (JSON, "If-Match: v1"),
    "half a tag": (JSON, 'If-Match: "v1'),
    "a star among tags": (JSON, 'If-Match: *, "v1"'),
    "a tag of nothing": (JSON, 'If-Match: "v1"'),
    "text": ("Content-Type: text/plain",),
    "XML": ("Content-Type: application/xml",),
    "a form": ("Content-Type: application/x-www-form-urlencoded",),
    "a form with files": ("Content-Type: multipart/form-data; boundary=x",),
    "no type": (),
    "an answer in a form that there is not": (JSON, "Accept: image/png"),
    "no media type to answer in": (JSON, "Accept: nonsense"),
    "a token of nobody": (JSON, "Authorization: Bearer x.y.z"),
    "a header on two lines": (JSON, "X-Request-ID: a\r\n b"),
    "a header with a bare carriage return": (JSON, "X-Request-ID: a\rSet-Cookie: b=c"),
    "a header with NUL": (JSON, "X-Request-ID: a\0b"),
    "a header's name with a blank": (JSON, "X Request: a"),
    "a header without a colon": (JSON, "X-Request-ID"),
    "a header that is too long": (JSON, f"X-Long: {'a' * 70_000}"),
    "too many headers": (JSON, *(f"X-{number}: a" for number in range(500))),
    "a negative length": (JSON, "Content-Length: -1"),
    "a length in words": (JSON, "Content-Length: ten"),
    "two lengths": (JSON, "Content-Length: 5", f"Content-Length: {len(GOOD)}"),
    "a length and chunks": (JSON, f"Content-Length: {len(GOOD)}", "Transfer-Encoding: chunked"),
    "an unknown encoding": (JSON, "Transfer-Encoding: whatever"),
}

LINES = {
    "an unknown method": f"STEAL {PATH} HTTP/1.1",
    "a method that is none": f"P<ST {PATH} HTTP/1.1",
    "no version": f"POST {PATH}",
    "a version that is none": f"POST {PATH} HTTP/9.9",
    "a path that climbs": "POST /membership/../../etc/passwd HTTP/1.1",
    "NUL in the path": f"POST {PATH}/%00 HTTP/1.1",
    "a path that is not UTF-8": f"POST {PATH}/%ff HTTP/1.1",
    "a path that is too long": f"POST {PATH}?x={'a' * 70_000} HTTP/1.1",
}


def is_refused(suite: EmbeddedSuite, raw: bytes) -> None:
    before = recorded(suite)
    answer = sent(suite, raw)

    # 501 is what RFC 9112 (6.1) asks for where a transfer coding is not known.
    assert answer == b"" or 400 <= status(answer) < 500 or status(answer) == 501, answer[:600]
    assert b"Traceback" not in answer
    assert b"Set-Cookie: b=c" not in answer
    assert recorded(suite) == before


@pytest.mark.parametrize("what", BODIES)
def test_a_hostile_body_is_refused(outside: EmbeddedSuite, what: str) -> None:
    is_refused(outside, request(outside, BODIES[what], JSON))


@pytest.mark.parametrize("what", HEADERS)
def test_hostile_headers_are_refused(outside: EmbeddedSuite, what: str) -> None:
    is_refused(outside, request(outside, GOOD, *HEADERS[what]))


@pytest.mark.parametrize("what", LINES)
def test_a_hostile_request_line_is_refused(outside: EmbeddedSuite, what: str) -> None:
    is_refused(outside, request(outside, GOOD, JSON, line=LINES[what]))


def test_chunks_that_do_not_say_how_long_they_are_are_refused(outside: EmbeddedSuite) -> None:
    is_refused(outside, request(outside, GOOD + b"\r\n0\r\n\r\n", JSON, "Transfer-Encoding: chunked"))


def test_chunks_are_counted_as_they_come(outside: EmbeddedSuite) -> None:
    piece = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    is_refused(outside, request(outside, piece * 20 + b"0\r\n\r\n", JSON, "Transfer-Encoding: chunked"))


def test_what_stands_in_an_address_never_becomes_a_header(outside: EmbeddedSuite) -> None:
    line = "GET /membership/v1/members?format=csv&as_of=2026-01-01%0d%0aSet-Cookie:%20b=c HTTP/1.1"
    is_refused(outside, request(outside, b"", line=line))


def test_a_request_that_hides_behind_another_is_not_carried_out(outside: EmbeddedSuite) -> None:
    """A length that one server believes, and chunks that another does: request smuggling (CL.TE)."""
    hidden = request(outside, GOOD, JSON)
    headers = (JSON, f"Content-Length: {len(hidden) + 5}", "Transfer-Encoding: chunked")
    is_refused(outside, request(outside, b"0\r\n\r\n" + hidden, *headers))


def test_the_good_request_behind_all_of_these_is_carried_out(outside: EmbeddedSuite) -> None:
    before = recorded(outside)
    whole = sent(outside, request(outside, GOOD, JSON))
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)
    in_chunks = sent(outside, request(outside, chunked, JSON, "Transfer-Encoding: chunked"))

    assert (status(whole), status(in_chunks)) == (201, 201)
    assert recorded(outside) != before
