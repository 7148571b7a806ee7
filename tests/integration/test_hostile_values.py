"""Whatever stands in a query, an address or a body: an answer with a code, never a crash."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from deploy.samvirke.suite import SERVICES, prepare
from services.membership.imports.handlers import Asked, run
from shared import clock, progress
from shared.messages import Context
from shared.opening import open_log
from shared.settings import Settings
from shared.worker import Worker
from tests.support.hostile import IN_ADDRESSES, THINNING, Asking, operations, requests
from tests.support.membership_way import Way, publish
from tests.support.visitors import Visitor, issue

SCOPES = [*(f"{service}:{right}" for service in SERVICES for right in ("read", "write")), "office"]
OFFICE = Context(actor="office", correlation_id="test")
FILES = Path("deploy/networks/digitrofi")
ON_PAGES = (
    "as_of",
    "known_at",
    "sok",
    "side",
    "fra",
    "til",
    "type",
    "kommune",
    "vis",
    "kind",
    "new",
    "format",
)

NO_PAGES = ("/v1", "static", "/health/")
"""Ready is no page: it says 503 here, since no worker goes on."""


@dataclass
class Installation:
    """All four services in this process, and real values by the names that parameters have."""

    apps: dict[str, Flask]
    office: dict[str, Visitor]
    known: dict[str, Any]


class Membership:
    """Somebody at membership's interface, as the way to membership wants one."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def get(self, path: str) -> Any:
        return self._visitor.get(f"/membership/v1{path}")

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self._visitor.post(f"/membership/v1{path}", body, **headers)


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """The first network's register, one member with a contact, fees, a group and its seats."""
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    monkeypatch.setenv("SAMVIRKE_INTERNAL_URL", "http://127.0.0.1:9")
    if request.param == "postgresql":
        make_database: Callable[[], str] = request.getfixturevalue("postgres_database")
        for name in SERVICES:
            monkeypatch.setenv(f"SAMVIRKE_DATABASE_{name.upper()}", make_database())
    settings = Settings.from_environment()
    prepare(settings)
    with ExitStack() as stack:
        stores = {name: service.open_store(settings) for name, service in SERVICES.items()}
        for store in stores.values():
            stack.callback(store.database.close)
        apps = {name: service.create_app(stores[name]) for name, service in SERVICES.items()}
        office = {name: Visitor(app, issue(settings, SCOPES)) for name, app in apps.items()}
        with stores["membership"].transaction(OFFICE) as transaction:
            for kind in ("municipalities", "renumbering", "population"):
                content = (FILES / f"{kind}.csv").read_bytes()
                run(transaction.connection, transaction.handle, Asked(kind=kind, content=content))
        known = _lived(office)
        _settled(settings, stores)
        yield Installation(apps, office, known)


def _lived(office: dict[str, Visitor]) -> dict[str, Any]:
    """One municipality joins, gets a contact, and there are rates and a group."""
    membership = Membership(office["membership"])

    def found(number: str) -> str:
        return str(membership.get(f"/municipalities?number={number}").json["items"][0]["municipality_id"])

    harstad, loppa = found("5503"), found("5614")
    publish(membership, harstad)
    assert Way(membership, loppa).go().status_code == 201
    person = {
        "role": "director",
        "name": "Postmottak",
        "email": "post@example.org",
        "valid_from": "2026-01-01",
    }
    contact = membership.post(f"/municipalities/{loppa}/contacts", person).json["contact_id"]
    rates = {
        "first_year": 2023,
        "last_year": None,
        "proration": "none",
        "host_pays": True,
        "components": [{"name": "fixed", "label": "Fast del", "kind": "fixed", "amount_ore": 15_000_000}],
    }
    assert office["fees"].post("/fees/v1/schedules", rates).status_code == 201
    group = {
        "kind": "professional_group",
        "name": "Velferd",
        "decision_rule": "advisory",
        "seat_kind": "appointed",
        "seats_per_municipality": 1,
        "established_on": "2023-01-01",
    }
    established = office["groups"].post("/groups/v1/groups", group)
    assert established.status_code == 201, established.text
    return {
        "municipality_id": loppa,
        "municipality": loppa,
        "predecessor": loppa,
        "successor": harstad,
        "giver": loppa,
        "contact_id": contact,
        "group_id": established.json["group_id"],
        "version": "1",
        "year": str(clock.today().year),
        "seat": "1",
        "term": "1",
        "kind": "municipalities",
        "refusal_id": loppa,
        "notice_id": loppa,
        "grant_id": loppa,
    }


