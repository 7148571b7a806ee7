"""A worker that cannot go on ends, with a line and a code: only then does anybody start it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.installation import UNCLOSED, Installation
from tests.support.nursery import Forked, fork
from tests.support.running import until

pytestmark = UNCLOSED

_PATIENCE = 30


@contextmanager
def started(folder: Path, *services: str, **environment: str) -> Iterator[Forked]:
    """`samvirke worker …` as a process of its own; gone in the end, whatever it does."""
    with (folder / "said").open("wb") as said:
        process = fork(["worker", *services], {**os.environ, **environment}, said, said)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, 9)


def told(folder: Path) -> list[str]:
    """Its lines on standard error, the log's aside."""
    return [line for line in (folder / "said").read_text().splitlines() if line.startswith("samvirke: ")]


def test_one_that_cannot_start_takes_the_others_with_it(installation: Installation, tmp_path: Path) -> None:
    installation.break_database("groups", "DROP TABLE heartbeats")

    with started(tmp_path, "fees", "groups") as process:
        assert process.wait(_PATIENCE) == 1

    (said,) = told(tmp_path)
    assert said.endswith("`samvirke migrate` brings it: no such table: heartbeats")
    assert "Traceback" not in (tmp_path / "said").read_text()


def test_one_that_cannot_say_that_it_lives_ends(installation: Installation, tmp_path: Path) -> None:
    with started(tmp_path, "fees", SAMVIRKE_ALIVE="/nope/alive") as process:
        assert process.wait(_PATIENCE) == 1

    assert told(tmp_path) == ["samvirke: /nope/alive: No such file or directory"]


def test_one_that_is_asked_to_end_ends_well(installation: Installation, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    with started(tmp_path, "fees", SAMVIRKE_ALIVE=str(alive)) as process:
        until(alive.exists, "it does not start")
        process.terminate()

        assert process.wait(_PATIENCE) == 0
