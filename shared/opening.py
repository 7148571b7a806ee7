"""Open a service's store and the log as the settings say."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from shared import typed
from shared.database import Database
from shared.eventstore import Store
from shared.log import Log
from shared.log.embedded import EmbeddedLog
from shared.messages import Event
from shared.readmodels import Projection
from shared.settings import BadSettingError, Settings

NETWORKS = Path(__file__).parents[1] / "deploy" / "networks"
"""Folders of data, one for each network that the suite can run for."""


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation is called. `source` is the absolute URI that its events name."""

    name: str
    title: str
    source: str


def network(settings: Settings) -> Network:
    """The identity in the network's `network.toml`; BadSettingError where there is none."""
    path = NETWORKS / settings.network / "network.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"SAMVIRKE_NETWORK: there is no network {settings.network!r} under deploy/networks."
        raise BadSettingError(message) from error
    return typed.convert({"name": settings.network} | told["network"], Network)


def open_store(
    settings: Settings, service: str, events: Sequence[type[Event]], projections: Sequence[Projection]
) -> Store:
    """The store of `service`; its database must have been migrated."""
    database = Database(settings.database(service))
    source = f"{network(settings).source}/{service}"
    return Store(service=service, events=events, projections=projections, database=database, source=source)


def open_log(settings: Settings) -> Log:
    """Kafka where `SAMVIRKE_KAFKA` names brokers, else the embedded log under the data folder."""
    if settings.kafka is None:
        return EmbeddedLog(settings.data / "log.db")
    from shared.log.kafka import KafkaLog  # web processes and small suites load no client

    return KafkaLog(settings.kafka, replication=settings.replication)
