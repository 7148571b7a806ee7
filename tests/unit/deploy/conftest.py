"""An installation on SQLite and the embedded log, whose commands are run here."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.installation import Installation


@pytest.fixture
def unprepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """Settings, and nothing where they lead."""
    yield Installation(tmp_path, monkeypatch)
    gc.collect()  # what commands left open is closed here, and not in the middle of another test


@pytest.fixture
def installation(unprepared: Installation) -> Installation:
    """Prepared, with the network's register; no worker runs."""
    unprepared.prepare()
    return unprepared
