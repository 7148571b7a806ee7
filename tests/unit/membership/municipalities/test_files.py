"""Lists as files: for a spreadsheet, and refused by name where another kind is asked for."""

from __future__ import annotations

import csv
import io

import pytest

from tests.support.membership_client import Visitor


@pytest.mark.usefixtures("first_network")
def test_the_list_as_a_file_can_be_read_by_a_spreadsheet(office: Visitor) -> None:
    answer = office.get("/municipalities?format=csv&as_of=2026-06-30&bom=true")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))

    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert len(rows) == 39
    assert (rows[0]["name_nb"], rows[0]["number"], rows[0]["county"]) == ("Alta", "5601", "Finnmark")


@pytest.mark.parametrize("path", ["/municipalities", "/members"])
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("format=xlsx", "format"),
        ("format=", "format"),
        ("format=csv&bom=1", "bom"),
        ("bom=null", "bom"),
        ("format=csv&limit=x", "limit"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(
    office: Visitor, path: str, query: str, wrong: str
) -> None:
    answer = office.get(f"{path}?{query}")

    assert answer.status_code == 422
    assert list((answer.json or {})["errors"]) == [wrong]
