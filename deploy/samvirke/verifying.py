"""`samvirke verify`: hold tables, topics and read models against one another, and say what is not the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from math import inf
from typing import NamedTuple

import click
from sqlalchemy import func, select

from deploy.samvirke import rebuilds, suite
from deploy.samvirke.prepared import require_log, require_prepared
from deploy.samvirke.said import REFUSED, fail, json_option, plainly, say
from services.notifications import contract
from services.notifications.digests.domain import first_other
from services.notifications.digests.queries import links
from shared import notes
from shared.cloudevents import InvalidDocument
from shared.comparing import Difference
from shared.eventstore import Store
from shared.findings import Finding
from shared.log import Log, LogMisconfiguredError
from shared.opening import open_log
from shared.rebuilding import Report
from shared.replaying import OwnEvents, Source, TakenIn
from shared.settings import Settings
from shared.sidebyside import table_of
from shared.tablechecks import table_findings
from shared.tables import parked
from shared.topicchecks import Listener, topic_findings

_CHANGED = (
    "an event up to that day was changed, in the database or in the feed: what else is found of this service "
    "says where; a copy of the topic or a backup says what it was"
)


class _Opened(NamedTuple):
    service: suite.Service
    store: Store


@click.command()
@json_option
@plainly
def verify(*, as_json: bool) -> None:
    """Compare tables, topics and read models of all services; exit code 1 if anything differs.

    Versions of streams without a hole, numbers without a gap, the topic with the same ids, numbers and
    bytes as the table, all of it taken in by whoever listens, every read model as a rebuild makes it,
    and the digests of days as they were published. The suite may run meanwhile. Records that wait in `samvirke parked list` are no finding.
    """
    settings = Settings.from_environment()
    require_prepared(settings)
    require_log(settings)
    with ExitStack() as stack:
        log = open_log(settings)
        stack.callback(log.close)
        opened = [_Opened(one, one.open_store(settings)) for one in suite.SERVICES.values()]
        for one in opened:
            stack.callback(one.store.database.close)
        reports: list[Report] = []
        findings = [*_digests(opened), *_records(log, opened), *_read_models(log, opened, reports)]
        set_aside = sum(_set_aside(one.store) for one in opened)

    def text() -> None:
        rebuilds.draw(reports)
        for finding in findings[: rebuilds.SHOWN]:
            click.echo(str(finding))
        if findings[rebuilds.SHOWN :]:
            click.echo(f"… and {len(findings) - rebuilds.SHOWN} more; --json lists all.")
        if set_aside:
            click.echo(f"{set_aside} records are set aside; `samvirke parked list` shows those that wait.")

    said = {
        "findings": [asdict(finding) for finding in findings],
        "read_models": [rebuilds.as_plain(report) for report in reports],
        "set_aside": set_aside,
    }
    say(said, as_json=as_json, text=text)
    if findings:
        fail(f"findings: {len(findings)}, each with its remedy in its line", REFUSED)


def _digests(opened: list[_Opened]) -> Iterator[Finding]:
    """Where the chain of days that was published of a service is not what its table leads to."""
    (notifications,) = [one.store for one in opened if one.service.name == contract.SERVICE]
    for service, store in opened:
        with notifications.reading() as connection:
            published = links(connection, service.name)
        with store.reading() as connection:
            given_up = notes.noted(connection, "missing")  # nobody can make the chain anew from there on
        told = ((one.sequence, one.event_id, one.recorded_at, one.document) for one in table_of(store))
        differing = first_other(
            [link for link in published if link.number < min(given_up, default=inf)], told
        )
        if differing is not None:
            what = (
                f"the digest published of {differing.day} (up to number {differing.number}) "
                "is not what the database leads to"
            )
            yield Finding(service=service.name, code="digest-differs", what=what, remedy=_CHANGED)


def _records(log: Log, opened: list[_Opened]) -> Iterator[Finding]:
    """What the tables hold, what the topics hold, and what was taken in of them."""
    for service, store in opened:
        yield from table_findings(store)
        listeners = [
            Listener(one.store, consumer)
            for one in opened
            for consumer in one.service.consumers
            if consumer.topic == service.topic
        ]
        yield from topic_findings(store, log, service.topic, listeners)


def _read_models(log: Log, opened: list[_Opened], reports: list[Report]) -> Iterator[Finding]:
    """What differs from a rebuild; the reports are added to `reports`."""
    for service, store in opened:
        sources: list[Source] = [
            OwnEvents(store),
            *(TakenIn(store, log, consumer) for consumer in service.consumers),
        ]
        for source in sources:
            try:
                done = rebuilds.build_aside(store, source)
            except (LogMisconfiguredError, InvalidDocument) as error:
                yield Finding(
                    service=service.name,
                    code="not-comparable",
                    what=f"the read models fed by {source.name} cannot be built: {error}",
                    remedy="what is said of the topic of its events",
                )
                continue
            reports += done
            for report in done:
                yield from (_row(service.name, difference) for difference in report.differences)


def _row(service: str, found: Difference) -> Finding:
    what = f"{found.table} {found.key} is {found.live}, the events say {found.rebuilt}"
    return Finding(
        service=service, code="row-differs", what=what, remedy=f"`samvirke rebuild {service}` mends it"
    )


def _set_aside(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(parked)).scalar_one()
