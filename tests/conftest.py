"""Servers and a browser for the tests that need them; what is missing is said at the end of a run."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from deploy.servers import kafka, postgres
from tests.support.servers import Broker, ServerMissingError, Servers, find_chromium

# How fast examples are made says something of the machine, which others may use as well.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
IN_MEMORY, ROOM = Path("/dev/shm"), 3 << 30  # noqa: S108  # a folder of the system, and what a whole run needs

WHEN_ASKED = ("compose", "long")
"""Markers of what a run leaves out unless its `-m` names them."""

_CHOOSES_STRATEGY = 150_000

SHARED = "SAMVIRKE_TEST_SERVERS"
"""The variable through which the processes of one run find each other: folder and owner."""


def _servers() -> Servers:
    folder, owner = os.environ[SHARED].rsplit(":", 1)
    return Servers(Path(folder), int(owner))


def _is_first(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process makes the folder in which all meet."""
    if _is_first(config):
        _work_in_memory()
        os.environ[SHARED] = f"{tempfile.mkdtemp(prefix='samvirke-tests-')}:{os.getpid()}"


def _work_in_memory() -> None:
    """Keep what tests write off the disk, whose syncs they would wait for: they kill processes, no machine.

    `TMPDIR` names another place.
    """
    if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(IN_MEMORY)
        tempfile.tempdir = None  # asked for anew


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's first process ends every server."""
    if _is_first(config):
        _servers().remove()
        del os.environ[SHARED]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes runs when it is asked for: long forms, and the journey through the compose file."""
    asked = str(config.getoption("markexpr"))
    unasked = [marker for marker in WHEN_ASKED if marker not in asked]
    left_out = [item for item in items if any(map(item.get_closest_marker, unasked))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Let the collector leave alone what lives to the end: every module, and thousands of tests."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers took part, and what could not be run, with what to install."""
    servers = _servers()
    for line in servers.used():
        terminalreporter.write_line(f"used: {line}")
    for line in servers.missing():
        terminalreporter.write_line(f"not run: {line}", red=True)


def _give_up(what: str, error: ServerMissingError) -> NoReturn:
    """Skip where a developer's machine lacks something; where everything must run, fail."""
    _servers().note_missing(what, str(error))
    if os.environ.get("CI") == "true":
        pytest.fail(str(error), pytrace=False)
    pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a PostgreSQL, without a database: `postgresql+psycopg://…@host:port`."""
    try:
        return _servers().postgres().rstrip("/")
    except ServerMissingError as error:
        _give_up("postgres", error)


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection to the server, by which databases are made and dropped."""
    address = postgres_url.replace("+psycopg", "")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        yield connection


@pytest.fixture
def postgres_database(postgres_url: str, postgres_server: psycopg.Connection) -> Iterator[Callable[..., str]]:
    """A function that makes a database and gives its address; all are dropped afterwards.

    It is empty, or a copy of the one whose name is given.
    """
    with _empty_databases(postgres_url, postgres_server) as make:
        yield make


@pytest.fixture(scope="session")
def lasting_postgres_database(
    postgres_url: str, postgres_server: psycopg.Connection
) -> Iterator[Callable[[], str]]:
    """The same for what many tests share."""
    with _empty_databases(postgres_url, postgres_server) as make:
        yield make


@contextmanager
def _empty_databases(postgres_url: str, server: psycopg.Connection) -> Iterator[Callable[..., str]]:
    made: list[str] = []
    # Copied file by file it takes half as long as page by page; a server before 15 knows no other way.
    how = sql.SQL("STRATEGY file_copy" if server.info.server_version >= _CHOOSES_STRATEGY else "")

    def make(template: str = "template0") -> str:
        made.append(f"test_{uuid.uuid1().hex}")
        names = sql.Identifier(made[-1]), sql.Identifier(template)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(*names, how))
        return f"{postgres_url}/{made[-1]}"

    yield make
    for name in made:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def kafka_bootstrap() -> str:
    """Where clients of a real broker begin; all tests share it, so topics carry a prefix of their own."""
    try:
        return _servers().kafka()
    except ServerMissingError as error:
        _give_up("kafka", error)


@pytest.fixture
def own_programs() -> None:
    """Nothing, where PostgreSQL and Kafka can be started as programs of this machine."""
    try:
        postgres.binaries()
        kafka.java()
        kafka.jars()
    except ServerMissingError as error:
        _give_up("own-programs", error)


@pytest.fixture
def kafka_of_own() -> Iterator[Broker]:
    """A running broker for one test alone, which may stop and start it."""
    try:
        broker = _servers().kafka_of_own()
    except ServerMissingError as error:
        _give_up("kafka", error)
    try:
        broker.start()
        yield broker
    finally:
        broker.remove()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium that playwright may drive."""
    try:
        return find_chromium()
    except ServerMissingError as error:
        _give_up("chromium", error)
