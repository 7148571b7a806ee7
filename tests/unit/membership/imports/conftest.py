"""A membership store on a fresh SQLite file, and imports into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.membership import contract
from services.membership.imports.handlers import Asked, run
from services.membership.imports.plans import Plan
from services.membership.municipalities.projection import municipality_register
from services.membership.population.projection import population_register
from shared import builds
from shared.database import Database
from shared.eventstore import Store
from shared.messages import Context
from shared.migrating import migrate

Load = Callable[[Asked], Plan]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    database = Database(f"sqlite:///{tmp_path / 'membership.db'}")
    migrate(database)
    store = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=(municipality_register, population_register),
        database=database,
        source="https://example.org/membership",
    )
    with database.writing() as connection:
        build = builds.create_build(connection, store.service, store.projections)
        builds.promote(connection, store.service, build)
    return store


@pytest.fixture
def load(store: Store) -> Load:
    def load_it(asked: Asked) -> Plan:
        with store.transaction(Context(actor="office", correlation_id="test")) as transaction:
            return run(transaction.connection, transaction.handle, asked)

    return load_it
