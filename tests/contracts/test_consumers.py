"""Every consumer takes in every event it listens to, so a change that it cannot bear fails here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import services
import services.fees.consumer
import services.fees.contract
import services.fees.store
import services.groups.consumer
import services.groups.contract
import services.groups.store
import services.notifications.consumer
import services.notifications.contract
import services.notifications.store
from shared import cloudevents
from shared.consumers import Consumer
from shared.database import Database
from shared.eventstore import Store, Transaction
from shared.intake import apply
from shared.messages import Context, Event, Recorded
from tests.contracts.published import CONTRACTS, published
from tests.support.migrated import migrated

LISTENERS = [
    pytest.param(service, consumer, id=f"{service.contract.SERVICE}-{consumer.name}")
    for service in (services.fees, services.groups, services.notifications)
    for consumer in service.consumer.CONSUMERS
]


class _UndoneError(Exception):
    """Raised to leave a transaction as if nothing had happened."""


@dataclass(frozen=True)
class Listener:
    """One consumer of a service, over a database with its read models."""

    store: Store
    consumer: Consumer

    def take(self, transaction: Transaction, document: bytes) -> None:
        classes = {event.type_name(): event for event in self.consumer.events}
        told = cloudevents.decode(document, classes, self.consumer.service)
        assert isinstance(told, Recorded)
        apply(transaction, self.consumer, [(told, document)])
        transaction.flush()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that leaves no trace."""
        context = Context(actor="system/test", correlation_id="contracts")
        try:
            with self.store.transaction(context) as transaction:
                yield transaction
                raise _UndoneError
        except _UndoneError:
            return


@pytest.fixture
def listener(service: ModuleType, consumer: Consumer, tmp_path: Path) -> Iterator[Listener]:
    database = Database(f"sqlite:///{tmp_path / 'listener.db'}")
    own: Sequence[Any] = service.store.OWN
    sources = {service.contract.SERVICE: own}
    sources |= {one.name: tuple(one.projections) for one in service.consumer.CONSUMERS if one.projections}
    migrated(database, Path(str(service.__file__)).parent / "migrations", sources)
    store = Store(
        service=service.contract.SERVICE,
        events=service.contract.EVENTS,
        projections=own,
        database=database,
        source=f"https://samvirke.example/{service.contract.SERVICE}",
    )
    yield Listener(store, consumer)
    database.close()


def documents(events: Iterable[type[Event]]) -> list[tuple[str, bytes]]:
    """The example of each event, in the contract's order, and then its further shapes."""
    contracts = [published(event) for event in events]
    examples = [(one.event.__name__, one.example) for one in contracts]
    return examples + [(one.event.__name__, document) for one in contracts for document in one.further]


def failures(listener: Listener, *, one_by_one: bool) -> dict[str, str]:
    """What could not be taken in, by the event's name: each alone, or all after one another."""
    failed: dict[str, str] = {}
    told = documents(listener.consumer.events)
    for batch in [[one] for one in told] if one_by_one else [told]:
        with listener.transaction() as transaction:
            for name, document in batch:
                try:
                    listener.take(transaction, document)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is shown with the event
                    failed[name] = f"{type(error).__name__}: {error}"
                    break
    return failed


@pytest.mark.parametrize(("service", "consumer"), LISTENERS)
def test_every_event_is_taken_in_by_an_empty_service(listener: Listener) -> None:
    failed = failures(listener, one_by_one=True)

    # A change of what was never told is parked on purpose: it says that something is missing.
    assert {name: why for name, why in failed.items() if not why.startswith("LookupError")} == {}


@pytest.mark.parametrize(("service", "consumer"), LISTENERS)
def test_every_event_is_taken_in_after_all_the_others(listener: Listener) -> None:
    assert failures(listener, one_by_one=False) == {}


@pytest.mark.parametrize(("service", "consumer"), LISTENERS)
def test_every_event_is_handled_or_left_aside_by_declaration(service: ModuleType, consumer: Consumer) -> None:
    assert consumer.handled() | set(consumer.ignores) == set(consumer.events)
    assert consumer.journal is not None or not consumer.handled() & set(consumer.ignores)


@pytest.mark.parametrize(("service", "consumer"), LISTENERS)
def test_a_consumer_listens_to_the_whole_contract_of_a_topic(service: ModuleType, consumer: Consumer) -> None:
    contract = next(one for one in CONTRACTS if consumer.service == one.SERVICE)

    assert (consumer.topic, tuple(consumer.events)) == (contract.TOPIC, contract.EVENTS)
