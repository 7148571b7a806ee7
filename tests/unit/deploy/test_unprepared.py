"""Where nothing was prepared, a command says so in one line, and leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.installation import SERVICES, UNCLOSED, Installation

pytestmark = UNCLOSED

COMMANDS = [
    ("status",),
    ("parked", "list"),
    ("parked", "replay", "fees"),
    ("parked", "discard", "fees", "k", "--reason", "r"),
    ("refused", "list"),
    ("refused", "settle", "fees", "r", "--reason", "r"),
    ("fees", "show", "2026"),
    ("fees", "confirm", "2026"),
    ("token", "create", "--scope", "membership:read"),
    ("signin", "office"),
    ("erase", "c"),
    ("example", "load"),
    ("rebuild", "fees"),
    ("restore", "fees", "--from-log"),
    ("reconcile", "fees"),
    ("verify",),
    ("topics",),
    ("topics", "refill"),
    ("worker", "fees"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_it_names_what_is_missing_and_the_remedy(unprepared: Installation, command: tuple[str, ...]) -> None:
    done = unprepared.run(*command, code=1)

    assert "`samvirke migrate`" in done.output
    assert str(unprepared.folder) in done.output
    assert done.stderr.startswith("samvirke: ")
    assert done.stderr.count("\n") == 1
    assert not unprepared.folder.exists()


def test_an_import_there_is_refused_too(unprepared: Installation, tmp_path: Path) -> None:
    file = tmp_path / "population.csv"
    file.write_text("")

    assert "`samvirke migrate`" in unprepared.run("import", "population", str(file), code=1).stderr
    assert not unprepared.folder.exists()


def test_on_postgresql_a_database_without_tables_is_named(
    unprepared: Installation, postgres_database: Callable[[], str]
) -> None:
    address = postgres_database()
    unprepared.use_database("fees", address)

    said = unprepared.run("fees", "show", "2026", code=1).stderr

    assert said.startswith("samvirke: There are no tables in the database of fees at ")
    assert address.rsplit("/", 1)[1] in said
    assert "`samvirke migrate`" in said
    assert "postgres:" not in said


def test_status_shows_the_others_where_one_database_is_away(installation: Installation) -> None:
    installation.use_database("groups", "postgresql+psycopg://nobody:secret@127.0.0.1:1/groups")

    done = installation.run("status", "--json", code=3)
    rows = {row["service"]: row for row in json.loads(done.stdout)}

    assert set(rows) == set(SERVICES)
    assert rows["membership"]["events"] > 0
    assert rows["groups"]["parts"]["database"].startswith(
        "The database of groups at 127.0.0.1:1/groups does not answer"
    )
    assert "secret" not in done.output
    assert done.stderr == "samvirke: not every database can be read\n"
    assert "127.0.0.1:1/groups" in installation.run("status", code=3).stdout
