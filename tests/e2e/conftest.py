"""The suite as processes, both ways of running."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.steps import publish_agreement
from tests.e2e.ways import embedded, production
from tests.support.running import EmbeddedSuite, ProductionSuite, Suite

NETWORK = Path(__file__).parents[2] / "deploy" / "networks" / "digitrofi"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Suites of one test come first: the shared one then holds the broker's topics to the end."""
    items.sort(key=lambda item: "shared" in getattr(item, "fixturenames", ()))


@pytest.fixture(params=[embedded(), production(long=False)])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Suite]:
    """A suite that runs and knows the network's register."""
    with _started(request, tmp_path, "postgres_database") as suite:
        yield suite


@pytest.fixture(params=[embedded(), production()], scope="package")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """A suite for all tests that leave it whole; version 1 of the agreement is published."""
    with _started(request, tmp_path_factory.mktemp("suite"), "lasting_postgres_database") as suite:
        publish_agreement(suite)
        yield suite


@pytest.fixture(scope="package")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSuite]:
    """A suite for those who ask anything of it; who uses it stands in the group `from-outside`."""
    suite = EmbeddedSuite(tmp_path_factory.mktemp("outside"))
    try:
        suite.start()
        yield suite
    finally:
        suite.stop()


@contextmanager
def _started(request: pytest.FixtureRequest, folder: Path, databases: str) -> Iterator[Suite]:
    suite: EmbeddedSuite | ProductionSuite
    if request.param == "embedded":
        suite = EmbeddedSuite(folder)
    else:
        make_database: Callable[[], str] = request.getfixturevalue(databases)
        suite = ProductionSuite(folder, make_database, request.getfixturevalue("kafka_bootstrap"))
    try:
        suite.start()
        yield suite
    finally:
        suite.stop()


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=nb-NO"],
        )
        yield running
        running.close()
