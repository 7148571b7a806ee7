"""Every error has a stable code, and what is too much is refused before anything happens."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, OperationalError

from shared.errors import RequestError
from shared.eventstore import Store
from shared.web.limits import LARGEST_BODY, JsonMalformed, check_json
from shared.web.problems import by_field
from tests.support.parking_office import OURS

PATH = f"/garage/v1/garages/{OURS}/rentals"
RENT = {"place": "7", "car": "red"}
Headers = dict[str, str]


def code(answer: Any) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    return answer.status_code, answer.json["code"]


def test_wrong_fields_are_named(client: FlaskClient, office: Headers, store: Store) -> None:
    answer = client.post(PATH, json={"place": 7, "price": 0}, headers=office)

    assert code(answer) == (422, "malformed")
    assert answer.json is not None
    assert answer.json["errors"] == {
        "place": ["Not a valid string."],
        "car": ["Missing data for required field."],
        "price": ["Unknown field."],
    }
    assert store.history() == []


@pytest.mark.parametrize("path", ["/garage/v1/nowhere", "/nowhere", "/garage/v1/garages/no-uuid/rentals"])
def test_an_unknown_path_is_a_problem(client: FlaskClient, path: str) -> None:
    assert code(client.get(path)) == (404, "path-unknown")


def test_a_method_that_is_not_offered_is_a_problem(client: FlaskClient) -> None:
    answer = client.delete(PATH)

    assert code(answer) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_body_that_is_not_json_is_a_problem(client: FlaskClient, office: Headers) -> None:
    answer = client.post(PATH, data="place=7&car=red", content_type="text/plain", headers=office)

    assert code(answer) == (415, "media-type-unsupported")


def test_a_form_is_not_taken_for_json(client: FlaskClient, office: Headers, store: Store) -> None:
    assert code(client.post(PATH, data=RENT, headers=office)) == (415, "media-type-unsupported")
    assert store.history() == []


def test_a_body_that_is_too_big_is_a_problem(client: FlaskClient, office: Headers, store: Store) -> None:
    answer = client.post(PATH, json=RENT | {"car": "x" * LARGEST_BODY}, headers=office)

    assert code(answer) == (413, "body-too-large")
    assert store.history() == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "json-malformed"),
        (b"{", "json-malformed"),
        (b'{"place": NaN}', "json-malformed"),
        (b'{"place": -Infinity}', "json-malformed"),
        (b'{"place": 1e999}', "json-malformed"),
        (b'{"place": ' + b"9" * 5000 + b"}", "json-malformed"),
        (b'{"place": "\xff"}', "json-malformed"),
        (b'\xef\xbb\xbf{"place": "7"}', "json-malformed"),
        (b"[" * 33 + b"]" * 33, "json-too-deep"),
        (b'{"a":' * 100_000, None),
        (b'{"place": "\\u0000"}', "text-unusable"),
        (b'{"place": "\\ud800"}', "text-unusable"),
    ],
)
def test_json_that_cannot_be_kept_is_a_problem(
    client: FlaskClient, office: Headers, store: Store, body: bytes, expected: str | None
) -> None:
    answer = client.post(PATH, data=body, content_type="application/json", headers=office)

    assert code(answer) == ((400, expected) if expected else (413, "body-too-large"))
    assert store.history() == []


def test_json_may_be_as_deep_as_is_said_and_brackets_in_texts_do_not_count() -> None:
    check_json(b"[" * 32 + b"]" * 32)
    check_json(b'"' + b"[" * 1000 + b'\\"[["')


def test_a_body_full_of_quotes_is_read_in_one_pass() -> None:
    began = time.perf_counter()
    with pytest.raises(JsonMalformed):
        check_json(b'"' + b'\\"' * (LARGEST_BODY // 2))

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "path",
    [
        "/garage/v1/who?x=%00",
        "/garage/v1/garages/%00/rentals/7",
        "/garage/v1/garages/" + OURS + "/rentals/%00",
    ],
)
def test_an_address_with_a_nul_is_a_problem(client: FlaskClient, office: Headers, path: str) -> None:
    assert client.get(path, headers=office).status_code in (400, 404)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT 1", {}, Exception("gone")),
        psycopg.OperationalError("gone"),
        sqlite3.OperationalError("database is locked"),
    ],
)
def test_a_database_that_is_away_is_not_the_callers_fault(
    client: FlaskClient, office: Headers, store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def away(*_args: object) -> None:
        raise error

    monkeypatch.setattr(store.database, "reading", away)
    monkeypatch.setattr(type(store), "reading", away)
    answer = client.get(f"/garage/v1/garages/{OURS}/rentals/7", headers=office)

    assert code(answer) == (503, "unavailable")
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize(
    "error",
    [
        OverflowError("Python int too large to convert to SQLite INTEGER"),
        psycopg.errors.NumericValueOutOfRange("bigint out of range"),
        DataError("SELECT 1", {}, psycopg.errors.NumericValueOutOfRange("bigint out of range")),
    ],
)
def test_a_number_that_is_too_large_for_the_database_is_answered_alike_by_both(
    client: FlaskClient, office: Headers, store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def too_large() -> None:
        raise error

    monkeypatch.setattr(store, "reading", too_large)

    assert code(client.get(f"/garage/v1/garages/{OURS}/rentals/7", headers=office)) == (422, "out-of-range")


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT 1", {}, psycopg.errors.DeadlockDetected()),
        psycopg.errors.DeadlockDetected(),
    ],
)
def test_who_was_ended_as_a_deadlock_reads_anew(
    client: FlaskClient, office: Headers, store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failures, reading = [error], store.reading

    def ended_once() -> Any:
        if failures:
            raise failures.pop()
        return reading()

    monkeypatch.setattr(store, "reading", ended_once)
    answer = client.get(f"/garage/v1/garages/{OURS}/rentals/7", headers=office)

    assert answer.status_code == 200
    assert failures == []


def test_a_browser_gets_a_page_for_an_unknown_path(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Siden finnes ikke" in answer.text


def test_errors_of_inner_fields_are_named_by_their_path() -> None:
    told = by_field({"json": {"terms": {0: {"from": ["Not a valid date."]}}, "_schema": ["No."]}})

    assert told == {"terms.0.from": ["Not a valid date."], "_schema": ["No."]}


def test_no_code_of_the_kit_is_used_twice() -> None:
    codes = [
        kind.__dict__["code"]
        for kind in _kinds(RequestError)
        if kind.__module__.startswith("shared.") and "code" in kind.__dict__
    ]

    assert len(codes) == len(set(codes))


def _kinds(kind: type[RequestError]) -> list[type[RequestError]]:
    return [kind, *(inner for one in kind.__subclasses__() for inner in _kinds(one))]


def test_a_name_that_stands_twice_in_a_body_is_refused(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    body = b'{"place": "7", "car": "red", "car": "blue"}'
    answer = client.post(PATH, data=body, headers=office, content_type="application/json")

    assert code(answer) == (400, "json-malformed")
    assert store.history() == []


@pytest.mark.parametrize("accept", ["image/png", "text/html", "nonsense"])
def test_an_answer_in_a_form_that_there_is_not_is_refused_before_anything_happens(
    client: FlaskClient, office: Headers, store: Store, accept: str
) -> None:
    answer = client.post(PATH, json=RENT, headers=office | {"Accept": accept})

    assert code(answer) == (406, "not-acceptable")
    assert store.history() == []
