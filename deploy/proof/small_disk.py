"""A disk of its own, so small that it can be filled; only root on Linux may have one."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

_PAGE = 4_096


class SmallDisk:
    """A folder on a file system in memory."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Mount it at `folder`, which must be empty."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={megabytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "samvirke-prove", str(folder)], check=True)  # noqa: S603, S607  # root's own

    @staticmethod
    def available() -> bool:
        """Whether this process may mount one."""
        return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None

    def fill(self) -> None:
        """Leave not a byte free."""
        with self._filler.open("wb") as filler:
            size, step = 0, shutil.disk_usage(self.folder).free
            while step >= _PAGE:  # others write meanwhile, so what is free is known by trying only
                try:
                    os.posix_fallocate(filler.fileno(), size, step)
                    size += step
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    step //= 2

    def free(self) -> None:
        """Give the space back."""
        self._filler.unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount it; everything on it is gone."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True)  # noqa: S603, S607  # as above

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"
