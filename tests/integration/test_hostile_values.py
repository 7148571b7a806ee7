"""Whatever stands in a query, an address or a body: an answer with a code, never a crash."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from deploy.samvirke.suite import SERVICES
from shared.settings import Settings
from tests.support.hostile import IN_ADDRESSES, THINNING, Asking, operations, requests
from tests.support.lived_in import Installation, lived_in
from tests.support.visitors import Visitor

ON_PAGES = (
    "as_of",
    "known_at",
    "sok",
    "side",
    "fra",
    "til",
    "type",
    "kommune",
    "vis",
    "kind",
    "new",
    "format",
)

pytestmark = [pytest.mark.sampled, pytest.mark.xdist_group("hostile-values")]

NO_PAGES = ("/v1", "static", "/health/")
"""Ready is no page: it says 503 here, since no worker goes on."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], scope="module")
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The first network's register, one member with a contact, fees, a group and its seats.

    Each walk begins where the one before it has ended: what came through there is one more thing to get past.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMVIRKE_DATA", str(tmp_path_factory.mktemp("lived-in")))
        patch.setenv("SAMVIRKE_INTERNAL_URL", "http://127.0.0.1:9")
        if request.param == "postgresql":
            make_database: Callable[[], str] = request.getfixturevalue("lasting_postgres_database")
            for name in SERVICES:
                patch.setenv(f"SAMVIRKE_DATABASE_{name.upper()}", make_database())
        with lived_in(Settings.from_environment()) as lived:
            yield lived


def document(installation: Installation, service: str) -> Any:
    return installation.apps[service].test_client().get(f"/{service}/v1/openapi.json").json


@pytest.mark.parametrize("service", SERVICES)
def test_no_value_that_an_interface_is_given_makes_it_crash(installation: Installation, service: str) -> None:
    described, office = document(installation, service), installation.office[service]
    wrong: list[str] = []
    seen: Counter[tuple[str, int]] = Counter()
    asked = sorted(requests(described, installation.known), key=lambda one: one.method)  # reads first
    for one in asked:
        answer = _send(office, one)
        seen[one.method, answer.status_code // 100] += 1
        if not _is_an_answer(answer):
            wrong.append(f"{one.method} {one.path[:150]} {_shown(one.body)}: {answer.status_code}")

    assert wrong == []
    assert len(asked) > 2 * len(list(operations(described)))
    assert seen["GET", 2], "No request of the walk was answered well: it tries nothing."


def _send(office: Visitor, one: Asking) -> Any:
    return office.open(one.method, one.path, None if one.body is None else _json(one.body))


def _json(body: Any) -> bytes:
    """As a program would send it that asks nobody: lone surrogates and huge numbers as they are."""
    return json.dumps(body).encode()


def _shown(body: Any) -> str:
    return json.dumps(body)[:300]


def _is_an_answer(answer: Any) -> bool:
    if answer.status_code < 400:
        return True
    if answer.status_code >= 500:
        return False
    return answer.mimetype == "application/problem+json" and bool(answer.json["code"])


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
@pytest.mark.parametrize("service", SERVICES)
def test_no_value_in_the_address_of_a_page_makes_it_crash(installation: Installation, service: str) -> None:
    app, office = installation.apps[service], installation.office[service]
    wrong: list[str] = []
    good = 0
    with app.test_request_context():
        pages = [
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not any(part in rule.rule for part in NO_PAGES)
        ]
    for turn, rule in enumerate(pages):
        places = {name: installation.known.get(name, "1") for name in rule.arguments}
        plain = _address(app, rule, places)
        tried = [plain] if plain else []
        tried += [
            f"{plain}?{urlencode({name: value})}"
            for place, name in enumerate(ON_PAGES)
            for value in IN_ADDRESSES[(place + turn) % THINNING :: THINNING]
            if plain
        ]
        for path in tried:
            status = office.browser.get(path).status_code
            good += status == 200
            if status >= 500:
                wrong.append(f"{path[:150]}: {status}")

    assert wrong == []
    assert good


def _address(app: Flask, rule: Any, places: dict[str, Any]) -> str | None:
    values = {
        name: int(value) if type(rule._converters[name]).__name__ == "IntegerConverter" else value
        for name, value in places.items()
    }
    with app.test_request_context():
        built = rule.build(values)
    return str(built[1]) if built else None


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_a_date_that_no_calendar_has_is_named_with_its_parameter(installation: Installation) -> None:
    for value in ("0000-01-01", "10000-01-01", "2026-02-30"):
        answer = installation.office["membership"].get(f"/membership/v1/members?as_of={value}")
        assert (answer.status_code, answer.json["code"]) == (422, "malformed")
        assert list(answer.json["errors"]) == ["as_of"]
    for year in ("0", "10000"):
        answer = installation.office["fees"].get(f"/fees/v1/years/{year}/preview")
        assert (answer.status_code, answer.json["code"]) == (404, "path-unknown")
