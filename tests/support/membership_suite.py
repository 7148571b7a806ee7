"""A membership service on a fresh SQLite file, and the first network's files loaded into it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from services.membership import contract
from services.membership.app import create_app
from services.membership.imports.handlers import Asked, ImportKind, run
from services.membership.imports.plans import Plan
from services.membership.store import OWN
from shared.database import Database
from shared.eventstore import Store
from shared.messages import Context
from shared.settings import Settings
from tests.support.lent_apps import lent_app
from tests.support.membership_client import Visitor
from tests.support.migrated import copied, migrated

Load = Callable[[Asked], Plan]
FILES = Path("deploy/networks/digitrofi")
MIGRATIONS = Path("services/membership/migrations")


def asked(kind: ImportKind) -> Asked:
    """The first network's file of that kind."""
    return Asked(kind=kind, content=(FILES / f"{kind}.csv").read_bytes())


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    store = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=Database(f"sqlite:///{tmp_path / 'membership.db'}"),
        source="https://example.org/membership",
    )
    if first_network.__name__ in request.fixturenames:
        copied(store.database, first_network, lambda: _load_first_network(store))
    else:
        _make_empty(store)
    return store


def _make_empty(store: Store) -> None:
    migrated(store.database, MIGRATIONS, {store.service: store.projections})


def _load_first_network(store: Store) -> None:
    _make_empty(store)
    for kind in ("municipalities", "renumbering", "population"):
        _load(store, asked(kind))


def _load(store: Store, file: Asked) -> Plan:
    with store.transaction(Context(actor="office", correlation_id="test")) as transaction:
        return run(transaction.connection, transaction.handle, file)


@pytest.fixture
def load(store: Store) -> Load:
    return partial(_load, store)


@pytest.fixture
def first_network(store: Store) -> None:
    """Its three files are loaded: `store` is a copy of where they were."""
    del store


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    return Settings.from_environment()


@pytest.fixture
def app(store: Store, settings: Settings) -> Flask:
    return lent_app(create_app, store)


@pytest.fixture
def office(app: Flask, settings: Settings) -> Visitor:
    return Visitor(app, settings)
