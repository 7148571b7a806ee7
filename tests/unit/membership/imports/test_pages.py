"""The page Import: choose, look, confirm."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from shared.eventstore import Store
from tests.support.membership_client import Visitor
from tests.support.visitors import errors_beside

FILES = Path("deploy/networks/digitrofi")


def preview(office: Visitor, kind: str, content: bytes, **fields: str) -> tuple[int, str]:
    answer = office.send(
        "/import/forhandsvisning",
        {"kind": kind, "file": (io.BytesIO(content), "fil.csv"), **fields},
        office.see("/import"),
    )
    return answer.status_code, answer.text


def test_a_file_is_looked_at_before_it_is_loaded(office: Visitor, store: Store) -> None:
    status, page = preview(office, "municipalities", (FILES / "municipalities.csv").read_bytes())

    assert status == 200
    assert "Forhåndsvisning: kommuneregister" in page
    assert store.history() == []


def test_the_confirmed_file_is_loaded_and_the_page_says_what_it_did(office: Visitor, store: Store) -> None:
    _, page = preview(office, "municipalities", (FILES / "municipalities.csv").read_bytes())
    answer = office.send("/import", {}, page)

    assert answer.status_code == 303
    assert len(store.history()) == 39 + 39 + 2
    assert "39 nye, 0 endret, 0 uendret" in office.see(answer.headers["Location"].removeprefix("/membership"))


@pytest.mark.usefixtures("first_network")
def test_the_preview_shows_sums_and_the_largest_differences(office: Visitor) -> None:
    content = b"\xef\xbb\xbfnumber_2024;year;population\n5614;2026;950\n5501;2026;79943\n"
    status, page = preview(office, "population", content, published_on="15.04.2026")

    assert status == 200
    assert "Sum per år" in page
    assert "Loppa" in page
    assert "846 per 01.01.2026" in page
    assert 'name="published_on" value="2026-04-15"' in page


@pytest.mark.usefixtures("first_network")
def test_nothing_is_offered_when_all_is_known(office: Visitor) -> None:
    status, page = preview(office, "population", (FILES / "population.csv").read_bytes())

    assert status == 200
    assert "Det er ingenting å laste inn" in page
    assert "Last inn</button>" not in page


@pytest.mark.usefixtures("first_network")
def test_wrong_rows_are_shown_in_norwegian(office: Visitor) -> None:
    status, page = preview(office, "population", b"number_2024,year,population\n9999,2026,5\n")

    assert status == 422
    assert "Ingen kommune i registeret har hatt dette nummeret." in page
    assert "Last inn</button>" not in page


def test_a_text_in_the_place_of_a_file_is_none(office: Visitor) -> None:
    answer = office.send(
        "/import/forhandsvisning", {"kind": "municipalities", "file": "fil.csv"}, office.see("/import")
    )

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {"file": "Velg en fil."}


def test_a_file_must_be_chosen(office: Visitor) -> None:
    answer = office.send("/import/forhandsvisning", {"kind": "population"}, office.see("/import"))

    assert answer.status_code == 422
    assert "Må fylles ut." in answer.text


def test_a_confirmation_that_no_longer_fits_shows_the_rows(office: Visitor) -> None:
    _, page = preview(office, "municipalities", (FILES / "municipalities.csv").read_bytes())
    answer = office.send("/import", {"kind": "population"}, page)

    assert answer.status_code == 422
    assert "Kolonnene er ikke som de skal være" in answer.text


def test_a_content_that_was_tampered_with_is_refused(office: Visitor, store: Store) -> None:
    _, page = preview(office, "municipalities", (FILES / "municipalities.csv").read_bytes())
    answer = office.send("/import", {"content": "ikke base64!"}, page)

    assert answer.status_code == 422
    assert "Velg fila på nytt." in answer.text
    assert store.history() == []
