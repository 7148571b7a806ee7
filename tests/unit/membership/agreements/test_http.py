from __future__ import annotations

import pytest
from flask import Flask

from services.membership.municipalities.queries import by_number
from shared import clock
from shared.eventstore import Store
from shared.settings import Settings
from tests.support.membership_client import Visitor
from tests.support.membership_way import Client, day, publish


@pytest.fixture
def harstad(store: Store, first_network: None) -> str:
    with store.reading() as connection:
        return by_number(connection, "5503", clock.today())[0].municipality_id


def test_a_version_is_published_read_and_extended(office: Client, harstad: str) -> None:
    created = publish(office, harstad)
    assert created.status_code == 201, created.text
    extended = office.post("/agreements/1/extensions", {"valid_to": None, "decided_by": "Styringsgruppa"})
    shown = office.get("/agreements/1").json

    assert created.json["notice_rule"] == {"months": 12, "takes_effect": "year_end"}
    assert extended.status_code == 201
    assert shown["valid_to"] is None
    assert shown["extensions"][0]["decided_by"] == "Styringsgruppa"
    assert [one["agreement_version"] for one in office.get("/agreements").json["items"]] == [1]


def test_the_host_must_be_known(office: Client, harstad: str) -> None:
    answer = publish(office, "00000000-0000-4000-8000-000000000000")

    assert (answer.status_code, answer.json["code"]) == (409, "host-unknown")


def test_a_version_that_was_never_published_is_not_found(office: Client, harstad: str) -> None:
    assert office.get("/agreements/7").status_code == 404
    assert office.post("/agreements/7/extensions", {"valid_to": None, "decided_by": "x"}).status_code == 404


def test_only_the_office_publishes(app: Flask, settings: Settings, harstad: str, office: Client) -> None:
    visitor = Visitor(app, settings, harstad)

    assert publish(visitor, harstad).status_code == 403
    publish(office, harstad)
    assert visitor.post("/agreements/1/extensions", {"valid_to": None, "decided_by": "x"}).status_code == 403
    assert visitor.get("/agreements/1").status_code == 200


def test_the_office_publishes_and_extends_on_pages(office: Visitor, harstad: str) -> None:
    form = {
        "agreement_version": "2",
        "legal_form": "vertskommunesamarbeid",
        "host_municipality_id": harstad,
        "valid_from": "01.01.2027",
        "valid_through": "31.12.2030",
        "months": "12",
        "takes_effect": "year_end",
        "checklist": "Partene\nOppgavene\n",
        "title_nb": "Vertskommuneavtale",
    }
    half = office.send("/avtaler", form, office.see("/avtaler/ny"))
    assert half.status_code == 422
    assert "Skriv både overskrift og tekst." in half.text
    sent = office.send("/avtaler", form | {"body_nb": "Kommunene samarbeider."}, office.see("/avtaler/ny"))
    assert sent.status_code == 303, sent.text
    page = office.see("/avtaler/2")
    assert "31. desember 2030" in page
    assert "Oppgavene" in page
    again = office.send(
        "/avtaler/2/forlengelse", {"valid_through": day(1), "decided_by": "Styringsgruppa"}, page
    )
    assert again.status_code == 409
    assert "senere sluttdato" in again.text
    office.send("/avtaler/2/forlengelse", {"decided_by": "Styringsgruppa"}, page)

    assert "inntil videre" in office.see("/avtaler/2")
    assert "Versjon 2" in office.see("/avtaler")
