"""Whatever is sent in a form: no crash, nothing done by halves, and what is wrong said beside its field."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from deploy.samvirke.suite import SERVICES
from services.membership.contacts.tables import persons
from shared import refusals, tables
from shared.errors import Refused
from shared.eventstore import Store
from shared.settings import Settings
from shared.tables import events
from shared.web.installed import Installed
from tests.support.forms import (
    OWN,
    Form,
    Pairs,
    encoded,
    errors_beside,
    forms_of,
    odd_attempts,
    wrong_alone,
    wrong_attempts,
)
from tests.support.lived_in import Installation, Membership, lived_in, settled
from tests.support.membership_way import Way, day

STAGES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "5501": [("invite", {})],
    "5601": [("invite", {}), ("resolve", {"outcome": "approved_with_conditions", "conditions": ["Råd"]})],
    "5603": [("invite", {}), ("resolve", {}), ("sign", {})],
    "5605": [("invite", {}), ("resolve", {}), ("sign", {}), ("receive", {})],
    "5607": [("go", {"offset": 30})],
    "5610": [("go", {}), ("take", {"step": "withdrawal", "body": {"received_on": day(0)}})],
}
"""By municipality number, how far each has come."""

SIGNS_OUT = "signin_pages.leave"
"""Nothing could be sent after it."""

PREVIEW = "/membership/import/forhandsvisning"
NYBY = b"orgnr,name_nb,name_se,name_fkv,number_2026\n974760673,Nyby,,,5599\n"
REFUSED, CRASHED = 400, 500
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    monkeypatch.setenv("SAMVIRKE_INTERNAL_URL", "http://127.0.0.1:9")
    with lived_in(Settings.from_environment()) as lived:
        yield lived


def lived_further(installation: Installation) -> dict[str, list[str]]:
    """Let more happen, so that more forms are open; by service, pages that show them."""
    loppa, group = installation.known["municipality_id"], installation.known["group_id"]
    client = Membership(installation.office["membership"])
    determine(installation)
    on_their_way = []
    for number, steps in STAGES.items():
        one = client.get(f"/municipalities?number={number}").json["items"][0]["municipality_id"]
        for step, body in steps:
            done(getattr(Way(client, one), step)(**body))
        on_their_way.append(one)
    fees, groups = installation.office["fees"], installation.office["groups"]
    grant = {"grantor": "Staten", "component": "fixed", "years": [int(installation.known["year"])]}
    installation.known["grant_id"] = done(fees.post("/fees/v1/grants", grant))["grant_id"]
    sitting = {"contact_id": installation.known["contact_id"], "role": "director", "valid_from": day(-1)}
    seat = f"municipalities/{loppa}/groups/{group}/seats/1"
    done(groups.post(f"/groups/v1/{seat}/appointment", sitting))
    more = {"kind": "professional_group", "name": "Skole", "decision_rule": "advisory", "seat_kind": "open"}
    open_group = done(groups.post("/groups/v1/groups", more | {"established_on": "2023-01-01"}))["group_id"]
    signed_up = {
        "contact_id": installation.known["contact_id"],
        "role": "director",
        "group_ids": [open_group],
    }
    done(groups.post(f"/groups/v1/municipalities/{loppa}/group-choices", signed_up))
    ended = done(groups.post("/groups/v1/groups", more | {"established_on": "2023-01-01"}))["group_id"]
    ending = {"archived_on": day(-1), "reason": "Slått sammen"}
    done(groups.post(f"/groups/v1/groups/{ended}/archiving", ending))
    settled(Settings.from_environment(), installation.stores)  # the grant is a deviation of Loppa's fee
    installation.known["refusal_id"] = refuse_a_follow_up(installation)
    merged = f"predecessors={on_their_way[0]}&predecessors={on_their_way[1]}&successor={loppa}"
    parted = f"predecessor={loppa}&successors={on_their_way[0]}&successors={on_their_way[1]}"
    adjusted = f"giver={loppa}&receivers={on_their_way[0]}"
    changes = "/membership/kommuner/{}/forhandsvisning?{}"
    return {
        "membership": [
            *(f"/membership/kommuner/{one}" for one in on_their_way),
            changes.format("sammenslaing", f"{merged}&merged_on=2030-01-01"),
            changes.format("deling", f"{parted}&split_on=2030-01-01"),
            changes.format("grensejustering", f"{adjusted}&adjusted_on=2030-01-01"),
        ],
        "groups": [
            f"/groups/kommuner/{loppa}/grupper/{open_group}/plasser/1",
            f"/groups/grupper/{ended}/endre",
        ],
    }


def determine(installation: Installation) -> None:
    """This year's fees, as far as there are any."""
    fees, year = installation.office["fees"], installation.known["year"]
    seen = fees.get(f"/fees/v1/years/{year}/preview").json["hash"]
    done(fees.post(f"/fees/v1/years/{year}/confirmation", {"preview_hash": seen}))


