"""Fees over HTTP: the office's year, each municipality's own fee, and what is withheld."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from services.fees.app import create_app
from shared import clock
from shared.settings import Settings
from tests.support.conditions import changes_only_what_was_seen
from tests.support.examples.fees import LOPPA
from tests.support.fees_client import Visitor
from tests.support.fees_stage import Stage, joined, population, registered
from tests.support.lent_apps import lent_app

ALTA = "018f0000-0000-7000-8000-000000005601"
FEE = f"/fees/v1/municipalities/{LOPPA}/years/2026"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    return Settings.from_environment()


@pytest.fixture
def app(stage: Stage, settings: Settings) -> Flask:
    stage.adopted()
    for municipality_id, number, name in ((LOPPA, "5432", "Loppa"), (ALTA, "5403", "Alta")):
        stage.told(registered(municipality_id, number, name), population(2025, 840, municipality_id))
        stage.told(joined(date(2026, 1, 1), municipality_id))
        stage.told(population(2026, 846, municipality_id))
    return lent_app(create_app, stage.store)


@pytest.fixture
def office(app: Flask, settings: Settings) -> Visitor:
    return Visitor(app, settings)


@pytest.fixture
def loppa(app: Flask, settings: Settings) -> Visitor:
    return Visitor(app, settings, LOPPA)


def confirmed(office: Visitor) -> None:
    preview = office.get("/fees/v1/years/2026/preview").json
    assert preview is not None
    answer = office.post("/fees/v1/years/2026/confirmation", {"preview_hash": preview["hash"]})
    assert answer.status_code == 201, answer.text


def test_the_year_shows_totals_and_every_municipality(office: Visitor) -> None:
    year = office.get("/fees/v1/years/2026").json

    assert year is not None
    assert year["totals"]["proposed_ore"] == 2 * 15_423_000
    assert [line["name"] for line in year["fees"]] == ["Alta", "Loppa"]
    assert year["fees"][1]["arithmetic_href"] == FEE


def test_a_fee_shows_its_arithmetic(office: Visitor) -> None:
    fee = office.get(FEE).json

    assert fee is not None
    assert fee["proposal"]["arithmetic"]["population"]["inhabitants"] == 846
    assert fee["proposal"]["arithmetic"]["lines"][1] == {
        "component": "variable",
        "label": "Variabel del",
        "kind": "per_inhabitant",
        "rate_ore": 500,
        "quantity": 846,
        "parts": 1,
        "whole": 1,
        "amount_ore": 423_000,
        "covered_ore": 0,
        "to_pay_ore": 423_000,
        "grant_event_id": None,
        "grantor": None,
    }


def test_an_unknown_fee_is_not_found(office: Visitor) -> None:
    answer = office.get(FEE.replace("2026", "1999"))

    assert (answer.status_code, answer.json["code"]) == (404, "fee-unknown")


def test_the_office_confirms_the_year_it_has_seen(office: Visitor) -> None:
    confirmed(office)
    year = office.get("/fees/v1/years/2026").json

    assert year is not None
    assert year["totals"]["determined_ore"] == 2 * 15_423_000


def test_an_outdated_preview_is_refused(office: Visitor) -> None:
    answer = office.post("/fees/v1/years/2026/confirmation", {"preview_hash": "0" * 64})

    assert (answer.status_code, answer.json["code"]) == (409, "preview-outdated")


def test_before_the_confirmation_the_fee_was_proposed(office: Visitor) -> None:
    before = clock.moment(clock.now())
    confirmed(office)

    assert office.get(f"{FEE}?known_at={before}").json["status"] == "proposed"
    assert office.get(f"/fees/v1/years/2026?known_at={before}").json["totals"]["determined"] == 0
    assert office.get(FEE).json["status"] == "determined"
    assert office.get(f"{FEE}?known_at=2020-01-01").status_code == 404


def test_the_office_waives_and_settles(office: Visitor, stage: Stage) -> None:
    confirmed(office)
    waived = office.post(f"{FEE}/waiver", {"waived_ore": 423_000, "reason": "Vedtak i KDU"})
    stage.told(population(2026, 850, replaces=846))
    settled = office.post(
        f"{FEE}/deviation-settlement", {"deviation": 1, "outcome": "corrected", "reason": "Nytt folketall"}
    )

    assert waived.json["to_pay_ore"] == 15_000_000
    assert settled.json["to_pay_ore"] == 15_002_000
    assert settled.json["settlements"][0]["outcome"] == "corrected"


def test_the_office_adopts_rates_and_awards_and_revokes_a_grant(office: Visitor, stage: Stage) -> None:
    part = {"name": "fixed", "label": "Fast del", "kind": "fixed", "amount_ore": 100}
    schedule = {"first_year": 2027, "components": [part], "proration": "none", "host_pays": True}
    adopted = office.post("/fees/v1/schedules", schedule)
    grant = {"grantor": "Staten", "component": "fixed", "years": [2027]}
    awarded = office.post("/fees/v1/grants", grant)
    stage.follow()
    covered = stage.fee(2027)["estimate"]["covered_ore"]
    revoked = office.post(f"/fees/v1/grants/{awarded.json['grant_id']}/revocation", {"reason": "Trukket"})

    assert (adopted.status_code, awarded.status_code, revoked.status_code) == (201, 201, 201)
    assert covered == 100
    assert revoked.json["revocation_reason"] == "Trukket"
    assert len(office.get("/fees/v1/schedules").json["items"]) == 2  # type: ignore[index]
    assert len(office.get("/fees/v1/grants").json["items"]) == 1  # type: ignore[index]


def test_a_grant_for_an_unknown_component_is_refused(office: Visitor) -> None:
    answer = office.post("/fees/v1/grants", {"grantor": "Staten", "component": "fest", "years": [2027]})

    assert (answer.status_code, answer.json["code"]) == (409, "component-unknown")


def test_a_repeated_command_under_one_key_has_one_effect(office: Visitor, stage: Stage) -> None:
    grant = {"grantor": "Staten", "component": "fixed", "years": [2027]}
    first, again = (office.post("/fees/v1/grants", grant, **{"Idempotency-Key": "one"}) for _ in range(2))

    assert first.json == again.json
    assert [type(each.event).__name__ for each in stage.store.history()].count("GrantAwarded") == 1


def test_what_waits_is_the_offices(office: Visitor, loppa: Visitor) -> None:
    assert office.get("/fees/v1/waiting").json["items"][0]["kind"] == "year-to-confirm"
    assert loppa.get("/fees/v1/waiting").status_code == 403


def test_a_municipality_sees_its_own_fee_only(loppa: Visitor) -> None:
    year = loppa.get("/fees/v1/years/2026").json

    assert year is not None
    assert [line["name"] for line in year["fees"]] == ["Loppa"]
    assert year["totals"]["to_pay_ore"] == 15_423_000
    assert loppa.get(FEE).status_code == 200
    assert loppa.get(FEE.replace(LOPPA, ALTA)).status_code == 403


def test_a_municipality_sees_its_own_earlier_knowledge_only(loppa: Visitor) -> None:
    moment = clock.moment(clock.now())
    year = loppa.get(f"/fees/v1/years/2026?known_at={moment}").json

    assert year is not None
    assert [line["name"] for line in year["fees"]] == ["Loppa"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/fees/v1/schedules",
            {"first_year": 2027, "components": [], "proration": "none", "host_pays": True},
        ),
        ("/fees/v1/grants", {"grantor": "Staten", "component": "fixed", "years": [2027]}),
        ("/fees/v1/years/2026/confirmation", {"preview_hash": "x"}),
        (f"{FEE}/waiver", {"reason": "Vi vil ikke betale"}),
        (f"{FEE}/deviation-settlement", {"deviation": 1, "outcome": "left", "reason": "Vi vil ikke"}),
    ],
)
def test_a_municipality_decides_nothing_about_fees(
    loppa: Visitor, path: str, body: dict[str, object]
) -> None:
    assert loppa.post(path, body).status_code == 403


def test_the_preview_is_not_for_a_municipality(loppa: Visitor) -> None:
    assert loppa.get("/fees/v1/years/2026/preview").status_code == 403


def test_a_fee_and_a_grant_change_only_as_they_were_seen(office: Visitor) -> None:
    confirmed(office)
    waiver = {"waived_ore": 100, "reason": "Ettergitt"}
    grant = {"grantor": "Staten", "component": "fixed", "years": [2027]}
    awarded = office.post("/fees/v1/grants", grant).json
    assert awarded is not None
    path = f"/fees/v1/grants/{awarded['grant_id']}"
    changes_only_what_was_seen(
        lambda: office.get(FEE), lambda headers: office.post(f"{FEE}/waiver", waiver, **headers)
    )
    changes_only_what_was_seen(
        lambda: office.get(path),
        lambda headers: office.post(f"{path}/revocation", {"reason": "Trukket"}, **headers),
    )


def test_a_grant_that_nobody_awarded_is_unknown(office: Visitor) -> None:
    path = f"/fees/v1/grants/{LOPPA}"
    answers = [office.get(path), office.post(f"{path}/revocation", {"reason": "Trukket"})]

    assert [(one.status_code, (one.json or {})["code"]) for one in answers] == [(404, "grant-unknown")] * 2
