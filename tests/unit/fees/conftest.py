"""Fees on a small database of its own, with membership's word fed in by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.fees import contract
from services.fees.store import OWN
from shared.database import Database
from shared.eventstore import Store
from tests.support.fees_stage import MEMBERSHIP, Stage
from tests.support.migrated import migrated


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    database = Database(f"sqlite:///{tmp_path}/fees.db")
    migrated(database, models={contract.SERVICE: OWN, MEMBERSHIP.name: MEMBERSHIP.projections})
    store = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=database,
        source="https://example.org/fees",
    )
    yield Stage(store)
    database.close()
