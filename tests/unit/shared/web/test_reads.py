"""The parameters that every read takes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from shared import clock

Headers = dict[str, str]


@pytest.mark.parametrize(
    ("asked", "moment"),
    [
        ("2026-03-01", "2026-03-01T22:59:59.999999Z"),
        ("2026-07-01", "2026-07-01T21:59:59.999999Z"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000000Z"),
        ("2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00.000000Z"),
        ("2026-03-01T12:00:00.5%2B01:00", "2026-03-01T11:00:00.500000Z"),
    ],
)
def test_known_at_is_a_moment_or_the_end_of_a_norwegian_day(
    client: FlaskClient, office: Headers, asked: str, moment: str
) -> None:
    answer = client.get(f"/garage/v1/axes?known_at={asked}", headers=office)

    assert answer.json == {"as_of": clock.today().isoformat(), "known_at": moment}


def test_as_of_is_a_date(client: FlaskClient, office: Headers) -> None:
    answer = client.get("/garage/v1/axes?as_of=2023-06-30", headers=office)

    assert answer.json == {"as_of": "2023-06-30", "known_at": None}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("as_of=30.06.2023", "as_of"),
        ("as_of=2023-02-30", "as_of"),
        ("known_at=2026-03-01T12:00:00", "known_at"),
        ("known_at=9999-12-31", "known_at"),
        ("known_at=0001-01-01T00:00:00%2B14:00", "known_at"),
        ("known_at=now", "known_at"),
        ("as_of=", "as_of"),
        ("known_at=", "known_at"),
    ],
)
def test_what_is_no_date_is_named(client: FlaskClient, office: Headers, query: str, name: str) -> None:
    answer = client.get(f"/garage/v1/axes?{query}", headers=office)

    assert answer.status_code == 422
    assert answer.json is not None
    assert list(answer.json["errors"]) == [name]


def test_pages_follow_each_other_without_gap_or_repeat(client: FlaskClient, office: Headers) -> None:
    seen: list[int] = []
    path = "/garage/v1/numbers?limit=50"
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(path + (f"&cursor={cursor}" if cursor else ""), headers=office).json
        assert page is not None
        seen += page["items"]
        cursor = page["next"]

    assert seen == list(range(120))


@pytest.mark.parametrize("query", ["cursor=x", "cursor=e30", "cursor=WyJhIl0"])
def test_a_cursor_that_is_not_ours_is_refused(client: FlaskClient, office: Headers, query: str) -> None:
    answer = client.get(f"/garage/v1/numbers?{query}", headers=office)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "cursor-malformed"


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "٣"])
def test_a_limit_out_of_bounds_is_refused(client: FlaskClient, office: Headers, limit: str) -> None:
    assert client.get(f"/garage/v1/numbers?limit={limit}", headers=office).status_code == 422
