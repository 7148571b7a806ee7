"""What a command prints for people can be read by a program as well."""

from __future__ import annotations

import pytest

from deploy.samvirke.said import table


def test_in_a_pipe_a_row_is_a_line_and_nothing_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    table("Long", ("name", "text"), [["one", "x" * 300], ["two", "y" * 300]])

    lines = capsys.readouterr().out.splitlines()

    assert sum("x" * 300 in line for line in lines) == 1
    assert sum("y" * 300 in line for line in lines) == 1


@pytest.mark.parametrize("text", ["key[/red]", "[bold]key[/bold]", "[link=x]", "\\[key]"])
def test_square_brackets_stand_as_they_are(capsys: pytest.CaptureFixture[str], text: str) -> None:
    table("Parked", ("key",), [[text]])

    assert text in capsys.readouterr().out
