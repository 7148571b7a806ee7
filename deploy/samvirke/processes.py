"""Commands that run the suite: one process for a person, or one per service for an operator."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from deploy.samvirke import suite
from deploy.samvirke.ending import Ending
from deploy.samvirke.prepared import require_prepared
from deploy.samvirke.said import REFUSED, fail, json_option, plainly, say
from shared.owning import WrongDatabase
from shared.settings import Settings
from shared.worker import Worker

logger = logging.getLogger(__name__)

_GUNICORN = Path(__file__).parents[1] / "gunicorn.conf.py"
_GRACE = 20.0
"""Seconds within which a worker ends; an operator's system gives it more before it kills."""


@click.command()
@click.option(
    "--example/--no-example",
    default=True,
    envvar="EXAMPLE",
    help="Load the example history into an empty suite.",
)
@plainly
def serve(*, example: bool) -> None:
    """Run the whole suite on one port, web and worker, with everything it needs prepared."""
    from deploy.samvirke import serving  # a worker or a web process needs none of it

    serving.serve(Settings.from_environment(), example=example)


@click.command()
@click.argument("service", type=click.Choice([*sorted(suite.SERVICES), "all"]))
@plainly
def web(service: str) -> None:
    """Serve one service over HTTP, or all on one port (gunicorn; PORT says where)."""
    os.environ["SAMVIRKE_SERVICE"] = "" if service == "all" else service
    run_gunicorn()


@click.command()
@click.argument("services", nargs=-1, required=True, type=click.Choice([*sorted(suite.SERVICES), "all"]))
@plainly
def worker(services: tuple[str, ...]) -> None:
    """Publish, consume and keep the schedule of one service (or of several)."""
    settings = Settings.from_environment()
    names = sorted(suite.SERVICES) if "all" in services else services
    require_prepared(settings, *names)
    workers = [suite.make_worker(settings, suite.SERVICES[name]) for name in names]
    started: list[Worker] = []
    code = 0
    try:
        _run(workers, started, Ending())
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        # The threads would let the process live on, and nobody would start it again.
        logger.exception("the worker ends")
        code = REFUSED
    _end(started, code)


@plainly
def _run(workers: list[Worker], started: list[Worker], ending: Ending) -> None:
    """Start the workers, add to `started` those that did, and say that they live until asked to end."""
    for one in workers:
        if _starts(one):
            started.append(one)  # noqa: PERF401  # at once: the next may fail
    if not started:
        sys.exit(REFUSED)
    sign = os.environ.get("SAMVIRKE_ALIVE")
    while not ending.wait(1.0):
        if sign and all(running.alive for running in started):
            Path(sign).touch()  # its age is what a container's health check looks at
        if os.getppid() == 1 and os.environ.get("SAMVIRKE_CHILD"):
            break  # the process that started this one is gone


def _end(started: list[Worker], code: int) -> NoReturn:
    """Let every thread finish its transaction, then end the process: with `code`, or 1 where one did not."""
    for running in started:
        running.ask_to_end()
    deadline = time.monotonic() + _GRACE
    ended = [running.wait_until_ended(deadline) for running in started]
    # A thread that did not end in time may wait for long: it must not outlive its process.
    sys.stdout.flush()
    os._exit(code or (0 if all(ended) else REFUSED))


@click.command()
@json_option
@plainly
def migrate(*, as_json: bool) -> None:
    """Bring every database to the newest shape, build read models, load the network's own data.

    That data is its register, rates, grants and bodies; figures are imported by themselves.
    """
    from deploy.samvirke import registers
    from deploy.samvirke.recovery import say_doubts

    settings = Settings.from_environment()
    reports = suite.prepare(settings)
    if not say_doubts(settings):
        registers.load_network(settings, with_population=False)
    said = [{"service": r.service, "source": r.source, "events": r.events} for r in reports]

    def text() -> None:
        for report in said:
            click.echo(f"{report['service']}: built what {report['source']} feeds, {report['events']} events")
        click.echo("Every database has the newest shape.")

    say({"built": said}, as_json=as_json, text=text)


def _starts(running: Worker) -> bool:
    """Start a worker; one whose database is another service's stands aside, and the others go on."""
    try:
        running.start()
    except WrongDatabase as error:
        click.echo(f"samvirke: {error.message}", err=True)
        return False
    return True


def run_gunicorn() -> None:
    """Become gunicorn, with the settings that deployment keeps."""
    try:
        os.execv(sys.executable, gunicorn_command())  # noqa: S606  # our own interpreter, fixed arguments
    except OSError as error:
        fail(f"gunicorn cannot be started: {error}", 1)


def gunicorn_command() -> list[str]:
    """The command line of gunicorn for what the environment names."""
    app = "deploy.samvirke.wsgi:application()"
    return [sys.executable, "-m", "gunicorn", "--config", str(_GUNICORN), app]
