"""The four services by their doors: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

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
from shared.consumers import Consumer
from shared.database import Database
from shared.eventstore import Store
from shared.log import Log
from shared.migrating import migrate
from shared.opening import open_log
from shared.publishing import Publisher
from shared.reactions import Rule
from shared.rebuilding import Report, build_missing
from shared.settings import Settings
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
        ),
    )
}

TOPICS = [service.topic for service in SERVICES.values()]


def prepare(settings: Settings) -> list[Report]:
    """Databases migrated, topics created and checked, read models of the right shape."""
    settings.data.mkdir(parents=True, exist_ok=True)
    log = open_log(settings)
    try:
        log.create_topics(TOPICS)
        log.check_topics(TOPICS)
        return [report for service in SERVICES.values() for report in _prepare(settings, service, log)]
    finally:
        log.close()


def make_worker(settings: Settings, service: Service) -> Worker:
    """The worker of one service; its threads start with `start()`."""
    store = service.open_store(settings)
    return Worker(store, lambda: open_log(settings), service.make_publisher, service.consumers, service.rules)


def _prepare(settings: Settings, service: Service, log: Log) -> list[Report]:
    database = Database(settings.database(service.name))
    migrate(database, service.migrations)
    database.close()
    store = service.open_store(settings)
    try:
        return build_missing(store, log, service.consumers)
    finally:
        store.database.close()
