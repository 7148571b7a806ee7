"""The whole of docker-compose.yml for the tests marked `compose`, by pytest-docker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_docker.plugin import DockerComposeExecutor

from tests.support.containers import ComposeSuite, engine_answers
from tests.support.programs import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """The one file that developers and production use, as it is."""
    return str(ROOT / "docker-compose.yml")


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    """A name of its own, so that a suite that somebody runs from here is left alone."""
    return "samvirke-journey"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    """Nothing of an earlier run that was killed may be left."""
    return ["down -v --remove-orphans", "up -d --build --wait --wait-timeout 300"]


@pytest.fixture(scope="session")
def compose_address() -> Iterator[str]:
    """Where this run's suite will answer; the variables that Compose reads are set accordingly."""
    port = str(free_port())
    chosen = {"PORT": port, "SAMVIRKE_URL": f"http://127.0.0.1:{port}", "SAMVIRKE_EXAMPLE": "on"}
    kept = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    yield chosen["SAMVIRKE_URL"]
    for name, value in kept.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def compose_suite(
    compose_address: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    request: pytest.FixtureRequest,
) -> ComposeSuite:
    """The suite in containers, healthy from nothing."""
    if not engine_answers():
        message = (
            "Docker is missing: install it with Compose v2 (Debian 13: apt install docker.io docker-compose)"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    try:
        return ComposeSuite(compose_address, request.getfixturevalue("docker_services"))
    except Exception as error:
        # pytest-docker says only which container failed, and leaves all of them behind.
        compose = DockerComposeExecutor("docker compose", docker_compose_file, docker_compose_project_name)
        said = bytes(compose.execute("logs --no-color --tail 20")).decode()
        compose.execute("down -v")
        message = f"The suite did not come up: {error}\n{said}"
        raise RuntimeError(message) from error
