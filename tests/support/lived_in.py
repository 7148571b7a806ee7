"""All four services in one process, where something of everything has happened already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from deploy.samvirke.suite import SERVICES, prepare
from services.membership.imports.handlers import Asked, run
from shared import clock, progress
from shared.eventstore import Store
from shared.messages import Context
from shared.opening import open_log
from shared.settings import Settings
from shared.worker import Worker
from tests.support.membership_way import Way, publish
from tests.support.visitors import Visitor, issue

SCOPES = [*(f"{service}:{right}" for service in SERVICES for right in ("read", "write")), "office"]
OFFICE = Context(actor="office", correlation_id="test")
FILES = Path("deploy/networks/digitrofi")


@dataclass
class Installation:
    """All four services in this process, and real values by the names that parameters have."""

    apps: dict[str, Flask]
    office: dict[str, Visitor]
    stores: dict[str, Store]
    known: dict[str, Any]


class Membership:
    """Somebody at membership's interface, as the way to membership wants one."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def get(self, path: str) -> Any:
        return self._visitor.get(f"/membership/v1{path}")

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self._visitor.post(f"/membership/v1{path}", body, **headers)


@contextmanager
def lived_in(settings: Settings) -> Iterator[Installation]:
    """The first network's register, one member with a contact, fees, a group and its seats."""
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
        settled(settings, stores)
        yield Installation(apps, office, stores, known)


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


def settled(settings: Settings, stores: Any) -> None:
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
