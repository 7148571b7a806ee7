"""Whatever a program may change over HTTP, people can change on a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from deploy.samvirke.suite import SERVICES
from shared.settings import Settings
from shared.web.installed import Installed
from tests.support.visitors import Visitor

DOCUMENTS = Path(__file__).parents[2] / "docs" / "openapi"
WAY = "kommuner/{}/avtaler/{}"
SEAT = "kommuner/{}/grupper/{}/plasser/{}"

PAGES = {
    "membership": {
        "municipalities": "kommuner/ny",
        "municipalities/{}/renumberings": "kommuner/{}/nummer",
        "municipalities/{}/renamings": "kommuner/{}/navn",
        "municipalities/{}/corrections": "kommuner/{}/historikk",
        "municipalities/{}/population": "kommuner/{}/folketall",
        "municipality-mergers": "kommuner/sammenslaing",
        "municipality-splits": "kommuner/deling",
        "municipality-boundary-adjustments": "kommuner/grensejustering",
        "imports/{}": "import",
        "agreements": "avtaler",
        "agreements/{}/extensions": "avtaler/{}/forlengelse",
        "municipalities/{}/contacts": "kommuner/{}/kontakter",
        "municipalities/{}/contacts/{}": "kommuner/{}/kontakter/{}",
        "municipalities/{}/contacts/{}/removal": "kommuner/{}/kontakter/{}/fratredelse",
        "municipalities/{}/contacts/{}/erasure": "kommuner/{}/kontakter/{}/sletting",
        "refusals/{}/settlement": "oppfolginger/{}",
    },
    "fees": {
        "schedules": "satser/nye",
        "grants": "tilskudd/nytt",
        "grants/{}/revocation": "tilskudd/{}/bortfall",
        "years/{}/confirmation": "{}/bekreft",
        "municipalities/{}/years/{}/deviation-settlement": "kommuner/{}/{}/avvik",
        "municipalities/{}/years/{}/waiver": "kommuner/{}/{}/frafall",
        "refusals/{}/settlement": "oppfolginger/{}",
    },
    "groups": {
        "groups": "grupper/ny",
        "groups/{}/mandate": "grupper/{}/mandat",
        "groups/{}/archiving": "grupper/{}/avslutning",
        "groups/{}/correction": "grupper/{}/retting/navn",
        "municipalities/{}/group-choices": "kommuner/{}/faggrupper",
        "municipalities/{}/groups/{}/seats/{}/appointment": f"{SEAT}/oppnevning",
        "municipalities/{}/groups/{}/seats/{}/vacation": f"{SEAT}/fratredelse",
        "municipalities/{}/groups/{}/seats/{}/closing": f"{SEAT}/avmelding",
        "municipalities/{}/groups/{}/seats/{}/terms/{}/correction": f"{SEAT}/perioder/{{}}/dager",
        "municipalities/{}/groups/{}/seats/{}/terms/{}/contact-correction": f"{SEAT}/perioder/{{}}/person",
        "refusals/{}/settlement": "oppfolginger/{}",
    },
    "notifications": {
        "notices/{}/reading": "varsler/{}/lest",
        "notices/readings": "varsler/lest",
        "municipalities/{}/notice-language": "kommuner/{}/spraak",
        "refusals/{}/settlement": "oppfolginger/{}",
    },
}
"""Where each change of the API is a form. A step of the way stands at its own name (see `page_of`)."""

WITHOUT_A_PAGE: dict[str, dict[str, str]] = {service: {} for service in SERVICES}
"""Changes that only programs make, with the reason. There is none so far."""


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Flask]]:
    """The four web applications, over databases that nobody has filled."""
    settings = Settings.from_environment({"SAMVIRKE_DATA": str(tmp_path_factory.mktemp("pages"))})
    stores = {name: service.open_store(settings) for name, service in SERVICES.items()}
    yield {name: SERVICES[name].create_app(store) for name, store in stores.items()}
    for store in stores.values():
        store.database.close()


def changes(service: str) -> list[str]:
    """Every address of the service's API that changes something, without names of its parameters."""
    paths = json.loads((DOCUMENTS / f"{service}.json").read_text(encoding="utf-8"))["paths"]
    changing = [path for path, methods in paths.items() if {"post", "put", "patch", "delete"} & set(methods)]
    return [re.sub(r"\{\w+\}", "{}", path).removeprefix(f"/{service}/v1/") for path in changing]


def forms(app: Flask) -> list[Rule]:
    """Every address that takes a form of people's."""
    found = next(value for value in app.extensions.values() if isinstance(value, Installed))
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.rpartition(".")[0] in found.pages
    ]


def page_of(service: str, change: str) -> str | None:
    """Where the form for a change stands."""
    step = re.fullmatch(r"municipalities/\{\}/agreements/\{\}/([a-z-]+)", change)
    return f"{WAY}/{step[1]}" if step else PAGES[service].get(change)


@pytest.mark.parametrize("service", SERVICES)
def test_every_change_that_the_api_offers_has_a_page(service: str, apps: dict[str, Flask]) -> None:
    offered = [
        re.sub(r"<[^>]+>", "{}", rule.rule).removeprefix(f"/{service}/") for rule in forms(apps[service])
    ]
    unreachable = [change for change in changes(service) if page_of(service, change) not in offered]

    assert sorted(set(unreachable) - set(WITHOUT_A_PAGE[service])) == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_page_is_named_for_a_change_that_is_gone(service: str) -> None:
    assert {*PAGES[service], *WITHOUT_A_PAGE[service]} - set(changes(service)) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_address_that_takes_a_form_may_be_opened(service: str, apps: dict[str, Flask]) -> None:
    browser, samples = Visitor(apps[service], None).browser, {UUIDConverter: uuid4(), IntegerConverter: 1}
    answered = {}
    for rule in forms(apps[service]):
        # Only the types of the parameters matter here: nobody has signed in.
        values = {name: samples.get(type(kind), "x") for name, kind in rule._converters.items()}
        address = apps[service].url_map.bind("").build(rule.endpoint, values, method="POST")
        answered[rule.rule] = browser.get(address).status_code

    assert {rule: status for rule, status in answered.items() if status not in (200, 303, 401)} == {}
