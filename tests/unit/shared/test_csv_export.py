"""An exported table opens in a spreadsheet and runs nothing."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from shared.csv_export import export, safe_cell


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_looks_like_a_formula_is_text(begin: str) -> None:
    assert safe_cell(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "true"), (-5, "-5"), (date(2026, 1, 1), "2026-01-01"), ("a=b", "a=b"), ("", "")],
)
def test_other_values_stay_as_they_are(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_what_is_exported_can_be_read_again() -> None:
    rows: list[dict[str, object]] = [
        {"navn": "Kárášjohka; Karasjok", "sum": 7},
        {"navn": 'Han sa "hei"\nog gikk', "sum": None},
    ]

    read = list(csv.reader(io.StringIO(export(["navn", "sum"], rows).decode()), delimiter=";"))

    assert read == [["navn", "sum"], ["Kárášjohka; Karasjok", "7"], ['Han sa "hei"\nog gikk', ""]]


def test_excel_gets_a_byte_order_mark_when_asked() -> None:
    assert export(["a"], [], mark=True) == b"\xef\xbb\xbfa\r\n"
    assert export(["a"], []) == b"a\r\n"


def test_headers_are_made_safe_too() -> None:
    assert export(["=1"], []) == b"'=1\r\n"
