"""The bench's writers: processes that write at the same moment, and say so when one could not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.migrating import migrate
from tests.bench.ground import MIGRATIONS, open_store
from tests.bench.writing import WriterFailedError, Writers, ours


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    with Writers(2) as running:
        yield running


def address(folder: Path) -> str:
    url = f"sqlite:///{folder}/membership.db"
    with open_store(url) as store:
        migrate(store.database, MIGRATIONS)
    return url


def test_every_writer_writes_all_that_it_was_asked_for(writers: Writers, tmp_path: Path) -> None:
    url = address(tmp_path)

    writers.write(ours, url, 7)
    writers.write(ours, url, 3)

    with open_store(url) as store:
        assert len(store.history()) == 2 * (7 + 3)


def test_a_writer_that_fails_is_told_of_and_the_others_write_again(writers: Writers, tmp_path: Path) -> None:
    with pytest.raises(WriterFailedError, match="OperationalError"):
        writers.write(ours, f"sqlite:///{tmp_path}/nothing-here.db", 1)

    writers.write(ours, address(tmp_path), 1)
