"""`samvirke prove`: break a spare installation and show that every promise was kept."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import click

from deploy.samvirke.said import REFUSED, UNREACHABLE, fail, plainly, table
from deploy.servers.programs import ServerMissingError
from shared.settings import BadSettingError

SERVER_FAULTS = ("broker killed", "broker restarted", "broker paused", "database restarted")
"""What an operator may give a command for."""


class _File(click.Path):
    """A file that will be written at the end: whether it can be is asked at the beginning."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        file = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not (file.parent.is_dir() and os.access(file.parent, os.W_OK)):
            self.fail(f"{file.parent} is no folder that can be written to.", param, ctx)
        return file


@click.command()
@click.option("--faults", type=click.IntRange(1), default=200, show_default=True, help="How many to inject.")
@click.option("--seed", type=int, help="Which ones; printed, so that a run can be repeated.")
@click.option("--minutes", type=click.IntRange(1), help="Begin no further round after so long.")
@click.option(
    "--heavy",
    type=click.IntRange(0, 200),
    default=20,
    show_default=True,
    help="How many strike a server or a disk.",
)
@click.option("--folder", type=click.Path(path_type=Path), help="Where to install; must be empty.")
@click.option(
    "--json",
    "json_file",
    type=_File(),
    help="Write everything there, and beside it (.log) what processes said.",
)
@click.option("--report", type=_File(), help="Write a page (Markdown) there.")
@click.option(
    "--servers", is_flag=True, help="Start a PostgreSQL and Kafka of this machine, and break these as well."
)
@click.option(
    "--brokers", type=click.IntRange(1, 5), default=3, show_default=True, help="With --servers, how many."
)
@click.option(
    "--break",
    "breaking",
    multiple=True,
    metavar="FAULT=COMMAND",
    help=f"A command that breaks a server and mends it again; {', '.join(SERVER_FAULTS)}.",
)
@plainly
def prove(
    folder: Path | None,
    json_file: Path | None,
    report: Path | None,
    breaking: tuple[str, ...],
    *,
    faults: int,
    seed: int | None,
    minutes: int | None,
    heavy: int,
    servers: bool,
    brokers: int,
) -> None:
    """Break a spare installation while clients write, and check that nothing was lost or done twice.

    It runs in a folder of its own, on the servers that SAMVIRKE_KAFKA and SAMVIRKE_DATABASE_* name, which
    must be empty, or on its own with --servers. Exit code 1 when a promise was not kept.
    """
    from deploy.proof import report as reporting  # no other command needs what proves
    from deploy.proof.ground import Ground
    from deploy.proof.trial import Trial

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    said = None if json_file is None else json_file.with_suffix(".log")
    commands = dict(_means(one) for one in breaking)
    try:
        with Ground(
            chosen, folder, brokers=brokers if servers else 0, heavy=heavy, commands=commands, said=said
        ) as ground:
            way = refuse_what_is_used(ground.environment)
            click.echo(f"{way}, seed {chosen}")
            trial = Trial(
                ground.environment,
                faults=faults,
                seed=chosen,
                means=ground.means,
                told=click.echo,
                minutes=minutes,
            )
            told = reporting.summary(trial.run(), seed=chosen, way=way)
    except ServerMissingError as error:
        fail(str(error), UNREACHABLE)
    except KeyboardInterrupt:
        fail("the trial was told to stop; what it had started is gone", REFUSED)
    if json_file is not None:
        json_file.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if report is not None:
        report.write_text(reporting.page([told]), encoding="utf-8")
    table(f"{way}, seed {chosen}", reporting.COLUMNS, reporting.rows(told))
    for one in told["findings"]:
        click.echo(f"{one['promise']} {one['kind']}: {one['what']}")
    for line in told["trouble"]:
        click.echo(line)
    if not told["kept"]:
        fail("not every promise was kept", REFUSED)


def refuse_what_is_used(environment: Mapping[str, str]) -> str:
    """Raise BadSettingError unless nothing is stored where the trial is to run; how the suite is run there."""
    from deploy.proof import second_reader
    from deploy.samvirke import suite
    from shared.settings import Settings

    settings = Settings.from_environment(environment)
    if settings.data.exists() and any(settings.data.iterdir()):
        message = f"{settings.data} is not empty; what is proved there is broken on purpose."
        raise BadSettingError(message)
    settings.data.mkdir(parents=True, exist_ok=True)
    for service in suite.SERVICES:
        if second_reader.has_table(settings.database(service), "events"):
            message = f"The database of {service} is in use; `samvirke prove` wants empty ones of its own."
            raise BadSettingError(message)
    if settings.kafka is not None:
        there = sorted(set(suite.TOPICS) & set(second_reader.kafka_topics(settings.kafka)))
        if there:
            message = f"Kafka has {', '.join(there)} already; `samvirke prove` wants a cluster of its own."
            raise BadSettingError(message)
    database = "SQLite" if settings.database("membership").startswith("sqlite") else "PostgreSQL"
    return f"{database} and {'the embedded log' if settings.kafka is None else 'Kafka'}"


def _stop(_number: int, _frame: object) -> NoReturn:
    """What was started goes on the way out; being told again would leave some of it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _means(text: str) -> tuple[str, Callable[[], None]]:
    name, _, command = text.partition("=")
    if name not in SERVER_FAULTS or not command:
        message = f"--break wants FAULT=COMMAND with a fault of {', '.join(SERVER_FAULTS)}, not {text!r}."
        raise BadSettingError(message)

    def run() -> None:
        subprocess.run(shlex.split(command), check=True, env=dict(os.environ))

    return name, run
