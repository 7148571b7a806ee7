"""The form for one figure."""

from __future__ import annotations

import pytest
from flask import Flask

from shared.settings import Settings
from tests.support.membership_client import Visitor
from tests.support.visitors import errors_beside

TROMSO = "6ba9f157-fe8d-5a49-bac7-e6530a947e09"
HISTORY = f"/kommuner/{TROMSO}/historikk"
FIGURE = f"/kommuner/{TROMSO}/folketall"
FORM = {"as_of": "01.01.2027", "inhabitants": "80 123", "source": "SSB, tabell 07459"}

pytestmark = pytest.mark.usefixtures("first_network")


def test_the_office_records_a_figure(office: Visitor) -> None:
    answer = office.send(FIGURE, FORM | {"published_on": "24.02.2027"}, office.see(FIGURE))

    assert answer.status_code == 303
    told = (
        "Folketall 80\N{NO-BREAK SPACE}123 (kilde: SSB, tabell 07459, publisert 24.\N{NO-BREAK SPACE}februar"
    )
    assert told.replace("\N{NO-BREAK SPACE}", " ") in office.see(HISTORY).replace("\N{NO-BREAK SPACE}", " ")


def test_a_re_issued_figure_replaces_the_earlier_one(office: Visitor) -> None:
    for inhabitants in ("80123", "80124"):
        office.send(FIGURE, FORM | {"inhabitants": inhabitants}, office.see(FIGURE))

    assert "rettet fra 80\N{NO-BREAK SPACE}123" in office.see(HISTORY)


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"inhabitants": "mange"}, "inhabitants", "Skriv et tall."),
        ({"inhabitants": "80,5"}, "inhabitants", "Skriv et tall."),
        (
            {"inhabitants": "0"},
            "inhabitants",
            "Folketallet må være større enn 0. En tom kommune betyr at nummeret ikke fantes da.",
        ),
        ({"inhabitants": "1 000 000 000"}, "inhabitants", "Kan ikke være mer enn 100000000."),
        ({"source": ""}, "source", "Må fylles ut."),
        ({"as_of": "2027"}, "as_of", "Skriv datoen som dd.mm.åååå."),
        ({"published_on": "i går"}, "published_on", "Skriv datoen som dd.mm.åååå."),
    ],
)
def test_a_figure_that_cannot_be_says_why_beside_the_field(
    office: Visitor, typed: dict[str, str], field: str, told: str
) -> None:
    answer = office.send(FIGURE, FORM | typed, office.see(FIGURE))

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {field: told}
    assert "1. januar 2027" not in office.see(HISTORY)


def test_only_the_office_finds_and_opens_the_form(app: Flask, settings: Settings, office: Visitor) -> None:
    tromso = Visitor(app, settings, TROMSO)

    assert "Registrer folketall" in office.see(HISTORY)
    assert "Registrer folketall" not in tromso.see(HISTORY)
    assert tromso.open(FIGURE).status_code == 403
    assert tromso.send(FIGURE, FORM, tromso.see("/kommuner")).status_code == 403


def test_an_unknown_municipality_is_not_found(office: Visitor) -> None:
    assert office.open("/kommuner/00000000-0000-0000-0000-000000000000/folketall").status_code == 404
