"""Contacts behind their own doors: the web application on a small migrated database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import Database
from tests.support.contacts_stage import ContactsStage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ContactsStage]:
    database = Database(f"sqlite:///{tmp_path}/membership.db")
    yield ContactsStage(database, tmp_path)
    database.close()
