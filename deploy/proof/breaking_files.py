"""What may happen to the files of an embedded suite; each fault mends what it has broken before it returns."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from random import Random

from deploy.proof.small_disk import SmallDisk
from deploy.samvirke import suite
from shared.settings import Settings

_HELD = (1.0, 4.0)


class BreakingFiles:
    """Faults of files by name."""

    def __init__(self, settings: Settings, disk: SmallDisk | None, seed: int) -> None:
        """`disk` holds the data folder, None where none could be had; `seed` decides what is struck."""
        self._settings, self._disk = settings, disk
        self._chance = Random(f"{seed} files")  # noqa: S311  # a seed's dice

    def faults(self) -> Mapping[str, Callable[[], None]]:
        """All that can be done here."""
        found: dict[str, Callable[[], None]] = {"transaction held open": self.hold_transaction}
        if self._disk is not None:
            found["disk full"] = self.fill_disk
        return found

    def hold_transaction(self) -> None:
        """A forgotten session keeps every other writer of one file away."""
        files = [self._settings.data / "log.db"]
        files += [self._settings.data / f"{service}.db" for service in suite.SERVICES]
        file = self._chance.choice(files)
        with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as session:
            session.execute("BEGIN IMMEDIATE")
            time.sleep(self._chance.uniform(*_HELD))
            session.execute("ROLLBACK")

    def fill_disk(self) -> None:
        """Nobody can write anything for a while."""
        if self._disk is not None:
            self._disk.fill()
            time.sleep(self._chance.uniform(*_HELD))
            self._disk.free()
