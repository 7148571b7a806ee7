"""Commands for the day on which a database or the log is lost: what comes back, and what does not."""

from __future__ import annotations

import getpass
from dataclasses import asdict

import click

from deploy.samvirke import suite
from deploy.samvirke.said import json_option, plainly, say
from deploy.samvirke.suite import service_argument
from shared import restoring
from shared.opening import open_log
from shared.settings import Settings

_UNLOGGED = (
    "what was accepted and had not reached the log",
    "answers kept for repeated requests (Idempotency-Key): such a request is carried out anew",
    "the list of refused follow-ups",
    "what was parked or discarded of other services' events: what still cannot be taken in parks again",
)
"""What no service's database gets back."""


class _Place(click.ParamType):  # type: ignore[type-arg]  # generic in the stubs alone
    name = "PARTITION/OFFSET"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> restoring.Omitted:
        partition, _, offset = value.partition("/")
        if not (partition.isdecimal() and offset.isdecimal()):
            self.fail(f"{value!r} is not a partition and an offset, such as 3/17.", param, ctx)
        return int(partition), int(offset)


@click.command()
@service_argument
@click.option("--from-log", "from_log", is_flag=True, required=True, help="The source; there is no other.")
@click.option(
    "--leave-out", "leave_out", type=_Place(), multiple=True, help="A record that is no event, as named."
)
@click.option("--accept-missing", is_flag=True, help="Give up the numbers that the topic lacks.")
@json_option
@plainly
def restore(
    service: str,
    leave_out: tuple[restoring.Omitted, ...],
    *,
    from_log: bool,
    accept_missing: bool,
    as_json: bool,
) -> None:
    """Fill the empty database of SERVICE with its own events from the log; say what is lost for good."""
    del from_log
    settings, found = Settings.from_environment(), suite.SERVICES[service]
    log = open_log(settings)
    try:
        log.check_topics(suite.TOPICS)
        suite.prepare_service(settings, found, log)
        store = found.open_store(settings)
        told = restoring.restore(
            store,
            log,
            found.topic,
            found.consumers,
            actor=operator(),
            leave_out=leave_out,
            accept_missing=accept_missing,
        )
        store.database.close()
    finally:
        log.close()
    lost = [*found.unlogged, *_UNLOGGED]

    def text() -> None:
        click.echo(f"{told.events} events of {service} are back; number {told.last + 1} comes next.")
        for number in told.missing:
            click.echo(f"given up: number {number}, which the topic lacks")
        for place in told.left_out:
            click.echo(f"left out: {place}")
        for thing in lost:
            click.echo(f"lost: {thing}")

    say(asdict(told) | {"lost": lost}, as_json=as_json, text=text)


def say_doubts(settings: Settings) -> bool:
    """Say on standard error where a database and its topic disagree; whether any does."""
    found = suite.doubts(settings)
    for message in found:
        click.echo(f"samvirke: {message}", err=True)
    return bool(found)


def operator() -> str:
    """Who is at the keyboard, as it is written down with what is mended."""
    return f"operator/{getpass.getuser()}"
