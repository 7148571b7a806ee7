"""What operators and integrators meet: health, the contract document, logs and request ids."""

from __future__ import annotations

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.eventstore import Store
from shared.settings import Settings
from shared.web.interface import Blueprint
from shared.web.longpoll import wait_for
from tests.support.parking_office import OURS, open_office

Headers = dict[str, str]


@pytest.mark.parametrize("path", ["/health/live", "/garage/health/live"])
def test_a_process_that_answers_lives(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.json == {"status": "ok", "service": "garage"}


@pytest.mark.parametrize("path", ["/health/ready", "/garage/health/ready"])
def test_readiness_says_which_part_is_down(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(type(store), "parts", lambda _: {"database": None, "log": "no answer"})
    answer = client.get(path)

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["parts"] == {
        "database": {"status": "ok"},
        "log": {"status": "down", "reason": "no answer"},
    }


def test_a_service_whose_parts_are_well_is_ready(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(store), "parts", lambda _: {"database": None})

    assert client.get("/health/ready").status_code == 200


def test_the_contract_document_is_openapi_3_1_and_open(client: FlaskClient) -> None:
    document = client.get("/garage/v1/openapi.json").json
    assert document is not None
    operation = document["paths"]["/garage/v1/garages/{garage_id}/rentals"]["post"]

    assert document["openapi"] == "3.1.0"
    assert operation["security"] == [{"bearer": ["garage:write"]}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert "security" not in document["paths"]["/garage/v1/open"]["get"]


def test_the_document_says_how_to_read_ones_own_writes(client: FlaskClient) -> None:
    paths = client.get("/garage/v1/openapi.json").json["paths"]  # type: ignore[index]  # it is JSON
    rented = paths["/garage/v1/garages/{garage_id}/rentals"]["post"]["responses"]["201"]
    rental = paths["/garage/v1/garages/{garage_id}/rentals/{place}"]["get"]

    assert set(rented["headers"]) == {"ETag", "Consistency-Token"}
    assert "Consistency-Token" in [one["name"] for one in rental["parameters"]]
    assert rental["responses"]["202"]["content"] == rental["responses"]["200"]["content"]
    assert "headers" not in rental["responses"]["202"]  # no tag, for it may change at once


def test_the_contract_document_is_put_together_when_it_is_first_asked_for_and_once(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    original = Blueprint.register_views_in_doc

    def noted(self: Blueprint, *args: Any, **options: Any) -> None:
        told.append(self.name)
        original(self, *args, **options)

    monkeypatch.setattr(Blueprint, "register_views_in_doc", noted)
    app = open_office(store, settings)
    assert told == []
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(app.test_client().get, "/garage/v1/openapi.json") for _ in range(4)]
    documents = {one.result().data for one in asked}

    assert len(documents) == 1
    assert sorted(told) == sorted(set(told)) != []


def test_errors_are_described_as_problems(client: FlaskClient) -> None:
    document = client.get("/garage/v1/openapi.json").json
    assert document is not None
    responses = document["components"]["responses"]

    for name in ("DEFAULT_ERROR", "UNPROCESSABLE_CONTENT", "UNPROCESSABLE_ENTITY"):
        if name in responses:
            assert list(responses[name]["content"]) == ["application/problem+json"]
    assert {"code", "errors", "request_id"} <= set(document["components"]["schemas"]["Problem"]["properties"])


@pytest.mark.parametrize("given", ["abc-1", "0190a000-0000-7000-8000-000000000001"])
def test_a_request_id_is_given_back(client: FlaskClient, given: str) -> None:
    assert client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "å"])
def test_a_request_id_of_another_shape_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/health/live", environ_overrides={"HTTP_X_REQUEST_ID": given})

    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 36


def test_the_log_tells_the_route_and_who_but_never_what_was_asked(
    client: FlaskClient, municipality: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "samvirke.web"):
        client.get(f"/garage/v1/garages/{OURS}/rentals/secret-words?as_of=secret-words", headers=municipality)
        client.get("/secret-words")
    first, second = (json.loads(record.message) for record in caplog.records)

    assert first["route"] == "/garage/v1/garages/<uuid:garage_id>/rentals/<place>"
    assert first["actor"] == f"municipality/{OURS}"
    assert (second["route"], second["status"]) == (None, 404)
    assert "secret-words" not in caplog.text


def test_a_long_poll_answers_when_something_comes(store: Store) -> None:
    found: list[int] = []

    def come() -> None:
        found.append(1)
        store.bell.ring()

    timer = threading.Timer(0.2, come)
    timer.start()
    began = time.perf_counter()
    seen = wait_for(store, lambda: found or None, 5.0)
    timer.join()

    assert seen == [1]
    assert time.perf_counter() - began < 2


def test_a_long_poll_gives_up_after_its_time(store: Store) -> None:
    began = time.perf_counter()

    assert wait_for(store, lambda: None, 0.2) is None
    assert 0.15 < time.perf_counter() - began < 2
