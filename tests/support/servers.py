"""A real PostgreSQL and a real Kafka for the tests: each started once for a whole run, and shared.

The processes of one run (pytest-xdist) meet in a folder: who comes first starts the server under
a lock, the others read its address, and the run's first process ends everything.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.servers import programs
from deploy.servers.kafka import Kafka
from deploy.servers.postgres import Postgres
from deploy.servers.programs import ServerMissingError
from tests.support.containers import ContainerKafka, Containers, engine_answers, remove_forgotten

__all__ = ["Broker", "ServerMissingError", "Servers", "find_chromium"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class Broker(Protocol):
    """A Kafka broker that a test may stop and start; `bootstrap` is where clients begin."""

    @property
    def bootstrap(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def remove(self) -> None: ...


@dataclass(frozen=True)
class Servers:
    """What the processes of one test run share: `folder`, and the process `owner` that ends it.

    `durable`: the database writes to the disk before it answers (see `Postgres`).
    """

    folder: Path
    owner: int
    durable: bool = False

    def postgres(self) -> str:
        """The address of a PostgreSQL without a database; raises `ServerMissingError`."""
        given = os.environ.get("TEST_POSTGRES_URL")
        return given or self._once("postgres", self._start_postgres)

    def kafka(self) -> str:
        """Where clients of a broker begin; raises `ServerMissingError`."""
        return os.environ.get("TEST_KAFKA") or self._once("kafka", self._start_kafka)

    def kafka_of_own(self) -> Broker:
        """A broker for one test alone, not started; raises `ServerMissingError`.

        The machine's own programs first: they are up in three seconds.
        """
        try:
            return Kafka(self.owner)
        except ServerMissingError:
            if not engine_answers():
                raise
        return ContainerKafka(self.owner)

    def note_missing(self, what: str, reason: str) -> None:
        """Keep `reason` to be told at the end of the run."""
        (self.folder / f"{what}.missing").write_text(reason)

    def missing(self) -> list[str]:
        """One line for each thing that was asked for and could not be had."""
        return [file.read_text() for file in sorted(self.folder.glob("*.missing"))]

    def used(self) -> list[str]:
        """One line for each server that was started, with where it came from."""
        return [file.read_text() for file in sorted(self.folder.glob("*.used"))]

    def remove(self) -> None:
        """End what was started and delete what it stored."""
        for record in self.folder.glob("*.started"):
            folder = record.read_text()
            if folder == "containers":
                Containers(self.owner).remove()
                continue
            programs.stop(Path(folder))
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(self.folder)

    def _once(self, name: str, start: Callable[[], str]) -> str:
        address, missing = self.folder / f"{name}.address", self.folder / f"{name}.missing"
        with self._alone():
            if address.exists():
                return address.read_text()
            if missing.exists():
                raise ServerMissingError(missing.read_text())
            try:
                address.write_text(start())
            except ServerMissingError as error:
                self.note_missing(name, str(error))
                raise
            return address.read_text()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start_postgres(self) -> str:
        if not self.durable and self._in_containers("postgres"):
            return Containers(self.owner).start_postgres()
        server = Postgres(self.owner, durable=self.durable)
        self._record("postgres", str(server.folder), "PostgreSQL: this machine's own programs")
        server.start()
        return server.address

    def _start_kafka(self) -> str:
        if self._in_containers("kafka"):
            return Containers(self.owner).start_kafka()
        broker = Kafka(self.owner)
        self._record("kafka", str(broker.folder), "Kafka: this machine's Java")
        broker.start()
        return broker.bootstrap

    def _in_containers(self, name: str) -> bool:
        if not engine_answers() or not _image_is_there(name):
            return False
        remove_forgotten()
        self._record(name, "containers", f"{name}: a container of docker-compose.yml")
        return True

    def _record(self, name: str, folder: str, used: str) -> None:
        (self.folder / f"{name}.started").write_text(folder)
        (self.folder / f"{name}.used").write_text(used)


def _image_is_there(service: str) -> bool:
    """Whether the engine has the image or can pull it: an engine without a registry has neither."""
    compose = ["docker", "compose", "-f", str(programs.ROOT / "docker-compose.yml")]
    named = subprocess.run(
        [*compose, "config", "--images", service], capture_output=True, check=True, text=True
    )
    image = named.stdout.strip().splitlines()[0]
    inspected = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False)
    if inspected.returncode == 0:
        return True
    return subprocess.run(["docker", "pull", "-q", image], capture_output=True, check=False).returncode == 0


def find_chromium() -> str:
    """The path of Chromium or Chrome (`CHROMIUM` names another); raises `ServerMissingError`."""
    for name in (os.environ.get("CHROMIUM", ""), *BROWSERS, *MAC_BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return found
    message = "Chromium is missing: install it (Debian: apt install chromium) or name it with CHROMIUM=/path"
    raise ServerMissingError(message)
