"""What the bench sets beside our web processes does the work that it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from shared.eventstore import Store
from shared.settings import Settings
from shared.web.tokens import BuiltinIssuer
from tests.bench.ground import driver_url
from tests.bench.networks import invent, join
from tests.bench.peers import minimal
from tests.support.membership_client import Visitor

FIGURE = {"as_of": "2026-01-01", "inhabitants": 1_000, "source": "SSB"}


@pytest.fixture
def database(postgres_database: Callable[[], str]) -> str:
    url = driver_url(postgres_database())
    minimal.prepare(url)
    return url


@pytest.fixture
def client(database: str, settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    bodies = tmp_path / "bodies"
    bodies.mkdir()
    (bodies / "39").write_bytes(b"[39]")
    key = BuiltinIssuer.of(settings).jwks()["keys"][0]
    pool = minimal.Pool(database)
    yield minimal.create(pool, json.dumps(key), bodies).test_client()
    pool.close()


@pytest.fixture
def bearer(settings: Settings) -> dict[str, str]:
    scopes = ("membership:read", "membership:write")
    token = BuiltinIssuer.of(settings).issue(scopes, actor="client/bench", ttl=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


def test_the_minimal_application_keeps_event_receipt_and_row(
    client: FlaskClient, bearer: dict[str, str], database: str
) -> None:
    for key, inhabitants in (("one", 1_000), ("another", 1_001)):
        body: dict[str, Any] = FIGURE | {"inhabitants": inhabitants}
        answer = client.post(
            "/municipalities/m/population", json=body, headers=bearer | {"Idempotency-Key": key}
        )
        assert answer.status_code == 201

    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT stream, version FROM events ORDER BY version").fetchall() == [
            ("population-m", 1),
            ("population-m", 2),
        ]
        assert connection.execute("SELECT count(*) FROM receipts").fetchone() == (2,)
        assert connection.execute("SELECT inhabitants, version FROM figures").fetchall() == [(1_001, 2)]


def test_the_minimal_application_lets_nobody_in_without_a_token(client: FlaskClient) -> None:
    refused = client.post("/municipalities/m/population", json=FIGURE, headers={"Idempotency-Key": "one"})

    assert refused.status_code == 401
    assert client.get("/checked-bytes/39").status_code == 401


def test_the_minimal_application_gives_bytes_from_memory(client: FlaskClient, bearer: dict[str, str]) -> None:
    assert client.get("/bytes/39").data == b"[39]"
    assert client.get("/checked-bytes/39", headers=bearer).data == b"[39]"
    assert client.get("/bytes/39", headers={"If-None-Match": '"39"'}).status_code == 304


def test_a_network_of_the_bench_is_a_list_of_members(store: Store, office: Visitor) -> None:
    members = invent(3)
    join(store, members)

    shown = office.get("/members").get_json()["items"]

    assert sorted(one["municipality_id"] for one in shown) == sorted(members)
