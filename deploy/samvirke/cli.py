"""`samvirke`: every command there is."""

from __future__ import annotations

import logging
import os
from importlib import import_module
from pathlib import Path

import click

from deploy.samvirke.said import plainly
from deploy.samvirke.suite import SERVICES
from shared import crashing

VERSION = "0.1.0"
"""As `pyproject.toml` says it, which is not there where the suite runs."""

COMMANDS = {
    "clock": "office:move_clock",
    "erase": "office:erase",
    "example": "registers:example",
    "fees": "office:fees",
    "import": "registers:import_",
    "migrate": "processes:migrate",
    "parked": "operations:parked",
    "prove": "proving:prove",
    "rebuild": "rebuilds:rebuild",
    "reconcile": "recovery:reconcile",
    "refused": "operations:refused",
    "restore": "recovery:restore",
    "serve": "processes:serve",
    "signin": "office:signin",
    "status": "operations:status",
    "token": "office:token",
    "topics": "topics:topics",
    "verify": "verifying:verify",
    "web": "processes:web",
    "worker": "processes:worker",
}
"""Where each command stands in this folder: module and function."""


class Commands(click.Group):
    """Imports a command with all that it needs when it is asked for, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as Click asks
        """Every command, by name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(":")
        found = getattr(import_module(f"deploy.samvirke.{module}"), function)
        assert isinstance(found, click.Command)  # noqa: S101  # the table above is ours
        return found


def import_everything() -> None:
    """What all commands need, loaded late or not: for who forks processes that shall begin at once."""
    for where in COMMANDS.values():
        import_module(f"deploy.samvirke.{where.split(':')[0]}")
    for service in SERVICES.values():
        import_module(service.app)
    for loaded_late in ("shared.log.kafka", "alembic.command"):
        import_module(loaded_late)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="samvirke")
@click.pass_context
@plainly
def main(context: click.Context) -> None:
    """The suite that a regional digitalisation network runs on.

    Exit codes: 1 refused, 2 wrong usage or setting, 3 something does not answer.
    """
    _follow_the_clock(context)
    crashing.arm()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("kafka").setLevel(logging.ERROR)


def _follow_the_clock(context: click.Context) -> None:
    """An installation's clock lies beside its keys, unless SAMVIRKE_CLOCK names another file.

    Whether it did is kept as the context's object: only then, or in an example, may the clock be moved.
    """
    context.obj = bool(os.environ.get("SAMVIRKE_CLOCK"))
    if not context.obj:
        folder = Path(os.environ.get("SAMVIRKE_DATA") or "var").absolute()
        os.environ["SAMVIRKE_CLOCK"] = str(folder / "clock")
