"""An installation without processes: commands run here, workers are threads for a while."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.samvirke import suite
from deploy.samvirke.cli import main
from shared import clock, progress
from shared.database import Database
from shared.opening import open_log
from shared.scheduling import Schedule
from shared.settings import Settings
from shared.tables import events

SERVICES = tuple(suite.SERVICES)
UNCLOSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Commands leave it to the end of their process to close what they opened; here no process ends."""

_prepared: dict[Path, bytes] = {}
"""The files of an installation on SQLite that was prepared once: it takes longer than most tests."""


class Installation:
    """Both ways of running: `make_database` and `kafka` are given for the one with servers."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        make_database: Callable[[], str] | None = None,
        kafka: str | None = None,
    ) -> None:
        self.folder = folder / "data"
        self._set = monkeypatch.setenv
        self._make_database = make_database
        self._lost = 0
        self._set("SAMVIRKE_DATA", str(self.folder))
        self._set("SAMVIRKE_CLOCK", str(self.folder / "clock"))
        if kafka is not None:
            self._set("SAMVIRKE_KAFKA", kafka)
        for service in SERVICES:
            self.lose_database(service)

    def settings(self) -> Settings:
        return Settings.from_environment()

    def lose_database(self, service: str) -> None:
        """From now on the service stands before an empty database."""
        self._lost += 1
        address = (
            f"sqlite:///{self.folder}/{service}-{self._lost}.db"
            if self._make_database is None
            else self._make_database()
        )
        self.use_database(service, address)

    def use_database(self, service: str, address: str) -> None:
        self._set(f"SAMVIRKE_DATABASE_{service.upper()}", address)

    def break_database(self, service: str, sql: str) -> None:
        """Do to its database what nobody should."""
        with Database(self.settings().database(service)).writing() as connection:
            connection.exec_driver_sql(sql)

    def run(self, *arguments: str, code: int = 0) -> Result:
        """`samvirke …`; anything but the exit code `code` is a failure."""
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == code, (arguments, done.exit_code, done.output, done.exception)
        return done

    def prepare(self) -> None:
        """What `samvirke migrate` leaves: the network's register is there; no worker runs."""
        if self._make_database is not None:
            self.run("migrate")
        elif _prepared:
            for path, content in _prepared.items():
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_bytes(content)
        else:
            self.run("migrate")
            gc.collect()  # closes what the command left open, so that all of a database is in its file
            found = (path for path in self.folder.rglob("*") if path.is_file())
            _prepared.update({path.relative_to(self.folder): path.read_bytes() for path in found})

    @contextmanager
    def working(self) -> Iterator[None]:
        """Every worker at work, as threads; in the end everything has arrived everywhere."""
        workers = [suite.make_worker(self.settings(), service) for service in suite.SERVICES.values()]
        for worker in workers:
            worker.start()
        try:
            yield
            self.settle()
        finally:
            for worker in workers:
                assert worker.stop()

    def settle(self) -> None:
        """Wait until everything has arrived; a worker must be at work."""
        settings = self.settings()
        log = open_log(settings)
        stores = [(service.open_store(settings), service.consumers) for service in suite.SERVICES.values()]
        try:
            assert progress.wait_until_settled(stores, log, 120)
        finally:
            log.close()
            for store, _ in stores:
                store.database.close()

    def do_what_is_due(self) -> None:
        """What the schedules write today, and all that follows; workers must be at work, and may write it too."""
        stores = [(service.open_store(self.settings()), service.rules) for service in suite.SERVICES.values()]
        try:
            while sum(Schedule(store, rules).write_due(clock.today()) for store, rules in stores):
                self.settle()
        finally:
            for store, _ in stores:
                store.database.close()

    def counts(self) -> dict[str, int]:
        """How many events each service has recorded."""
        return {service: len(self.rows(service, events)) for service in SERVICES}

    def rows(self, service: str, table: Any) -> list[dict[str, Any]]:
        store = suite.SERVICES[service].open_store(self.settings())
        try:
            with store.reading() as connection:
                return [dict(row) for row in connection.execute(table.select()).mappings()]
        finally:
            store.database.close()
