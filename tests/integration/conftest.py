"""Both databases and both logs, so that every promise is kept on each of them."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deploy.proof.servers import Servers
from shared import ids
from shared.database import Database
from shared.log import Log
from shared.log.embedded import EmbeddedLog
from shared.log.kafka import KafkaLog
from tests.support.garage import Company
from tests.support.migrated import migrated


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nobody runs one database with the other's log: such pairs wait for the long run."""
    for item in items:
        given = (
            item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        )
        pair = (given.get("make_database"), given.get("log"))
        if pair in (("sqlite", "kafka"), ("postgresql", "embedded")):
            item.add_marker("long")


@pytest.fixture(scope="session")
def company_templates(lasting_postgres_database: Callable[[], str]) -> dict[str, str]:
    """Databases of the parking company on PostgreSQL, ready and empty, to be copied: their names."""
    names = {}
    for service, models in Company.DATABASES.items():
        database = Database(lasting_postgres_database())
        migrated(database, models=models)
        database.close()
        names[service] = database.engine.url.database or ""
    return names


@pytest.fixture(params=["sqlite", "postgresql"])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    made: list[Database] = []

    def make(name: str) -> Database:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/{name}.db"
        else:
            make_one = request.getfixturevalue("postgres_database")
            template = request.getfixturevalue("company_templates").get(name)
            url = make_one(*([template] if template else []))
        made.append(Database(url))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture(params=["embedded", "kafka"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    made: Any = (
        EmbeddedLog(tmp_path / "log.db")
        if request.param == "embedded"
        else KafkaLog(request.getfixturevalue("kafka_bootstrap"))
    )
    yield made
    made.close()


@pytest.fixture
def prefix() -> str:
    """Keeps the topics of one test apart from those of every other."""
    return f"t{ids.new_id()[-12:]}."


@pytest.fixture
def company(make_database: Callable[[str], Database], log: Log, prefix: str) -> Iterator[Company]:
    with closing(Company(make_database, log, prefix)) as company:
        yield company


@pytest.fixture
def small_company(make_database: Callable[[str], Database], tmp_path: Path, prefix: str) -> Iterator[Company]:
    """On both databases, with the embedded log: for what does not touch the log's own ways."""
    with closing(Company(make_database, EmbeddedLog(tmp_path / "log.db"), prefix)) as company:
        yield company


@pytest.fixture
def collected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Of who does not answer, clients leave sockets to the collector, which sees them here and in no other test."""
    caplog.set_level(
        logging.CRITICAL, "kafka"
    )  # a record holds the frames that it tells of, and these the sockets
    yield
    gc.collect()


@pytest.fixture
def cluster(own_programs: None) -> Iterator[Servers]:
    """A PostgreSQL and three brokers of the test's own, to be broken."""
    servers = Servers(3)
    try:
        yield servers
    finally:
        servers.remove()
