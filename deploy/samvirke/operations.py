"""Commands for who keeps the suite running: look, mend what is parked, settle what was refused."""

from __future__ import annotations

import getpass
from typing import Any

import click
from sqlalchemy import func, select

from deploy.samvirke import suite
from deploy.samvirke.prepared import open_prepared
from deploy.samvirke.reasons import Reason
from deploy.samvirke.said import REFUSED, UNREADABLE, fail, json_option, plainly, say, table, told
from deploy.samvirke.suite import service_argument
from shared import mending, parking, refusals
from shared.settings import Settings
from shared.tables import events, publications, publisher


@click.command()
@json_option
@plainly
def status(*, as_json: bool) -> None:
    """What each service has recorded, numbered and sent, what waits, and which part is down.

    A database that cannot be read is told among the parts, and the others are shown as they are.
    """
    settings = Settings.from_environment()
    found, codes = zip(*(_seen(settings, service) for service in suite.SERVICES.values()), strict=True)

    def text() -> None:
        columns = ("service", "events", "numbered", "sent", "parked", "refused", "trouble")
        rows = [[row.get(column) for column in columns[:-1]] + [_trouble(row)] for row in found]
        table("Samvirke", columns, rows)

    say(found, as_json=as_json, text=text)
    if any(codes):
        fail("not every database can be read", max(codes))


@click.group()
def parked() -> None:
    """Records that could not be taken in: list, show, replay, discard."""


@parked.command("list")
@json_option
@plainly
def list_parked(*, as_json: bool) -> None:
    """Every record that waits, in each service."""
    rows = [row for service in suite.SERVICES for row in _waiting(service)]

    def text() -> None:
        columns = (
            "service",
            "consumer",
            "key",
            "topic",
            "partition",
            "offset",
            "state",
            "reason",
            "attempts",
        )
        table("Parked", columns, [[row[column] for column in columns] for row in rows])

    say(rows, as_json=as_json, text=text)


@parked.command()
@service_argument
@click.argument("key")
@plainly
def show(service: str, key: str) -> None:
    """The records of one key with their documents and what went wrong."""
    rows = [row for row in _waiting(service, with_document=True) if row["key"] == key]
    if not rows:
        fail(f"Nothing of {key} waits in {service}.", REFUSED)
    say(rows, as_json=True, text=lambda: None)


@parked.command()
@service_argument
@click.argument("key", required=False)
@click.option("--dry-run", is_flag=True, help="Try, say what would happen, and undo it.")
@json_option
@plainly
def replay(service: str, key: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take the waiting records in again, key by key, in order; all keys without KEY."""
    found = suite.SERVICES[service]
    store = open_prepared(Settings.from_environment(), service)
    done = [
        result
        for consumer in found.consumers
        for result in mending.replay(store, consumer, key=key, dry_run=dry_run)
    ]

    def text() -> None:
        for result in done:
            click.echo(
                f"{result.consumer} {result.key}: {result.taken} taken in, {result.left} left {result.why}"
            )
        if not done:
            click.echo("Nothing waits.")

    say([result.__dict__ for result in done], as_json=as_json, text=text)
    if any(result.left for result in done):
        fail("some records could still not be taken in", REFUSED)


@parked.command()
@service_argument
@click.argument("key")
@click.option("--reason", type=Reason(), required=True, help="Why it may be given up; kept with the record.")
@json_option
@plainly
def discard(service: str, key: str, reason: str, *, as_json: bool) -> None:
    """Give up for good the first record of a key that failed; its followers can then be replayed.

    A record that waits for an earlier one of its stream is put away, and nothing that is missing with it.
    """
    found = suite.SERVICES[service]
    store = open_prepared(Settings.from_environment(), service)
    actor = f"operator/{getpass.getuser()}"
    given_up = [
        place
        for consumer in found.consumers
        for place in mending.discard_first(store, consumer, key=key, actor=actor, because=reason)
    ]
    if not given_up:
        fail(f"Nothing of {key} waits in {service}.", REFUSED)
    say({"discarded": given_up}, as_json=as_json, text=lambda: click.echo(f"discarded {', '.join(given_up)}"))


@click.group()
def refused() -> None:
    """Follow-ups that a rule refused: list, settle."""


@refused.command("list")
@json_option
@plainly
def list_refused(*, as_json: bool) -> None:
    """Every refused follow-up that waits, in each service."""
    rows = [row for service in suite.SERVICES for row in _refused(service)]

    def text() -> None:
        columns = ("service", "refusal_id", "refused_at", "times", "policy", "stream", "code", "message")
        table("Refused", columns, [[row[column] for column in columns] for row in rows])

    say(rows, as_json=as_json, text=text)


@refused.command("settle")
@service_argument
@click.argument("refusal_id")
@click.option(
    "--reason", type=Reason(), required=True, help="Why nothing more is needed; kept with the refusal."
)
@json_option
@plainly
def settle_refused(service: str, refusal_id: str, reason: str, *, as_json: bool) -> None:
    """Take a refused follow-up off the office's list."""
    store = open_prepared(Settings.from_environment(), service)
    with store.database.writing() as connection:
        actor = f"operator/{getpass.getuser()}"
        settled = refusals.settle(connection, refusal_id, actor=actor, because=reason)
    told = {name: settled[name] for name in ("policy", "stream")}
    say(told, as_json=as_json, text=lambda: click.echo(f"settled {told['policy']} of {told['stream']}"))


def _refused(service: str) -> list[dict[str, Any]]:
    with open_prepared(Settings.from_environment(), service).reading() as connection:
        return [{"service": service} | row for row in refusals.unsettled(connection)]


def _seen(settings: Settings, service: suite.Service) -> tuple[dict[str, Any], int]:
    """What a service has, or why that cannot be told, and the exit code that it comes to."""
    try:
        return _status(settings, service.name), 0
    except UNREADABLE as error:
        why, code = told(error)
        return {"service": service.name, "parts": {"database": why}}, code


def _status(settings: Settings, service: str) -> dict[str, Any]:
    store = open_prepared(settings, service)
    with store.reading() as connection:
        counts = {
            "service": service,
            "events": connection.execute(select(func.count()).select_from(events)).scalar_one(),
            "numbered": connection.execute(
                select(func.coalesce(func.max(publications.c.sequence), 0))
            ).scalar_one(),
            "sent": connection.execute(select(publisher.c.sent)).scalar_one(),
            "parked": sum(parking.counts(connection).values()),
            "refused": len(refusals.unsettled(connection)),
        }
    return counts | {"parts": store.parts()}


def _trouble(row: dict[str, Any]) -> str:
    return "; ".join(f"{part}: {trouble}" for part, trouble in row["parts"].items() if trouble) or "none"


def _waiting(service: str, *, with_document: bool = False) -> list[dict[str, Any]]:
    store = open_prepared(Settings.from_environment(), service)
    with store.reading() as connection:
        rows = parking.waiting(connection)
    return [
        {
            "service": service,
            "consumer": row.consumer,
            "key": row.key,
            "topic": row.topic,
            "partition": row.partition,
            "offset": row.record_offset,
            "state": row.state,
            "reason": row.reason,
            "detail": row.detail,
            "attempts": row.attempts,
            "parked_at": row.parked_at,
        }
        | ({"document": (row.value or b"").decode(errors="replace")} if with_document else {})
        for row in rows
    ]
