"""A membership service on a fresh SQLite file, and the first network's files loaded into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from services.membership import contract
from services.membership.app import create_app
from services.membership.imports.handlers import Asked, ImportKind, run
from services.membership.imports.plans import Plan
from services.membership.store import OWN
from shared import builds
from shared.database import Database
from shared.eventstore import Store
from shared.messages import Context
from shared.settings import Settings
from tests.support.lent_apps import lent_app
from tests.support.membership_client import Visitor
from tests.support.migrated import migrated

Load = Callable[[Asked], Plan]
FILES = Path("deploy/networks/digitrofi")
MIGRATIONS = Path("services/membership/migrations")


def asked(kind: ImportKind) -> Asked:
    """The first network's file of that kind."""
    return Asked(kind=kind, content=(FILES / f"{kind}.csv").read_bytes())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    database = Database(f"sqlite:///{tmp_path / 'membership.db'}")
    migrated(database, MIGRATIONS)
    store = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=database,
        source="https://example.org/membership",
    )
    with database.writing() as connection:
        build = builds.create_build(connection, store.service, store.projections)
        builds.promote(connection, store.service, build)
    return store


@pytest.fixture
def load(store: Store) -> Load:
    def load_it(file: Asked) -> Plan:
        with store.transaction(Context(actor="office", correlation_id="test")) as transaction:
            return run(transaction.connection, transaction.handle, file)

    return load_it


@pytest.fixture
def first_network(load: Load) -> None:
    for kind in ("municipalities", "renumbering", "population"):
        load(asked(kind))


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
