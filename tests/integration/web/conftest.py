"""Groups and notifications as people and programs meet them, on a day in November 2026."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

import services.groups.app
import services.groups.consumer
import services.groups.contract
import services.groups.store
import services.notifications.app
import services.notifications.consumer
import services.notifications.contract
import services.notifications.store
from services.membership import contract as membership
from services.membership.contract import Names
from shared import clock
from shared.consumers import Consumer
from shared.eventstore import Store
from shared.messages import Event
from shared.settings import Settings
from shared.web.tokens import OFFICE
from tests.support.examples import membership as said
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN
from tests.support.groups_office import TWO_GROUPS, established
from tests.support.lent_apps import lent_app
from tests.support.migrated import migrated
from tests.support.visitors import Visitor, issue
from tests.support.wire import Wire

SERVICES = Path(services.groups.app.__file__).parents[1]

SignedIn = Callable[..., Visitor]


@pytest.fixture(scope="package")
def contacts_book() -> Iterator[str]:
    """The address of what answers for membership's contacts: one person of Lyngen."""
    book = Flask("contacts")
    person = {"contact_id": CONTACT, "role": "director", "name": "Kommunedirektøren (eksempel)"}

    @book.get("/membership/v1/contacts")
    def by_id() -> Response:
        assert request.headers["Authorization"].startswith("Bearer ")
        return jsonify({"items": [person] if CONTACT in request.args["ids"].split(",") else []})

    @book.get("/membership/v1/municipalities/<municipality_id>/contacts")
    def of_municipality(municipality_id: str) -> Response:
        return jsonify({"items": [person] if municipality_id == LYNGEN else [], "upcoming": []})

    server = make_server("127.0.0.1", 0, book, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contacts_book: str) -> Settings:
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    monkeypatch.setenv("SAMVIRKE_CLOCK", str(tmp_path / "clock"))
    monkeypatch.setenv("SAMVIRKE_INTERNAL_URL", contacts_book)
    clock.move_to(datetime(2026, 11, 2, 12, 0, tzinfo=clock.OSLO))
    return Settings.from_environment()


def _opened(
    settings: Settings, service: str, open_store: Callable[[Settings], Store], consumers: Sequence[Consumer]
) -> Store:
    store = open_store(settings)
    models = {service: store.projections} | {one.name: one.projections for one in consumers}
    migrated(store.database, SERVICES / service / "migrations", models)
    return store


@pytest.fixture
def groups(settings: Settings) -> Iterator[Wire]:
    """The store of groups, with Lyngen and Harstad as members and Lyngen's director as contact."""
    consumers = services.groups.consumer.CONSUMERS
    store = _opened(settings, services.groups.contract.SERVICE, services.groups.store.open_store, consumers)
    wire = Wire(store, consumers)
    wire.tell(membership.SERVICE, *_two_members(), said.contact_appointed())
    yield wire
    store.database.close()


@pytest.fixture
def notifications(settings: Settings) -> Iterator[Wire]:
    """The store of notifications, before it has heard of anything."""
    consumers = services.notifications.consumer.CONSUMERS
    store = _opened(
        settings, services.notifications.contract.SERVICE, services.notifications.store.open_store, consumers
    )
    yield Wire(store, consumers)
    store.database.close()


@pytest.fixture
def groups_app(groups: Wire) -> Flask:
    return lent_app(services.groups.app.create_app, groups.store)


@pytest.fixture
def notifications_app(notifications: Wire) -> Flask:
    return lent_app(services.notifications.app.create_app, notifications.store)


@pytest.fixture
def signed_in(settings: Settings) -> SignedIn:
    """`signed_in(app, "office")`, `signed_in(app, municipality_id)`; with `scopes`, others than all."""

    def sign_in(app: Flask, who: str, *scopes: str) -> Visitor:
        service = app.extensions["samvirke"].service
        asked = scopes or (f"{service}:read", f"{service}:write")
        if who == "office":
            return Visitor(app, issue(settings, (*asked, OFFICE)))
        return Visitor(app, issue(settings, asked, who))

    return sign_in


@pytest.fixture
def office(groups_app: Flask, groups: Wire, signed_in: SignedIn) -> Visitor:
    """The office, which has established two groups."""
    return established(signed_in(groups_app, "office"), groups, *TWO_GROUPS)


@pytest.fixture
def lyngen(groups_app: Flask, office: Visitor, signed_in: SignedIn) -> Visitor:
    """A municipality before the groups that the office has established."""
    del office
    return signed_in(groups_app, LYNGEN)


def _two_members() -> list[Event]:
    names = Names(nb="Harstad", se="Hárstták")
    return [
        said.municipality_registered(),
        said.municipality_registered(municipality_id=HARSTAD, number="5503", names=names),
        said.municipality_joined(),
        said.municipality_joined(municipality_id=HARSTAD),
    ]
