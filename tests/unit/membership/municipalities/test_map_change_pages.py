"""Mergers, splits and boundary adjustments in the browser: asked for, looked at, recorded."""

from __future__ import annotations

from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from shared.settings import Settings
from tests.support.membership_client import Visitor
from tests.support.visitors import errors_beside, hidden

MERGER, SPLIT, ADJUSTMENT = (f"/kommuner/{kind}" for kind in ("sammenslaing", "deling", "grensejustering"))

pytestmark = pytest.mark.usefixtures("first_network")


@pytest.fixture
def ids(office: Visitor) -> dict[str, str]:
    """Ids by Norwegian name."""
    items = office.get("/municipalities?limit=100").json["items"]  # type: ignore[index]
    return {one["names"]["nb"]: one["municipality_id"] for one in items}


def looked_at(office: Visitor, path: str, **asked: str | list[str]) -> str:
    """The preview's address."""
    return f"{path}/forhandsvisning?{urlencode(asked, doseq=True)}"


def test_a_merger_is_looked_at_before_it_is_recorded(office: Visitor, ids: dict[str, str]) -> None:
    asked = {
        "predecessors": [ids["Harstad"], ids["Loppa"]],
        "successor": ids["Harstad"],
        "merged_on": "01.01.2030",
    }
    page = office.see(looked_at(office, MERGER, **asked))

    assert "Opphører. Siste dag er 31. desember 2029." in page
    assert "Går videre med flere i seg." in page
    assert "25\N{NO-BREAK SPACE}204" in page
    assert "slått sammen" not in office.see(f"/kommuner/{ids['Loppa']}/historikk")

    answer = office.send(MERGER, asked, page)

    assert answer.status_code == 303
    assert answer.location == f"/membership/kommuner/{ids['Harstad']}/historikk"
    for name in ("Harstad", "Loppa"):
        told = office.see(f"/kommuner/{ids[name]}/historikk")
        assert "Harstad og Loppa ble slått sammen til Harstad." in told
    again = office.see(looked_at(office, MERGER, **asked))
    assert "Endringen er registrert fra før." in again
    assert "Registrer sammenslåingen" not in again


def test_the_preview_carries_everything_that_was_chosen(office: Visitor, ids: dict[str, str]) -> None:
    asked = {
        "predecessor": ids["Tromsø"],
        "successors": [ids["Harstad"], ids["Loppa"]],
        "split_on": "2030-01-01",
    }
    page = office.see(looked_at(office, SPLIT, **asked))

    carried = hidden(page, f"/membership{SPLIT}")
    assert (carried["predecessor"], carried["split_on"]) == (ids["Tromsø"], "2030-01-01")
    for name in ("Harstad", "Loppa"):
        assert f'name="successors" value="{ids[name]}"' in page
    back = unescape(page.split("Endre opplysningene")[0].rsplit('href="', 1)[1].split('"')[0])
    form = office.see(back.removeprefix("/membership"))
    assert form.count(" checked") == 2
    assert f'value="{ids["Tromsø"]}" selected' in form


def test_a_split_and_an_adjustment_are_recorded(office: Visitor, ids: dict[str, str]) -> None:
    adjusted = {"giver": ids["Tromsø"], "receivers": [ids["Loppa"]], "adjusted_on": "2029-01-01"}
    split = {
        "predecessor": ids["Tromsø"],
        "successors": [ids["Harstad"], ids["Loppa"]],
        "split_on": "2030-01-01",
    }
    for path, asked in ((ADJUSTMENT, adjusted), (SPLIT, split)):
        answer = office.send(path, asked, office.see(looked_at(office, path, **asked)))
        assert answer.status_code == 303

    page = office.see(f"/kommuner/{ids['Tromsø']}/historikk")
    assert "Grensejustering: areal gikk fra Tromsø til Loppa." in page
    assert "Tromsø ble delt i Harstad og Loppa." in page


@pytest.mark.parametrize(
    ("path", "typed", "beside"),
    [
        (MERGER, {"predecessors": []}, {"predecessors": "Må fylles ut."}),
        (MERGER, {"merged_on": "snart"}, {"merged_on": "Skriv datoen som dd.mm.åååå."}),
        (
            MERGER,
            {"predecessors": ["Harstad"], "successor": "Harstad"},
            {"predecessors": "Kommunene på de to sidene av endringen stemmer ikke."},
        ),
        (
            MERGER,
            {"merged_on": "2019-01-01"},
            {
                "merged_on": "Harstad: Kommunen fantes ikke på denne datoen. "
                "Loppa: Kommunen fantes ikke på denne datoen."
            },
        ),
        (SPLIT, {"successors": ["Loppa"]}, {"successors": "Velg minst to kommuner."}),
        (
            SPLIT,
            {"successors": ["Harstad", "Tromsø"]},
            {"successors": "Kommunene på de to sidene av endringen stemmer ikke."},
        ),
        (
            ADJUSTMENT,
            {"receivers": ["Tromsø"]},
            {"receivers": "Kommunene på de to sidene av endringen stemmer ikke."},
        ),
        (ADJUSTMENT, {"giver": ""}, {"giver": "Må fylles ut."}),
    ],
)
def test_a_change_that_cannot_be_says_why_beside_the_field_and_keeps_what_was_chosen(
    office: Visitor, ids: dict[str, str], path: str, typed: dict[str, str | list[str]], beside: dict[str, str]
) -> None:
    full: dict[str, dict[str, str | list[str]]] = {
        MERGER: {"predecessors": ["Harstad", "Loppa"], "successor": "Loppa", "merged_on": "2030-01-01"},
        SPLIT: {"predecessor": "Tromsø", "successors": ["Harstad", "Loppa"], "split_on": "2030-01-01"},
        ADJUSTMENT: {"giver": "Tromsø", "receivers": ["Loppa"], "adjusted_on": "2030-01-01"},
    }
    asked = {
        name: [ids[one] for one in value] if isinstance(value, list) else ids.get(value, value)
        for name, value in (full[path] | typed).items()
    }
    looked = office.open(looked_at(office, path, **asked))
    sent = office.send(path, asked, office.see(path))

    assert looked.status_code == 422
    assert errors_beside(looked.text) == beside
    assert sent.status_code in (409, 422)
    assert errors_beside(sent.text).keys() == beside.keys()
    for answer in (looked, sent):
        chosen = sum(len(value) for value in asked.values() if isinstance(value, list))
        assert answer.text.count(" checked") == chosen


def test_a_municipality_that_is_not_known_is_said_so(office: Visitor, ids: dict[str, str]) -> None:
    unknown = "00000000-0000-0000-0000-000000000000"
    asked = {"giver": ids["Tromsø"], "receivers": [unknown], "adjusted_on": "2030-01-01"}
    answer = office.open(looked_at(office, ADJUSTMENT, **asked))

    assert answer.status_code == 422
    assert "Ukjent kommune: Kommunen finnes ikke i registeret." in answer.text


def test_only_the_office_changes_the_map(app: Flask, settings: Settings, ids: dict[str, str]) -> None:
    tromso = Visitor(app, settings, ids["Tromsø"])
    for path in (MERGER, SPLIT, ADJUSTMENT):
        assert tromso.open(path).status_code == 403
        assert tromso.open(f"{path}/forhandsvisning").status_code == 403
        assert tromso.send(path, {}, tromso.see("/kommuner")).status_code == 403
