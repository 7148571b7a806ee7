"""A process imports what it needs and nothing else: who starts hundreds of them, or waits for one, notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from deploy.samvirke.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]

FOR_PAGES = ("flask_wtf", "marshmallow", "babel")
FOR_OPERATORS = ("alembic", "rich", "deploy.proof")

WORKER = """
from deploy.samvirke.cli import main
from deploy.samvirke.suite import SERVICES
main.get_command(None, "worker")
SERVICES["fees"]
"""
WEB = """
import deploy.samvirke.wsgi
import services.fees.app
from deploy.samvirke.suite import SERVICES
SERVICES["fees"]
"""


def loaded(code: str) -> set[str]:
    """The modules that a new process has after `code`."""
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stdout.split())


@pytest.mark.parametrize(
    ("code", "unneeded"),
    [
        (WORKER, (*FOR_PAGES, *FOR_OPERATORS, "services.groups.consumer")),
        (WEB, (*FOR_OPERATORS, "kafka", "services.groups.app")),
    ],
    ids=["worker", "web"],
)
def test_a_process_of_one_service_loads_no_other_and_nothing_for_operators(
    code: str, unneeded: tuple[str, ...]
) -> None:
    assert loaded(code) & set(unneeded) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_where_the_table_says(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert command.name == name


def test_who_forks_processes_has_everything_that_they_need() -> None:
    assert loaded("from deploy.samvirke.cli import import_everything; import_everything()") >= {
        "deploy.samvirke.proving",
        "services.groups.app",
        "services.groups.consumer",
        "shared.log.kafka",
        "alembic.command",
    }
