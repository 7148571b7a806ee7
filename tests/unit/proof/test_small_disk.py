"""A disk that can be filled to the last byte, and is as before afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.proof.small_disk import SmallDisk

pytestmark = pytest.mark.skipif(not SmallDisk.available(), reason="only root on Linux may mount a disk")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk", 1)
    yield disk
    disk.remove()


def test_nothing_can_be_written_on_a_full_disk(disk: SmallDisk) -> None:
    disk.fill()

    with pytest.raises(OSError, match="No space left"):
        (disk.folder / "more").write_bytes(b"x" * 8_192)


def test_with_space_again_everything_is_as_before(disk: SmallDisk) -> None:
    (disk.folder / "kept").write_text("kept")
    disk.fill()
    disk.free()
    (disk.folder / "more").write_bytes(b"x" * 8_192)

    assert (disk.folder / "kept").read_text() == "kept"
