"""Every fault in the form of a file is named by its line."""

from __future__ import annotations

import pytest

from services.membership.imports.csv_file import Columns, read_lines

COLUMNS = Columns(required=("year",), optional=("name_nb",), numbered=True)


def rules(content: bytes) -> list[tuple[int, str]]:
    _, errors = read_lines(content, COLUMNS)
    return [(error.line, error.rule) for error in errors]


@pytest.mark.parametrize(
    "content",
    [
        b"number_2024,year\n5501,2026\n",
        b"number_2024;year\r\n5501;2026\r\n",
        "\ufeffnumber_2024,year\n5501,2026".encode(),
        b'number_2024,year\n\n " 5501 ",2026\n\n',
        b"year,number_2024,number_2020\n2026,5501,5401\n",
    ],
    ids=["comma", "semicolon and CRLF", "byte order mark", "blanks and empty lines", "another order"],
)
def test_a_file_may_come_from_any_program(content: bytes) -> None:
    lines, errors = read_lines(content, COLUMNS)

    assert errors == []
    assert [line.cells["year"] for line in lines] == ["2026"]


def test_a_line_knows_its_number_in_the_file() -> None:
    lines, _ = read_lines(b"number_2024,year\n5501,2025\n\n5501,2026\n", COLUMNS)

    assert [line.number for line in lines] == [2, 4]


def test_text_that_is_not_utf_8_is_named_by_its_line() -> None:
    assert rules("number_2024,year,name_nb\n5501,2026,x\n5405,2026,Vadsø\n".encode("latin-1")) == [
        (3, "not-utf-8")
    ]


def test_a_nul_which_no_database_keeps_in_a_text_is_named_by_its_line() -> None:
    content = b"number_2024,year,name_nb\n5501,2026,x\n5405,2026,Vads\0\n"

    assert rules(content) == [(3, "text-unusable")]


@pytest.mark.parametrize(
    "header", [b"number_2024", b"year", b"number_2024,year,tax", b"number_2024,year,year", b"number_24,year"]
)
def test_wrong_columns_are_named(header: bytes) -> None:
    assert rules(header + b"\n1,2,3\n") == [(1, "wrong-columns")]


def test_a_row_with_too_few_or_too_many_cells_is_named() -> None:
    assert rules(b"number_2024,year\n5501\n5501,2026\n5501,2026,x\n") == [
        (2, "wrong-columns"),
        (4, "wrong-columns"),
    ]


@pytest.mark.parametrize("content", [b"", b"number_2024,year\n"])
def test_a_file_without_rows_is_named(content: bytes) -> None:
    assert [rule for _, rule in rules(content)] == ["wrong-columns"]


def test_a_quotation_mark_that_is_never_closed_is_named() -> None:
    assert [rule for _, rule in rules(b'number_2024,year\n"5501,2026\n')] == ["wrong-columns"]


def test_a_column_for_a_year_that_no_calendar_has_is_no_column_of_ours() -> None:
    assert rules(b"number_0000,year\n5501,2026\n") == [(1, "wrong-columns")]
