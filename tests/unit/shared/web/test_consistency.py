"""A read shows what its caller has just written, or says honestly that it does not yet."""

from __future__ import annotations

import base64
import json
import threading
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from shared import positions
from shared.eventstore import Handled, Store
from shared.messages import Recorded
from shared.tables import stream_progress
from shared.web import consistency
from shared.web.consistency import ConsistencyTokenMalformed, read_token, token_of
from tests.support.parking_company import PlaceFreed
from tests.support.parking_office import OURS

Headers = dict[str, str]


def written(service: str = "billing", version: int = 3) -> str:
    recorded = Recorded(
        event=PlaceFreed(garage_id="g", place="7"),
        event_id="e-1",
        service=service,
        stream="account-g/7",
        version=version,
        key="g",
        subject="garage/g",
        type="PlaceFreed.v1",
        time="2026-01-01T00:00:00.000000Z",
        recorded_at="2026-01-01T00:00:00.000000Z",
        actor="office",
        correlation_id="c",
    )
    return token_of(service, [Handled((recorded,), "account-g/7", version)]) or ""


def made_up(*streams: list[Any]) -> str:
    """A token of the right form that no write was answered with."""
    document = json.dumps({"service": "billing", "streams": streams})
    return base64.urlsafe_b64encode(document.encode()).decode()


@pytest.fixture(autouse=True)
def listening(store: Store) -> None:
    """The garage listens to billing."""
    with store.database.writing() as connection:
        positions.begin(
            connection, consumer="billing", service="billing", topic="billing.events", topic_id="t"
        )


def take_in(store: Store, version: int) -> None:
    with store.database.writing() as connection:
        connection.execute(
            insert(stream_progress).values(consumer="billing", stream="account-g/7", version=version)
        )
    store.bell.ring()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency, "LONGEST_WAIT", 0.1)


def test_a_read_that_has_not_seen_the_write_says_so(
    client: FlaskClient, office: Headers, short: None
) -> None:
    answer = client.get("/garage/v1/who", headers=office | {"Consistency-Token": written()})

    assert answer.status_code == 202
    assert answer.headers["Consistency"] == "behind"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json == {"actor": "office", "municipality_id": None}


def test_a_read_that_has_seen_the_write_answers_at_once(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    take_in(store, 3)
    answer = client.get("/garage/v1/who", headers=office | {"Consistency-Token": written()})

    assert answer.status_code == 200
    assert "Consistency" not in answer.headers


def test_a_read_waits_until_the_write_is_taken_in(client: FlaskClient, office: Headers, store: Store) -> None:
    timer = threading.Timer(0.3, take_in, (store, 4))
    timer.start()
    began = time.perf_counter()
    answer = client.get("/garage/v1/who", headers=office | {"Consistency-Token": written()})
    timer.join()

    assert answer.status_code == 200
    assert 0.25 < time.perf_counter() - began < 1.5


def test_a_read_of_the_writers_own_service_never_waits(client: FlaskClient, office: Headers) -> None:
    answer = client.get("/garage/v1/who", headers=office | {"Consistency-Token": written("garage")})

    assert answer.status_code == 200


def test_a_service_that_does_not_listen_to_the_writer_never_waits(
    client: FlaskClient, office: Headers
) -> None:
    answer = client.get("/garage/v1/who", headers=office | {"Consistency-Token": written("weather")})

    assert answer.status_code == 200


def test_nobody_waits_before_being_let_in(client: FlaskClient) -> None:
    began = time.perf_counter()
    answer = client.get("/garage/v1/who", headers={"Consistency-Token": written()})

    assert answer.status_code == 401
    assert time.perf_counter() - began < 1


def test_a_page_says_that_the_last_change_comes_soon(browser: FlaskClient, short: None) -> None:
    browser.set_cookie("samvirke_seen", written())
    answer = browser.get(f"/garage/garages/{OURS}")

    assert answer.status_code == 200
    assert "Siste endring vises om litt" in answer.text


def test_a_broken_cookie_breaks_no_page(browser: FlaskClient) -> None:
    browser.set_cookie("samvirke_seen", "broken")

    assert browser.get(f"/garage/garages/{OURS}").status_code == 200


@pytest.mark.parametrize("token", ["x", "e30", "bnVsbA", "W10", "a" * 4000, "ø"])
def test_a_token_that_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(ConsistencyTokenMalformed):
        read_token(token)


@pytest.mark.parametrize(
    ("stream", "version"),
    [
        ("account-g/7", 2**31),
        ("account-g/7", 2**63),
        ("account-g/7", 0),
        ("account-g/7", -1),
        ("account-\0/7", 3),
    ],
)
def test_a_token_that_no_database_could_look_up_is_refused(
    client: FlaskClient, office: Headers, stream: str, version: int
) -> None:
    token = made_up(["account-g/7", 3, "e-1"], [stream, version, "e-1"])
    answer = client.get("/garage/v1/who", headers=office | {"Consistency-Token": token})

    assert (answer.status_code, answer.json["code"]) == (400, "consistency-token-malformed")


def test_the_highest_version_there_can_be_is_looked_up() -> None:
    assert read_token(made_up(["account-g/7", 2**31 - 1, "e-1"])) == ("billing", [("account-g/7", 2**31 - 1)])


def test_a_cookie_that_no_database_could_look_up_breaks_no_page(browser: FlaskClient) -> None:
    browser.set_cookie("samvirke_seen", made_up(["account-g/7", 2**63, "e-1"]))

    assert browser.get(f"/garage/garages/{OURS}").status_code == 200


def test_nothing_written_is_nothing_to_wait_for() -> None:
    assert token_of("garage", [Handled((), "account-g/7", 3)]) is None
