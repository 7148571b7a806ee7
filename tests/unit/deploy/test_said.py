"""What a command prints for people can be read by a program as well."""

from __future__ import annotations

import sqlite3

import pytest

from deploy.samvirke.said import UNREACHABLE, table, told


def test_in_a_pipe_a_row_is_a_line_and_nothing_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    table("Long", ("name", "text"), [["one", "x" * 300], ["two", "y" * 300]])

    lines = capsys.readouterr().out.splitlines()

    assert sum("x" * 300 in line for line in lines) == 1
    assert sum("y" * 300 in line for line in lines) == 1


@pytest.mark.parametrize("text", ["key[/red]", "[bold]key[/bold]", "[link=x]", "\\[key]"])
def test_square_brackets_stand_as_they_are(capsys: pytest.CaptureFixture[str], text: str) -> None:
    table("Parked", ("key",), [[text]])

    assert text in capsys.readouterr().out


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE])
def test_a_database_whose_disk_is_full_may_answer_later(code: int) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code

    assert told(error) == ("The database does not answer: database or disk is full", UNREACHABLE)
