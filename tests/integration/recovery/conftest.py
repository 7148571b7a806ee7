"""An installation on SQLite and the embedded log, and one on PostgreSQL and Kafka."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.installation import Installation
from tests.support.running import forget_topics

BOTH_WAYS = [
    pytest.param("embedded"),
    # Topics have fixed names, so suites on the shared broker take turns.
    pytest.param("production", marks=[pytest.mark.xdist_group("suite-on-kafka"), pytest.mark.long]),
]


@pytest.fixture(params=BOTH_WAYS)
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """Prepared, with the network's register; no worker runs."""
    if request.param == "embedded":
        made = Installation(tmp_path, monkeypatch)
    else:
        kafka = request.getfixturevalue("kafka_bootstrap")
        forget_topics(kafka)
        made = Installation(tmp_path, monkeypatch, request.getfixturevalue("postgres_database"), kafka)
    made.prepare()
    yield made
    gc.collect()  # what commands left open is closed here, and not in the middle of another test
