"""Commands for the topics of the log: created, checked, and filled again when they are lost."""

from __future__ import annotations

from dataclasses import asdict

import click

from deploy.samvirke import suite
from deploy.samvirke.prepared import require_folder, require_prepared
from deploy.samvirke.recovery import operator
from deploy.samvirke.said import json_option, plainly, say
from shared import refilling
from shared.log import Log
from shared.opening import open_log
from shared.settings import Settings


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
@plainly
def topics(context: click.Context, *, as_json: bool) -> None:
    """Create the topics that are missing and check that all are kept for ever."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings.from_environment()
    if settings.kafka is None:
        require_folder(settings)
    log = open_log(settings)
    try:
        log.create_topics(suite.TOPICS)
        log.check_topics(suite.TOPICS)
        found = {topic: log.identity(topic) for topic in suite.TOPICS}
    finally:
        log.close()
    say({"topics": found}, as_json=as_json, text=lambda: click.echo("\n".join(sorted(found))))


@topics.command()
@json_option
@plainly
def refill(*, as_json: bool) -> None:
    """Create the topics that are lost and send them what the databases had published, as it was."""
    settings = Settings.from_environment()
    require_prepared(settings)
    log = open_log(settings)
    try:
        log.create_topics(suite.TOPICS)
        log.check_topics(suite.TOPICS)
        done = [_refill(settings, service, log) for service in suite.SERVICES.values()]
    finally:
        log.close()

    def text() -> None:
        for one in done:
            click.echo(f"{one.topic}: {one.sent} events sent again, {one.present} were there")

    say([asdict(one) for one in done], as_json=as_json, text=text)


def _refill(settings: Settings, service: suite.Service, log: Log) -> refilling.Refilled:
    store = service.open_store(settings)
    try:
        return refilling.refill(store, log, service.topic, actor=operator())
    finally:
        store.database.close()
