"""The pages Avgift, Satser and the tab of a municipality, in Norwegian and by form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from services.fees.app import create_app
from services.membership.contract import JoiningDateSet
from shared import clock
from shared.settings import Settings
from tests.support.examples.fees import GRANT, LOPPA
from tests.support.fees_client import Visitor
from tests.support.fees_stage import ID, Stage, hosted, joined, population, registered
from tests.support.lent_apps import lent_app

YEAR = clock.today().year
TAB = f"/fees/kommuner/{LOPPA}"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    return Settings.from_environment()


@pytest.fixture
def app(stage: Stage, settings: Settings) -> Flask:
    stage.adopted()
    stage.told(registered(), population(YEAR - 1, 840), joined(date(YEAR, 1, 1)), population(YEAR, 846))
    return lent_app(create_app, stage.store)


@pytest.fixture
def office(app: Flask, settings: Settings) -> Visitor:
    return Visitor(app, settings)


@pytest.fixture
def loppa(app: Flask, settings: Settings) -> Visitor:
    return Visitor(app, settings, LOPPA)


def text(page: str) -> str:
    return page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def confirmed(office: Visitor) -> None:
    assert office.send(f"/fees/{YEAR}/bekreft", {}).status_code == 303


def test_the_year_page_shows_sums_and_what_is_assumed(office: Visitor) -> None:
    page = text(office.see("/fees/"))

    assert "kr 154 230,00" in page
    assert "klar til fastsetting" in page
    assert "antatt" in page


def test_the_year_is_a_file_as_well(office: Visitor) -> None:
    assert "5432;Loppa" in office.see(f"/fees/{YEAR}.csv")


def test_the_office_determines_the_year_on_the_page(office: Visitor, stage: Stage) -> None:
    assert "Fastsett avgiften" in office.see(f"/fees/{YEAR}/bekreft")
    confirmed(office)

    assert stage.said(YEAR)[-1] == "FeeDetermined"
    assert "Det er ingen avgift å fastsette" in office.see(f"/fees/{YEAR}/bekreft")


def test_a_figure_that_came_meanwhile_shows_the_preview_anew(office: Visitor, stage: Stage) -> None:
    answer = office.send(f"/fees/{YEAR}/bekreft", {"preview_hash": "0" * 64})

    assert answer.status_code == 409
    assert "Grunnlaget har endret seg" in answer.text
    assert "FeeDetermined" not in stage.said()


def test_the_tab_shows_the_arithmetic_in_plain_lines(office: Visitor) -> None:
    page = " ".join(text(office.see(TAB)).split())

    assert "846 innbyggere \N{MULTIPLICATION SIGN} kr 5,00 = <strong>kr 4 230,00</strong>" in page
    assert f"Medlem fra 1. januar {YEAR} til og med 31. desember {YEAR}" in page
    assert f"{YEAR + 1} (neste år)" in page


def test_the_tab_says_for_which_time_the_host_does_not_pay(office: Visitor, stage: Stage) -> None:
    stage.adopted(host_pays=False, proration="monthly")
    july = date(YEAR, 7, 1)
    stage.told(
        hosted(LOPPA, 2),
        JoiningDateSet(municipality_id=ID, agreement_version=2, member_from=july),
    )
    page = text(office.see(TAB))

    assert f"Medlem fra 1. januar {YEAR} til og med 30. juni {YEAR} og fra 1. juli {YEAR}" in page
    assert f"til og med 31. desember {YEAR} som vertskommune, uten avgift." in page


def test_a_municipality_is_led_to_its_own_tab(loppa: Visitor) -> None:
    page = loppa.see("/fees/")

    assert "846 innbyggere" in text(page)
    assert "Frafall" not in page


def test_an_unknown_municipality_has_no_tab(office: Visitor) -> None:
    with pytest.raises(AssertionError, match="Kommunen finnes ikke"):
        office.see(TAB.replace("5614", "0000"))


def test_a_deviation_is_settled_on_its_page(office: Visitor, stage: Stage) -> None:
    confirmed(office)
    stage.told(population(YEAR, 850, replaces=846))
    assert "Avgjør avviket" in office.see(TAB)

    missing = office.send(f"{TAB}/{YEAR}/avvik", {"outcome": "corrected"})
    settled = office.send(f"{TAB}/{YEAR}/avvik", {"outcome": "corrected", "reason": "Nytt folketall"})

    assert (missing.status_code, settled.status_code) == (422, 303)
    assert "Må fylles ut" in missing.text
    assert "kr 154 250,00" in text(office.see(TAB))


def test_a_part_is_waived_on_its_page(office: Visitor) -> None:
    confirmed(office)
    too_much = office.send(f"{TAB}/{YEAR}/frafall", {"waived_ore": "200 000", "reason": "Vedtak"})
    waived = office.send(f"{TAB}/{YEAR}/frafall", {"waived_ore": "4 230", "reason": "Vedtak i KDU"})

    assert (too_much.status_code, waived.status_code) == (409, 303)
    assert "Beløpet er større" in too_much.text
    assert "Vedtak i KDU" in office.see(TAB)


def test_rates_are_adopted_by_form(office: Visitor, stage: Stage) -> None:
    form = {"first_year": str(YEAR + 1), "fixed": "100 000", "proration": "monthly", "host_pays": "true"}
    wrong = office.send("/fees/satser/nye", form | {"fixed": "mye"})
    adopted = office.send("/fees/satser/nye", form)
    stage.follow()

    assert (wrong.status_code, adopted.status_code) == (422, 303)
    assert "Skriv et beløp i kroner" in wrong.text
    assert stage.fee(YEAR + 1)["estimate"]["to_pay_ore"] == 10_000_000
    assert "kr 100 000,00" in text(office.see("/fees/satser"))


def test_a_grant_is_awarded_and_revoked_by_form(office: Visitor, stage: Stage) -> None:
    form = {"grantor": "Staten", "component": "fixed", "first_year": str(YEAR), "last_year": str(YEAR)}
    assert office.send("/fees/tilskudd/nytt", form).status_code == 303
    grant_id = stage.store.history()[-1].stream.removeprefix("grant-")

    assert office.send(f"/fees/tilskudd/{grant_id}/bortfall", {"reason": "Trukket"}).status_code == 303
    assert "bortfalt" in office.see("/fees/satser")


def test_a_grant_that_does_not_exist_cannot_be_revoked(office: Visitor) -> None:
    with pytest.raises(AssertionError, match="Tilskuddet finnes ikke"):
        office.see(f"/fees/tilskudd/{GRANT}/bortfall")


def test_amounts_in_the_table_stand_alone_in_their_cells(office: Visitor) -> None:
    assert '<td data-label="Å betale" class="number">kr 154 230,00</td>' in text(office.see("/fees/"))
