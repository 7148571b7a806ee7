"""`samvirke`: every command there is."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import click

from deploy.samvirke import office, operations, processes, proving, rebuilds, recovery, registers, verifying
from deploy.samvirke.said import plainly
from shared import crashing


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samvirke")
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


for command in (
    processes.serve,
    processes.web,
    processes.worker,
    processes.migrate,
    processes.topics,
    registers.import_,
    registers.example,
    office.fees,
    office.token,
    office.signin,
    office.erase,
    office.move_clock,
    operations.status,
    rebuilds.rebuild,
    verifying.verify,
    operations.parked,
    operations.refused,
    recovery.restore,
    recovery.reconcile,
    proving.prove,
):
    main.add_command(command)


def _follow_the_clock(context: click.Context) -> None:
    """An installation's clock lies beside its keys, unless SAMVIRKE_CLOCK names another file.

    Whether it did is kept as the context's object: only then, or in an example, may the clock be moved.
    """
    context.obj = bool(os.environ.get("SAMVIRKE_CLOCK"))
    if not context.obj:
        folder = Path(os.environ.get("SAMVIRKE_DATA") or "var").absolute()
        os.environ["SAMVIRKE_CLOCK"] = str(folder / "clock")
