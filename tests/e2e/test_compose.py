"""The suite in containers: healthy from nothing, one address in front, and nothing lost by a restart."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3

from tests.e2e.journey import take_in_and_out_again
from tests.support.composed import ComposeSuite
from tests.support.containers import PREFIX, ROOT, remove_forgotten
from tests.support.running import SERVICES, free_port

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """For pytest-docker: the file as it is used in production, nothing laid over it."""
    return str(ROOT / "docker-compose.yml")


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    """For pytest-docker: named by this run, whose remains a later one finds and removes."""
    return f"{PREFIX}{os.getpid()}-suite"


@pytest.fixture(scope="session")
def docker_setup() -> Iterator[list[str]]:
    """For pytest-docker: `docker compose up` as the README gives it, on a free port and with a clock to move."""
    remove_forgotten()
    chosen = {"PORT": str(free_port()), "SAMVIRKE_CLOCK": "/var/lib/samvirke/clock"}
    kept = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    yield ["up -d --build --wait"]
    for name, value in kept.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def compose_suite(
    tmp_path_factory: pytest.TempPathFactory, docker_services: Any, docker_compose_project_name: str
) -> ComposeSuite:
    """The suite, healthy."""
    port = docker_services.port_for("nginx", 8080)
    return ComposeSuite(
        tmp_path_factory.mktemp("compose"), f"http://localhost:{port}", docker_compose_project_name
    )


def test_every_process_runs_and_is_healthy(compose_suite: ComposeSuite) -> None:
    lines = compose_suite.compose("ps", "--format", "json").splitlines()
    states = {state["Service"]: (state["State"], state["Health"]) for state in map(json.loads, lines)}

    expected = [f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker")]
    assert states == dict.fromkeys([*expected, "postgres", "kafka", "nginx"], ("running", "healthy"))


def test_the_suite_answers_at_one_address(compose_suite: ComposeSuite) -> None:
    assert compose_suite.call("GET", "/health/ready").status == 200


@pytest.mark.parametrize("service", SERVICES)
def test_each_prefix_leads_to_its_own_service(compose_suite: ComposeSuite, service: str) -> None:
    answer = compose_suite.call("GET", f"/{service}/v1/openapi.json")

    assert answer.status == 200
    assert any(path.startswith(f"/{service}/v1/") for path in answer.json["paths"])


def test_a_link_from_the_command_line_signs_a_browser_in(compose_suite: ComposeSuite) -> None:
    link = compose_suite.run("signin", "office").stdout.strip()

    assert link.startswith(f"{compose_suite.url}/membership/logg-inn/")
    page = urllib3.request("GET", link)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.data.decode())
    assert token is not None
    entered = compose_suite.call(
        "POST",
        link.removeprefix(compose_suite.url),
        urlencode({"csrf_token": token[1]}).encode(),
        headers={
            "Cookie": page.headers["Set-Cookie"].split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    cookies = [line.split(";")[0] for line in entered.headers.getlist("Set-Cookie")]
    assert (entered.status, entered.headers["Location"]) == (303, "/membership/")
    front = compose_suite.call("GET", "/membership/", headers={"Cookie": "; ".join(cookies)})
    assert front.status == 200


def test_a_service_that_is_away_is_named_and_the_others_answer(compose_suite: ComposeSuite) -> None:
    compose_suite.compose("stop", "fees-web")
    try:
        away = compose_suite.call("GET", "/fees/v1/openapi.json")
        other = compose_suite.call("GET", "/groups/v1/openapi.json")
    finally:
        compose_suite.compose("up", "-d", "--wait", "fees-web")

    assert (away.status, away.json["code"], other.status) == (503, "service-unavailable", 200)


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_may_open_the_database_of_another(compose_suite: ComposeSuite, service: str) -> None:
    question = (
        "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
        f" AND has_database_privilege('{service}', datname, 'CONNECT')"
    )
    answer = compose_suite.compose(
        "exec", "-T", "postgres", "psql", "-qAtX", "-U", "postgres", "-c", question
    )

    assert answer.split() == [service]


def test_a_municipality_is_taken_in_and_out_again_in_containers(compose_suite: ComposeSuite) -> None:
    take_in_and_out_again(compose_suite)


def test_what_was_stored_is_there_after_down_and_up(compose_suite: ComposeSuite) -> None:
    compose_suite.settled()
    newest = compose_suite.get("/notifications/v1/events?order=desc&limit=50")
    clock = ("exec", "-T", "membership-web", "cat", "/var/lib/samvirke/clock")
    moved = compose_suite.compose(*clock)

    compose_suite.compose("down")
    compose_suite.compose("up", "-d", "--wait")

    assert newest
    assert compose_suite.get("/notifications/v1/events?order=desc&limit=50") == newest
    assert compose_suite.compose(*clock) == moved
