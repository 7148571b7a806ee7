"""The four services by their doors: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import inspect

import services.fees.app
import services.fees.consumer
import services.fees.contract
import services.fees.publisher
import services.fees.store
import services.groups.app
import services.groups.consumer
import services.groups.contract
import services.groups.publisher
import services.groups.store
import services.membership.app
import services.membership.consumer
import services.membership.contract
import services.membership.publisher
import services.membership.store
import services.notifications.app
import services.notifications.consumer
import services.notifications.contract
import services.notifications.publisher
import services.notifications.store
from shared import owning
from shared.consumers import Consumer
from shared.eventstore import Store
from shared.log import Log, LogMisconfiguredError
from shared.migrating import migrate
from shared.opening import open_log
from shared.publishing import Publisher
from shared.reactions import Rule
from shared.rebuilding import Report, build_missing
from shared.settings import Settings
from shared.tables import owner
from shared.vouching import vouch
from shared.worker import Worker


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service as the processes see it."""

    name: str
    topic: str
    make_publisher: Callable[[Store, Log], Publisher]
    consumers: Sequence[Consumer]
    rules: Sequence[Rule]
    open_store: Callable[[Settings], Store]
    create_app: Callable[[Store], Flask]
    unlogged: Sequence[str] = ()
    """What its database keeps beside the events: a restore from the log does not bring it back."""

    @property
    def migrations(self) -> Path:
        """The folder of migrations of its own tables."""
        return Path(__file__).parents[2] / "services" / self.name / "migrations"


SERVICES = {
    service.name: service
    for service in (
        Service(
            name=services.membership.contract.SERVICE,
            topic=services.membership.contract.TOPIC,
            make_publisher=services.membership.publisher.make_publisher,
            consumers=services.membership.consumer.CONSUMERS,
            rules=services.membership.store.RULES,
            open_store=services.membership.store.open_store,
            create_app=services.membership.app.create_app,
            unlogged=("contact persons: names, e-mail addresses, telephone numbers", "links for signing in"),
        ),
        Service(
            name=services.fees.contract.SERVICE,
            topic=services.fees.contract.TOPIC,
            make_publisher=services.fees.publisher.make_publisher,
            consumers=services.fees.consumer.CONSUMERS,
            rules=services.fees.store.RULES,
            open_store=services.fees.store.open_store,
            create_app=services.fees.app.create_app,
        ),
        Service(
            name=services.groups.contract.SERVICE,
            topic=services.groups.contract.TOPIC,
            make_publisher=services.groups.publisher.make_publisher,
            consumers=services.groups.consumer.CONSUMERS,
            rules=services.groups.store.RULES,
            open_store=services.groups.store.open_store,
            create_app=services.groups.app.create_app,
        ),
        Service(
            name=services.notifications.contract.SERVICE,
            topic=services.notifications.contract.TOPIC,
            make_publisher=services.notifications.publisher.make_publisher,
            consumers=services.notifications.consumer.CONSUMERS,
            rules=services.notifications.store.RULES,
            open_store=services.notifications.store.open_store,
            create_app=services.notifications.app.create_app,
            unlogged=("the order of the merged feed: it gets a new one",),
        ),
    )
}

service_argument = click.argument("service", type=click.Choice(sorted(SERVICES)))
"""The name of one service on the command line."""

TOPICS = [service.topic for service in SERVICES.values()]


def prepare(settings: Settings) -> list[Report]:
    """Databases migrated, topics created and checked, read models of the right shape."""
    settings.data.mkdir(parents=True, exist_ok=True)
    log = open_log(settings)
    try:
        log.create_topics(TOPICS)
        log.check_topics(TOPICS)
        return [report for service in SERVICES.values() for report in prepare_service(settings, service, log)]
    finally:
        log.close()


def doubts(settings: Settings) -> list[str]:
    """Where a database and its topic do not tell the same story, with what mends it."""
    found = []
    log = open_log(settings)
    try:
        for service in SERVICES.values():
            store = service.open_store(settings)
            try:
                vouch(store, log, service.topic)
            except LogMisconfiguredError as error:
                found.append(str(error))
            finally:
                store.database.close()
    finally:
        log.close()
    return found


def make_worker(settings: Settings, service: Service) -> Worker:
    """The worker of one service; its threads start with `start()`."""
    store = service.open_store(settings)
    return Worker(store, lambda: open_log(settings), service.make_publisher, service.consumers, service.rules)


def prepare_service(settings: Settings, service: Service, log: Log) -> list[Report]:
    """The same for one service, whose topics exist; WrongDatabase where the database is another's."""
    store = service.open_store(settings)
    try:
        with store.database.reading() as connection:
            if inspect(connection).has_table(owner.name):
                owning.check(connection, store.service, store.source)
        migrate(store.database, service.migrations)
        with store.database.writing() as connection:
            owning.claim(connection, store.service, store.source)
        return build_missing(store, log, service.consumers)
    finally:
        store.database.close()
