"""A bell between processes rings for who listens, and for nobody who is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.bells import LoopbackBell, LoopbackListener

LISTEN_AND_DIE = """
import os, sys
from pathlib import Path
from shared.bells import LoopbackBell
LoopbackBell(Path(sys.argv[1]), "garage").listen()
os._exit(137)
"""


@pytest.fixture
def bell(tmp_path: Path) -> LoopbackBell:
    return LoopbackBell(tmp_path, "garage")


@pytest.fixture
def listener(bell: LoopbackBell) -> Iterator[LoopbackListener]:
    listener = bell.listen()
    yield listener
    listener.close()


def test_a_ring_is_heard_by_every_listener_once(bell: LoopbackBell, listener: LoopbackListener) -> None:
    other = bell.listen()
    bell.ring()
    bell.ring()

    assert [one.wait(5) for one in (listener, other)] == [True, True]
    assert [one.wait(0) for one in (listener, other)] == [False, False]
    other.close()


def test_a_bell_of_another_name_is_not_heard(tmp_path: Path, listener: LoopbackListener) -> None:
    LoopbackBell(tmp_path, "garage.old").ring()

    assert not listener.wait(0.05)


def test_who_closed_is_announced_no_more(tmp_path: Path, bell: LoopbackBell) -> None:
    bell.listen().close()

    assert list(tmp_path.iterdir()) == []


def test_the_announcement_of_a_killed_process_is_taken_away(tmp_path: Path, bell: LoopbackBell) -> None:
    subprocess.run([sys.executable, "-c", LISTEN_AND_DIE, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 1

    listener = bell.listen()

    assert [path.name for path in tmp_path.iterdir()] == [listener._file.name]
    listener.close()


def test_an_announcement_is_whole_as_soon_as_it_is_there(tmp_path: Path, listener: LoopbackListener) -> None:
    """Where the disk is full a file can be made, but nothing written: half of one would pass for alive for ever."""
    (path,) = tmp_path.iterdir()

    assert path.stat().st_size == 0


def test_another_file_beside_them_is_no_trouble(
    tmp_path: Path, bell: LoopbackBell, listener: LoopbackListener
) -> None:
    (tmp_path / "garage.note").touch()
    bell.ring()

    assert listener.wait(5)
