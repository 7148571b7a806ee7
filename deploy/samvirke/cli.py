"""`samvirke`: every command there is."""

from __future__ import annotations

import logging

import click

from deploy.samvirke import office, operations, processes, registers


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samvirke")
def main() -> None:
    """The suite that a regional digitalisation network runs on.

    Exit codes: 1 refused, 2 wrong usage or setting, 3 something does not answer.
    """
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
    operations.rebuild,
    operations.verify,
    operations.parked,
):
    main.add_command(command)
