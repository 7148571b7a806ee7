"""Commands for the day on which a database or the log is lost: what comes back, and what does not."""

from __future__ import annotations

import getpass
from dataclasses import asdict, astuple

import click

from deploy.samvirke import suite
from deploy.samvirke.prepared import open_prepared, require_log
from deploy.samvirke.reasons import Reason
from deploy.samvirke.said import REFUSED, fail, json_option, plainly, say, table
from deploy.samvirke.suite import service_argument
from shared import reconciling, restoring
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
    require_log(settings)
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


@click.command()
@service_argument
@click.option("--take-log", is_flag=True, help="Take back the events of the log that the database lacks.")
@click.option("--keep-table", is_flag=True, help="Disown events on the topic that are not the service's.")
@click.option("--reason", type=Reason(), help="Why; kept for ever with what was done. Needed to end a fork.")
@json_option
@plainly
def reconcile(service: str, reason: str | None, *, take_log: bool, keep_table: bool, as_json: bool) -> None:
    """Show event by event where the database of SERVICE and its topic differ; end it if told how."""
    if take_log and keep_table:
        raise click.UsageError("Choose one of --take-log and --keep-table.")
    if (take_log or keep_table) and not reason:
        raise click.UsageError("A fork is ended with a --reason.")
    settings, found = Settings.from_environment(), suite.SERVICES[service]
    store = open_prepared(settings, service)
    require_log(settings)
    log = open_log(settings)
    try:
        differing = reconciling.differences(store, log, found.topic)
        how = {"actor": operator(), "because": reason or ""}
        done: int | None = None
        if take_log:
            done = reconciling.take_log(store, log, found.topic, found.consumers, **how)
        elif keep_table:
            done = reconciling.keep_table(store, log, found.topic, **how)
    finally:
        log.close()
        store.database.close()

    def text() -> None:
        columns = (
            "number",
            "difference",
            "in the database",
            "on the topic",
            "type",
            "stream",
            "recorded",
            "place",
        )
        table(f"{service}: {len(differing)} differences", columns, [astuple(one) for one in differing])
        if done is not None:
            click.echo(f"{done} events {'taken back' if take_log else 'disowned'}.")

    said = {"differences": [asdict(one) for one in differing], "ended": done}
    say(said, as_json=as_json, text=text)
    if differing and done is None:
        fail("end it with --take-log or --keep-table, and a --reason", REFUSED)


def say_doubts(settings: Settings) -> bool:
    """Say on standard error where a database and its topic disagree; whether any does."""
    found = suite.doubts(settings)
    for message in found:
        click.echo(f"samvirke: {message}", err=True)
    return bool(found)


def operator() -> str:
    """Who is at the keyboard, as it is written down with what is mended."""
    return f"operator/{getpass.getuser()}"