def refuse_a_follow_up(installation: Installation) -> str:
    """In every service one that waits; the id that names it, the same in all."""
    asked, loppa = ("a follow-up", "a stream"), installation.known["municipality_id"]
    for store in installation.stores.values():
        with store.database.writing() as connection:
            refusals.record(
                connection, asked, cause="an event", policy="a policy", key=loppa, refusal=Refused("No.")
            )
            connection.execute(update(tables.refusals).values(refusal_id=loppa))
    return str(loppa)


def done(answer: Any) -> Any:
    """What was asked for is there."""
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    return answer.json


def forms(installation: Installation, service: str, further: list[str]) -> dict[Any, Form]:
    """The forms of all pages of the service, by where they are sent and what is asked for."""
    app, office = installation.apps[service], installation.office[service]
    shown = [
        (address, office.browser.get(address)) for address in (*pages(app, installation.known), *further)
    ]
    if service == "membership":
        file = {"kind": "municipalities", "file": (io.BytesIO(NYBY), "nyby.csv")}
        shown.append((PREVIEW, office.send("/membership/import", PREVIEW, file)))
    adapter, found = app.url_map.bind(""), {}
    for address, page in shown:
        for form in forms_of(page.text, address) if page.status_code == HTTPStatus.OK else ():
            endpoint, _ = adapter.match(form.action, method=form.method.upper())
            found.setdefault((endpoint, *form.fields), form)
    return found


def pages(app: Flask, known: dict[str, Any]) -> Iterator[str]:
    """Every page that can be opened."""
    adapter = app.url_map.bind("")
    for rule in rules(app, "GET"):
        yield adapter.build(rule.endpoint, _values(rule, known))


def rules(app: Flask, method: str) -> list[Rule]:
    """The addresses of people's pages."""
    found = next(value for value in app.extensions.values() if isinstance(value, Installed))
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint.rpartition(".")[0] in found.pages
    ]


def _values(rule: Rule, known: dict[str, Any]) -> dict[str, Any]:
    numbers = ("version", "year", "seat", "term")
    return {name: int(known[name]) if name in numbers else known.get(name, "x") for name in rule.arguments}


def recorded(store: Store) -> Any:
    """All that a form of the service could change."""
    with store.reading() as connection:
        count = connection.execute(select(func.count()).select_from(events)).scalar_one()
        if store.service != "membership":
            return count, ()
        return count, tuple(connection.execute(select(persons)).all())


def test_no_field_of_a_form_makes_a_page_crash(installation: Installation) -> None:
    wrong: list[str] = []
    turns = itertools.count()
    further = lived_further(installation)
    for service in SERVICES:
        found = forms(installation, service, further.get(service, []))
        unreached = {rule.endpoint for rule in rules(installation.apps[service], "POST")}
        unreached -= {endpoint for endpoint, *_ in found}
        wrong += [f"{endpoint} has no form" for endpoint in sorted(unreached - {SIGNS_OUT})]
        # First what surely is refused, so that every form is still open then.
        for form in found.values():
            for beside, pairs in wrong_attempts(form, turns):
                problem, told = refused(installation, service, form, pairs)
                wrong += [problem] if problem else []
                # What only a rule can tell is told when everything else is as it should be.
                for name in sorted(beside - told):
                    alone = wrong_alone(form, name, next(turns))
                    problem, told = refused(installation, service, form, alone)
                    wrong += [problem] if problem else []
                    wrong += [f"{form.action} says nothing beside {name}: {said(alone)}"] * (name not in told)
        for form in found.values():
            for pairs in odd_attempts(form, turns):
                answer, changed = send(installation, service, form, pairs)
                wrong += [f"{form.action} crashed: {said(pairs)}"] * (answer.status_code >= CRASHED)
                halves = changed and answer.status_code >= REFUSED
                wrong += [f"{form.action} was done by halves: {said(pairs)}"] * halves

    assert wrong == []


def refused(
    installation: Installation, service: str, form: Form, pairs: Pairs
) -> tuple[str | None, set[str]]:
    """What is the matter with the refusal of this, if anything is, and beside which fields something stands."""
    answer, changed = send(installation, service, form, pairs)
    whole = REFUSED <= answer.status_code < CRASHED and not changed
    problem = None if whole else f"{form.action} answered {answer.status_code}: {said(pairs)}"
    return problem, errors_beside(answer.text)


def send(installation: Installation, service: str, form: Form, pairs: Pairs) -> tuple[TestResponse, bool]:
    """What is answered to these fields, and whether anything was changed."""
    browser, store = installation.office[service].browser, installation.stores[service]
    before = recorded(store)
    if form.method == "post":
        answer = browser.post(form.action, data=encoded(pairs), content_type=FORM)
    else:
        answer = browser.get(form.action, query_string=encoded(pairs).decode())
    return answer, recorded(store) != before


def said(pairs: Pairs) -> str:
    """The fields that were sent, shortly."""
    return str({name: str(value)[:40] for name, value in pairs if name not in OWN})
