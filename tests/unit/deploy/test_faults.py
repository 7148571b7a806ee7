"""What is ordinarily wrong with a machine or an argument is said in one line, with the code that it comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED


def line(installation: Installation, *command: str, code: int) -> str:
    """The one line that a command says on standard error."""
    said = installation.run(*command, code=code).stderr
    assert said.startswith("samvirke: ")
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize(
    "command",
    [
        ("migrate",),
        ("topics",),
        ("token", "create", "--scope", "membership:read"),
        ("worker", "fees"),
        ("verify",),
        ("restore", "fees", "--from-log"),
        ("rebuild", "fees"),
        ("import", "municipalities", __file__),
    ],
    ids=" ".join,
)
def test_a_data_folder_that_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    unprepared = Installation(tmp_path, monkeypatch)
    unprepared.folder.write_text("no folder")

    assert str(unprepared.folder) in line(unprepared, *command, code=1)


@pytest.mark.parametrize("command", [("fees", "show", "2026"), ("worker", "fees"), ("verify",)], ids=" ".join)
def test_a_database_that_is_none(
    installation: Installation, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "garbage.db"
    file.write_bytes(b"garbage" * 5000)
    installation.use_database("fees", f"sqlite:///{file}")

    said = line(installation, *command, code=1)

    assert said == f"samvirke: The database of fees at {file} cannot be used: file is not a database.\n"


def test_a_database_that_is_none_stops_the_migration(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "garbage.db"
    file.write_bytes(b"garbage" * 5000)
    installation.use_database("fees", f"sqlite:///{file}")

    assert line(installation, "migrate", code=1).endswith("cannot be used: file is not a database\n")


def test_a_database_of_an_older_shape(installation: Installation) -> None:
    installation.break_database("fees", "DROP TABLE refusals")

    said = line(installation, "refused", "list", code=1)

    assert "`samvirke migrate` brings it: no such table: refusals" in said


@pytest.mark.parametrize("command", ["show", "confirm"])
@pytest.mark.parametrize("year", ["99999999999", "1899", "2201", "soon"])
def test_a_year_that_no_fee_is_of(installation: Installation, command: str, year: str) -> None:
    assert "Traceback" not in installation.run("fees", command, year, code=2).output


@pytest.mark.parametrize("option", ["--json", "--report"])
@pytest.mark.parametrize("place", ["/nope/told", "."])
def test_a_trial_whose_result_could_not_be_written_does_not_begin(
    installation: Installation, option: str, place: str
) -> None:
    said = installation.run("prove", option, place, code=2)

    assert option in said.stderr
    assert said.stdout == ""
