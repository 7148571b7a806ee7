"""Where a trial takes place: a folder, servers of its own where asked for, and what there is to break."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.proof.breaking import Breaking
from deploy.proof.breaking_files import BreakingFiles
from deploy.proof.outcome import Means, spare_environment
from deploy.proof.processes import SAID, end_whatever_runs
from deploy.proof.servers import Servers
from deploy.proof.small_disk import SmallDisk
from shared.settings import Settings

_DISK = 2_048


class Ground:
    """An empty installation and what it needs, for as long as the context lasts."""

    def __init__(
        self,
        seed: int,
        folder: Path | None,
        *,
        brokers: int,
        heavy: int,
        commands: Mapping[str, Callable[[], None]],
        said: Path | None = None,
    ) -> None:
        """Without `brokers`, the suite runs on what the environment names; `commands` are the operator's own faults.

        What processes say goes to the file `said`, else it is deleted with everything else.
        """
        self._seed, self._folder, self._brokers = seed, folder, brokers
        self._heavy, self._commands, self._said = heavy, commands, said
        self._ending = ExitStack()
        self.environment: dict[str, str] = {}
        self.means = Means()

    def __enter__(self) -> Self:
        """Prepare everything; raises ServerMissingError where a server cannot be had."""
        with ExitStack() as ending:
            data, disk, said = self._data(ending)
            self.environment = spare_environment(data.absolute()) | {
                SAID: str((self._said or said).absolute())
            }
            if self._brokers:
                servers = Servers(self._brokers)
                ending.callback(servers.remove)
                self.environment |= servers.environment()
                faults = Breaking(servers, self._seed).faults()
                self.means = Means(
                    faults={**faults, **self._commands},
                    most=self._heavy,
                    environment_of=servers.environment_of,
                )
            else:
                self.means = Means(faults={**self._files(disk), **self._commands}, most=self._heavy)
            ending.callback(end_whatever_runs)  # first, for it works in what is deleted next
            self._ending = ending.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End and delete everything that was made here."""
        self._ending.close()

    def _data(self, ending: ExitStack) -> tuple[Path, SmallDisk | None, Path]:
        if self._folder is not None:
            return self._folder, None, self._folder.absolute() / "processes.log"
        made = tempfile.TemporaryDirectory(prefix="samvirke-prove-", ignore_cleanup_errors=True)
        data = Path(ending.enter_context(made))
        if not SmallDisk.available():
            return data / "data", None, data / "processes.log"
        disk = SmallDisk(data / "disk", _DISK)
        ending.callback(disk.remove)
        return disk.folder, disk, data / "processes.log"

    def _files(self, disk: SmallDisk | None) -> Mapping[str, Callable[[], None]]:
        settings = Settings.from_environment(self.environment)
        if settings.kafka is not None or any("sqlite" not in one for one in settings.databases.values()):
            return {}
        return BreakingFiles(settings, disk, self._seed).faults()
