"""`samvirke verify`: hold tables, topics and read models against one another, and say what is not the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import NamedTuple

import click
from sqlalchemy import func, select

from deploy.samvirke import rebuilds, suite
from deploy.samvirke.said import REFUSED, fail, json_option, plainly, say
from shared.cloudevents import InvalidDocument
from shared.comparing import Difference
from shared.eventstore import Store
from shared.findings import Finding
from shared.log import Log, LogMisconfiguredError
from shared.opening import open_log
from shared.rebuilding import Report
from shared.replaying import OwnEvents, Source, TakenIn
from shared.settings import Settings
from shared.tablechecks import table_findings
from shared.tables import parked
from shared.topicchecks import Listener, topic_findings


class _Opened(NamedTuple):
    service: suite.Service
    store: Store


@click.command()
@json_option
@plainly
def verify(*, as_json: bool) -> None:
    """Compare tables, topics and read models of all services; exit code 1 if anything differs.

    Versions of streams without a hole, numbers without a gap, the topic with the same ids, numbers and
    bytes as the table, all of it taken in by whoever listens, and every read model as a rebuild makes
    it. The suite may run meanwhile. Records that wait in `samvirke parked list` are no finding.
    """
    settings = Settings.from_environment()
    with ExitStack() as stack:
        log = open_log(settings)
        stack.callback(log.close)
        opened = [_Opened(one, one.open_store(settings)) for one in suite.SERVICES.values()]
        for one in opened:
            stack.callback(one.store.database.close)
        reports: list[Report] = []
        findings = [*_records(log, opened), *_read_models(log, opened, reports)]
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
