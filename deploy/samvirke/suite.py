"""The four services by their doors: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import inspect

import services.fees.contract
import services.groups.contract
import services.membership.contract
import services.notifications.contract
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

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service as the processes see it."""

    name: str
    topic: str
    make_publisher: Callable[[Store, Log], Publisher]
    consumers: Sequence[Consumer]
    rules: Sequence[Rule]
    open_store: Callable[[Settings], Store]
    unlogged: Sequence[str] = ()
    """What its database keeps beside the events: a restore from the log does not bring it back."""

    @property
    def migrations(self) -> Path:
        """The folder of migrations of its own tables."""
        return Path(__file__).parents[2] / "services" / self.name / "migrations"

    @property
    def app(self) -> str:
        """The module of its door for HTTP, which only a web process opens."""
        return f"services.{self.name}.app"

    def create_app(self, store: Store) -> Flask:
        """What answers its requests."""
        app: Flask = import_module(self.app).create_app(store)
        return app


_CONTRACTS = {
    contract.SERVICE: contract
    for contract in (
        services.membership.contract,
        services.fees.contract,
        services.groups.contract,
        services.notifications.contract,
    )
}

_UNLOGGED = {
    "membership": ("contact persons: names, e-mail addresses, telephone numbers", "links for signing in"),
    "notifications": ("the order of the merged feed: it gets a new one",),
}


class Services(Mapping[str, Service]):
    """The services by name. Each is imported when it is asked for: who runs one loads no other."""

    def __getitem__(self, name: str) -> Service:
        """The service of that name; KeyError where there is none."""
        return _service(_CONTRACTS[name].SERVICE)

    def __iter__(self) -> Iterator[str]:
        """Their names."""
        return iter(_CONTRACTS)

    def __len__(self) -> int:
        """How many there are."""
        return len(_CONTRACTS)


@cache
def _service(name: str) -> Service:
    """By the doors that all have in common."""
    consumer, publisher, store = (
        import_module(f"services.{name}.{door}") for door in ("consumer", "publisher", "store")
    )
    return Service(
        name=name,
        topic=_CONTRACTS[name].TOPIC,
        make_publisher=publisher.make_publisher,
        consumers=consumer.CONSUMERS,
        rules=store.RULES,
        open_store=store.open_store,
        unlogged=_UNLOGGED.get(name, ()),
    )


SERVICES = Services()

service_argument = click.argument("service", type=click.Choice(sorted(SERVICES)))
"""The name of one service on the command line."""

TOPICS = [contract.TOPIC for contract in _CONTRACTS.values()]


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
