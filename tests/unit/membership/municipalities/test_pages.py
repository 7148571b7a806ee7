"""The pages Kommuner and Historikk."""

from __future__ import annotations

import pytest
from flask import Flask

from shared import clock
from shared.settings import Settings
from tests.support.membership_client import Visitor

TROMSO = "6ba9f157-fe8d-5a49-bac7-e6530a947e09"
HISTORY = f"/kommuner/{TROMSO}/historikk"


@pytest.mark.usefixtures("first_network")
def test_the_list_shows_names_numbers_counties_and_inhabitants(office: Visitor) -> None:
    page = office.see("/kommuner?as_of=2026-06-30")

    assert "39 kommuner per 30. juni 2026 med til sammen 246\N{NO-BREAK SPACE}506 innbyggere" in page
    assert "Kåfjord \N{EN DASH} Gáivuotna \N{EN DASH} Kaivuono" in page
    assert "SSB, tabell 07459" in page
    assert page.index("Alta") < page.index("Sør-Varanger") < page.index("Vardø")


@pytest.mark.usefixtures("first_network")
def test_the_list_says_how_many_of_the_inhabitants_are_invented(office: Visitor) -> None:
    made_up = {
        "names": {"nb": "Eksempelby"},
        "valid_from": "2026-01-01",
        "invented": True,
        "county_number": "55",
    }
    there = office.post("/municipalities", made_up).json["municipality_id"]
    figure = {"as_of": "2026-01-01", "inhabitants": 1_234, "source": "oppdiktet", "invented": True}
    assert office.post(f"/municipalities/{there}/population", figure).status_code == 201

    page = office.see("/kommuner?as_of=2026-06-30")

    assert "247\N{NO-BREAK SPACE}740 innbyggere, hvorav 1\N{NO-BREAK SPACE}234 oppdiktede" in page


@pytest.mark.usefixtures("first_network")
def test_the_list_of_an_earlier_day_shows_its_numbers(office: Visitor) -> None:
    page = office.see("/kommuner?as_of=2023-06-30")

    assert "5401" in page
    assert "5501" not in page
    assert "Troms og Finnmark" in page


@pytest.mark.usefixtures("first_network")
@pytest.mark.parametrize("search", ["karasjohka", "KARASJOK", "5437", "5610"])
def test_a_search_finds_any_name_and_number(office: Visitor, search: str) -> None:
    page = office.see(f"/kommuner?sok={search}")

    assert "Kárášjohka" in page
    assert "Tromsø" not in page


@pytest.mark.usefixtures("first_network")
def test_a_search_without_a_hit_says_so_and_does_not_run_what_was_typed(office: Visitor) -> None:
    page = office.see("/kommuner?sok=<script>")

    assert "Ingen kommune har eller har hatt" in page
    assert "<script>" not in page


def test_an_empty_register_shows_the_way_to_the_import(office: Visitor) -> None:
    assert "Last inn kommuneregisteret" in office.see("/kommuner")


@pytest.mark.usefixtures("first_network")
def test_the_list_is_offered_as_a_file(office: Visitor) -> None:
    answer = office.open("/kommuner?format=csv&sok=loppa")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert "Loppa" in answer.text


@pytest.mark.usefixtures("first_network")
def test_the_history_tells_what_happened_in_norwegian(office: Visitor) -> None:
    page = office.see(HISTORY)

    assert "Tromsø ble registrert med kommunenummer 5401." in page
    assert "Nytt kommunenummer 5501, før 5401." in page
    assert "Folketall 79\N{NO-BREAK SPACE}943 (kilde: SSB, tabell 07459)." in page
    assert "Nettverkskontoret" in page


@pytest.mark.usefixtures("first_network")
def test_a_fact_is_corrected_on_the_page(office: Visitor) -> None:
    form = {"which": '["name_nb", "2020-01-01", "Tromsø"]', "new_value": "Tromsa", "reason": "Prøve"}
    answer = office.send(HISTORY, form, office.see(HISTORY))

    assert answer.status_code == 303
    assert (
        "Rettet det norske navnet som gjelder fra 1. januar 2020: fra Tromsø til Tromsa. Prøve"
        in office.see(HISTORY)
    )


@pytest.mark.usefixtures("first_network")
@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"which": "noe annet", "new_value": "X", "reason": "Y"}, 422, "Velg en opplysning fra lista."),
        ({"which": '["name_nb", "2020-01-01", "Tromsø"]', "new_value": "X"}, 422, "Må fylles ut."),
        (
            {"which": '["number", "2024-01-01", "5501"]', "new_value": "55", "reason": "Y"},
            422,
            "Et kommunenummer har fire sifre.",
        ),
        (
            {"which": '["number", "2024-01-01", "5999"]', "new_value": "5502", "reason": "Y"},
            409,
            "Opplysningen er en annen enn den du vil rette.",
        ),
    ],
)
def test_a_correction_that_cannot_be_says_why(
    office: Visitor, form: dict[str, str], status: int, told: str
) -> None:
    answer = office.send(HISTORY, form, office.see(HISTORY))

    assert answer.status_code == status
    assert told in answer.text


@pytest.mark.usefixtures("first_network")
def test_a_municipality_sees_its_own_history_only(app: Flask, settings: Settings) -> None:
    tromso = Visitor(app, settings, TROMSO)
    harstad = Visitor(app, settings, "00000000-0000-0000-0000-000000000001")

    assert "Rett en opplysning" not in tromso.see(HISTORY)
    assert harstad.open(HISTORY).status_code == 403


@pytest.mark.usefixtures("first_network")
def test_what_was_known_earlier_is_only_read(office: Visitor) -> None:
    now, then = office.see(HISTORY), office.see(f"{HISTORY}?known_at={clock.today()}")

    paths = [f"/kommuner/{TROMSO}/{form}" for form in ("nummer", "navn", "folketall")]
    for way_to_write in ("Rett en opplysning", *paths):
        assert way_to_write in now
        assert way_to_write not in then


@pytest.mark.usefixtures("first_network")
def test_the_history_of_an_unknown_municipality_is_not_found(office: Visitor) -> None:
    assert office.open("/kommuner/00000000-0000-0000-0000-000000000000/historikk").status_code == 404
