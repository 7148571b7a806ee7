"""The forms that register, renumber and rename a municipality."""

from __future__ import annotations

import pytest
from flask import Flask

from shared.settings import Settings
from tests.support.membership_client import Visitor
from tests.support.visitors import errors_beside

TROMSO = "6ba9f157-fe8d-5a49-bac7-e6530a947e09"
HARSTAD = "7c0744d9-65f2-54af-a710-9c1cc87bc24f"
HISTORY = f"/kommuner/{TROMSO}/historikk"
NUMBER = f"/kommuner/{TROMSO}/nummer"
NAMES = f"/kommuner/{TROMSO}/navn"
NEW = "/kommuner/ny"
NYBY = {"nb": "Nyby", "number": "5599", "organisation_number": "974760673", "valid_from": "01.01.2027"}

pytestmark = pytest.mark.usefixtures("first_network")


def test_the_office_registers_a_municipality(office: Visitor) -> None:
    answer = office.send(NEW, NYBY | {"se": "Ođđagávpot"}, office.see(NEW))

    assert answer.status_code == 303
    page = office.see(answer.location.removeprefix("/membership"))
    assert "Nyby \N{EN DASH} Ođđagávpot ble registrert med kommunenummer 5599." in page
    assert "974760673" in page


def test_an_invented_municipality_needs_no_number(office: Visitor) -> None:
    form = {"nb": "Eksempelby", "valid_from": "2027-01-01", "invented": "true", "county_number": "55"}
    answer = office.send(NEW, form, office.see(NEW))

    assert answer.status_code == 303
    assert "Kommunen er oppdiktet." in office.see(answer.location.removeprefix("/membership"))


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"nb": " "}, "nb", "Må fylles ut."),
        ({"number": "55990"}, "number", "Et kommunenummer har fire sifre."),
        ({"number": ""}, "number", "Et kommunenummer har fire sifre."),
        ({"number": "5501"}, "number", "En annen kommune har dette nummeret."),
        (
            {"organisation_number": "974760674"},
            "organisation_number",
            "Organisasjonsnummeret er ikke gyldig. Kontroller sifrene.",
        ),
        (
            {"organisation_number": "940101808"},
            "organisation_number",
            "Kommunen er allerede registrert. Rett opplysningene i stedet.",
        ),
        ({"valid_from": "i morgen"}, "valid_from", "Skriv datoen som dd.mm.åååå."),
        ({"county_number": "5"}, "county_number", "Et fylkesnummer har to sifre."),
    ],
)
def test_a_registration_that_cannot_be_says_why_beside_the_field(
    office: Visitor, typed: dict[str, str], field: str, told: str
) -> None:
    answer = office.send(NEW, NYBY | typed, office.see(NEW))

    assert answer.status_code in (409, 422)
    assert errors_beside(answer.text) == {field: told}
    assert "<title>Feil: Registrer kommune" in answer.text
    assert 'value="01.01.2027"' in answer.text or field == "valid_from"


def test_the_office_gives_a_new_number(office: Visitor) -> None:
    answer = office.send(NUMBER, {"number": "5590", "valid_from": "01.01.2030"}, office.see(NUMBER))

    assert answer.status_code == 303
    assert "Nytt kommunenummer 5590, før 5501." in office.see(HISTORY)


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"number": "5503"}, "number", "En annen kommune har dette nummeret."),
        ({"number": "tall"}, "number", "Et kommunenummer har fire sifre."),
        (
            {"valid_from": "2024-01-01"},
            "valid_from",
            "Det er registrert noe som gjelder fra samme dag eller senere. Rett det i stedet.",
        ),
        ({"valid_from": "1990-01-01"}, "valid_from", "Kommunen fantes ikke på denne datoen."),
        ({"valid_from": ""}, "valid_from", "Må fylles ut."),
    ],
)
def test_a_number_that_cannot_be_given_says_why_beside_the_field(
    office: Visitor, typed: dict[str, str], field: str, told: str
) -> None:
    form = {"number": "5590", "valid_from": "2030-01-01"} | typed
    answer = office.send(NUMBER, form, office.see(NUMBER))

    assert answer.status_code in (409, 422)
    assert errors_beside(answer.text) == {field: told}
    assert "5590" not in office.see(HISTORY)


def test_the_office_gives_new_names_starting_from_the_ones_that_hold(office: Visitor) -> None:
    page = office.see(NAMES)
    assert 'value="Tromsø"' in page

    answer = office.send(NAMES, {"nb": "Tromsø", "se": "Romsa", "fkv": "", "valid_from": "01.07.2027"}, page)

    assert answer.status_code == 303
    assert "Offisielle navn: Tromsø \N{EN DASH} Romsa." in office.see(HISTORY)


def test_names_that_somebody_else_changed_meanwhile_are_not_written_over(office: Visitor) -> None:
    old = office.see(NAMES)
    office.send(NAMES, {"nb": "Tromsa", "valid_from": "2027-07-01"}, old)
    answer = office.send(NAMES, {"nb": "Tromse", "valid_from": "2027-08-01"}, old)

    assert answer.status_code == 409
    assert "Noen andre har endret dette i mellomtiden." in answer.text
    assert "Tromse" not in office.see(HISTORY)


def test_a_corrected_number_that_cannot_be_is_told_at_the_field_of_the_correction(office: Visitor) -> None:
    form = {"which": '["number", "2024-01-01", "5501"]', "new_value": "5503", "reason": "Feil"}
    answer = office.send(HISTORY, form, office.see(HISTORY))

    assert errors_beside(answer.text) == {"new_value": "En annen kommune har dette nummeret."}


def test_a_day_is_not_moved_to_where_another_municipality_has_the_number(office: Visitor) -> None:
    new = {"number": "5501", "valid_from": "2030-01-01"}
    other = office.see(f"/kommuner/{HARSTAD}/nummer")
    page = office.see(NUMBER)
    assert office.send(NUMBER, {"number": "5590", "valid_from": "2029-01-01"}, page).status_code == 303
    assert office.send(f"/kommuner/{HARSTAD}/nummer", new, other).status_code == 303
    form = {
        "which": '["valid_from", "2029-01-01", "2029-01-01"]',
        "new_value": "2030-02-01",
        "reason": "Feil",
    }
    answer = office.send(HISTORY, form, office.see(HISTORY))

    assert answer.status_code == 409
    assert errors_beside(answer.text) == {"new_value": "En annen kommune har dette nummeret."}


def test_only_the_office_finds_and_opens_the_forms(app: Flask, settings: Settings, office: Visitor) -> None:
    tromso = Visitor(app, settings, TROMSO)

    assert "Registrer kommune" in office.see("/kommuner")
    assert "Nytt kommunenummer" in office.see(HISTORY)
    assert "Registrer kommune" not in tromso.see("/kommuner")
    assert f"{TROMSO}/nummer" not in tromso.see(HISTORY)
    for path in (NEW, NUMBER, NAMES):
        assert tromso.open(path).status_code == 403
        assert tromso.send(path, {}, tromso.see("/kommuner")).status_code == 403
