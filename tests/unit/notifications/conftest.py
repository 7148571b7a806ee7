"""A notifications database as an installation has it: migrated, and with its read models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import services.notifications
from services.notifications import consumer, contract
from services.notifications.store import OWN
from shared.database import Database
from shared.eventstore import Store
from tests.support.migrated import migrated

MIGRATIONS = Path(services.notifications.__file__).parent / "migrations"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database(f"sqlite:///{tmp_path / 'notifications.db'}")
    migrated(
        database,
        MIGRATIONS,
        {contract.SERVICE: OWN} | {one.name: one.projections for one in consumer.NOTICES},
    )
    yield Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=database,
        source="https://samvirke.example/notifications",
    )
    database.close()
