"""The suite in containers: healthy from nothing, one address in front, and nothing lost by a restart."""

from __future__ import annotations

import json

import pytest
import urllib3

from tests.support.containers import ComposeSuite

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

SERVICES = ("membership", "fees", "groups", "notifications")


def get(suite: ComposeSuite, path: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", suite.url + path, timeout=10, redirect=False)


def test_every_process_runs_and_is_healthy(compose_suite: ComposeSuite) -> None:
    lines = compose_suite.compose("ps --format json").splitlines()
    states = {state["Service"]: (state["State"], state["Health"]) for state in map(json.loads, lines)}

    expected = {f"{service}-web": ("running", "healthy") for service in SERVICES}
    expected |= {f"{service}-worker": ("running", "") for service in SERVICES}
    expected |= dict.fromkeys(("postgres", "kafka", "nginx"), ("running", "healthy"))
    assert expected == states


def test_the_suite_answers_at_one_address(compose_suite: ComposeSuite) -> None:
    answer = get(compose_suite, "/health/ready")

    assert answer.status == 200


@pytest.mark.parametrize("service", SERVICES)
def test_each_prefix_leads_to_its_own_service(compose_suite: ComposeSuite, service: str) -> None:
    answer = get(compose_suite, f"/{service}/v1/openapi.json")

    assert answer.status == 200
    assert any(path.startswith(f"/{service}/v1/") for path in answer.json()["paths"])


def test_a_service_that_is_away_is_named_and_the_others_answer(compose_suite: ComposeSuite) -> None:
    compose_suite.compose("stop fees-web")
    try:
        away, other = (
            get(compose_suite, "/fees/v1/openapi.json"),
            get(compose_suite, "/groups/v1/openapi.json"),
        )
    finally:
        compose_suite.compose("up -d --wait fees-web")

    assert (away.status, away.json()["code"], other.status) == (503, "service-unavailable", 200)


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_may_open_the_database_of_another(compose_suite: ComposeSuite, service: str) -> None:
    question = (
        "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
        f" AND has_database_privilege('{service}', datname, 'CONNECT')"
    )
    answer = compose_suite.compose(f'exec -T postgres psql -qAtX -U postgres -c "{question}"')

    assert answer.split() == [service]