def _settled(settings: Settings, stores: Any) -> None:
    workers = [
        Worker(
            stores[name],  # not a store of its own: whoever opens one must close it
            lambda: open_log(settings),
            service.make_publisher,
            service.consumers,
            service.rules,
        )
        for name, service in SERVICES.items()
    ]
    log = open_log(settings)
    try:
        for worker in workers:
            worker.start()
        consumed = [(stores[name], service.consumers) for name, service in SERVICES.items()]
        assert progress.wait_until_settled(consumed, log, 60)
    finally:
        for worker in workers:
            assert worker.stop()
        log.close()


def document(installation: Installation, service: str) -> Any:
    return installation.apps[service].test_client().get(f"/{service}/v1/openapi.json").json


@pytest.mark.parametrize("service", SERVICES)
def test_no_value_that_an_interface_is_given_makes_it_crash(installation: Installation, service: str) -> None:
    described, office = document(installation, service), installation.office[service]
    wrong: list[str] = []
    seen: Counter[tuple[str, int]] = Counter()
    asked = sorted(requests(described, installation.known), key=lambda one: one.method)  # reads first
    for one in asked:
        answer = _send(office, one)
        seen[one.method, answer.status_code // 100] += 1
        if not _is_an_answer(answer):
            wrong.append(f"{one.method} {one.path[:150]} {_shown(one.body)}: {answer.status_code}")

    assert wrong == []
    assert len(asked) > 5 * len(list(operations(described)))
    assert seen["GET", 2], "No request of the walk was answered well: it tries nothing."


def _send(office: Visitor, one: Asking) -> Any:
    return office.open(one.method, one.path, None if one.body is None else _json(one.body))


def _json(body: Any) -> bytes:
    """As a program would send it that asks nobody: lone surrogates and huge numbers as they are."""
    return json.dumps(body).encode()


def _shown(body: Any) -> str:
    return json.dumps(body)[:300]


def _is_an_answer(answer: Any) -> bool:
    if answer.status_code < 400:
        return True
    if answer.status_code >= 500:
        return False
    return answer.mimetype == "application/problem+json" and bool(answer.json["code"])


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
@pytest.mark.parametrize("service", SERVICES)
def test_no_value_in_the_address_of_a_page_makes_it_crash(installation: Installation, service: str) -> None:
    app, office = installation.apps[service], installation.office[service]
    wrong: list[str] = []
    good = 0
    with app.test_request_context():
        pages = [
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not any(part in rule.rule for part in NO_PAGES)
        ]
    for turn, rule in enumerate(pages):
        places = {name: installation.known.get(name, "1") for name in rule.arguments}
        plain = _address(app, rule, places)
        tried = [plain] if plain else []
        tried += [
            f"{plain}?{urlencode({name: value})}"
            for place, name in enumerate(ON_PAGES)
            for value in IN_ADDRESSES[(place + turn) % THINNING :: THINNING]
            if plain
        ]
        for path in tried:
            status = office.browser.get(path).status_code
            good += status == 200
            if status >= 500:
                wrong.append(f"{path[:150]}: {status}")

    assert wrong == []
    assert good


def _address(app: Flask, rule: Any, places: dict[str, Any]) -> str | None:
    values = {
        name: int(value) if type(rule._converters[name]).__name__ == "IntegerConverter" else value
        for name, value in places.items()
    }
    with app.test_request_context():
        built = rule.build(values)
    return str(built[1]) if built else None


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_a_date_that_no_calendar_has_is_named_with_its_parameter(installation: Installation) -> None:
    for value in ("0000-01-01", "10000-01-01", "2026-02-30"):
        answer = installation.office["membership"].get(f"/membership/v1/members?as_of={value}")
        assert (answer.status_code, answer.json["code"]) == (422, "malformed")
        assert list(answer.json["errors"]) == ["as_of"]
    for year in ("0", "10000"):
        answer = installation.office["fees"].get(f"/fees/v1/years/{year}/preview")
        assert (answer.status_code, answer.json["code"]) == (404, "path-unknown")
