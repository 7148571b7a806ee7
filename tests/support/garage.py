"""Two services of the parking company over real databases and a real log, one step at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from shared import leases, parking, positions
from shared.consumers import Consumer
from shared.consuming import ConsumerLoop
from shared.database import Database
from shared.eventstore import Handled, Store
from shared.intake import Intake
from shared.log import Log, LogRecord, Place
from shared.log.embedded import EmbeddedLog
from shared.log.kafka import KafkaLog
from shared.messages import Context
from shared.positions import Position
from shared.presence import Presence
from shared.publishing import Publisher, publisher_lock
from shared.readmodels import Projection
from shared.vouching import Vouched
from shared.worker import Worker
from tests.support import parking_company as company
from tests.support.migrated import Models, migrated

OFFICE = Context(actor="office", correlation_id="c-1")


def garage_store(database: Database, projections: Sequence[Projection] = (company.rented_places,)) -> Store:
    """The service that rents out places; its own read model is live."""
    return Store(
        service=company.SERVICE,
        events=company.EVENTS,
        projections=projections,
        database=database,
        source="https://parking.example/garage",
    )


class Company:
    """Garage and billing; `publish` and `take_in` move what is there, and return when it is done."""

    DATABASES: ClassVar[dict[str, Models]] = {
        "garage": {company.SERVICE: (company.rented_places,)},
        "billing": {company.BILLING: (company.charged,), "garage": (company.garage_rents,)},
    }
    """What it asks for, with the read models of each; it makes ready what is not."""

    def __init__(self, make_database: Callable[[str], Database], log: Log, prefix: str) -> None:
        self.log = log
        self._present: list[Presence] = []
        self.topic = f"{prefix}{company.TOPIC}"
        self.billing_topic = f"{prefix}{company.BILLING_TOPIC}"
        log.create_topics([self.topic, self.billing_topic])
        self.garage = garage_store(make_database("garage"))
        self.billing = Store(
            service=company.BILLING,
            events=company.BILLING_EVENTS,
            projections=[company.charged],
            database=make_database("billing"),
            source="https://parking.example/billing",
        )
        self.consumer = Consumer(
            name="garage",
            service=company.SERVICE,
            topic=self.topic,
            events=company.EVENTS,
            projections=[company.garage_rents],
            policies=[company.charge_rent],
            ignores=[company.PlaceFreed],
        )
        for store in (self.garage, self.billing):
            migrated(store.database, models=self.DATABASES[store.service])

    def rent(self, place: str, car: str = "EK 1", garage: str = "g1") -> Handled:
        command = company.RentPlace(place=place, car=car, garage_id=garage)
        return self.garage.handle(company.places, company.places.stream(garage, place), command, OFFICE)

    def free(self, place: str, garage: str = "g1") -> Handled:
        command = company.FreePlace(place=place, garage_id=garage)
        return self.garage.handle(company.places, company.places.stream(garage, place), command, OFFICE)

    def publish(self) -> int:
        publisher = Publisher(self.garage, self.log, self.topic)
        sent = 0
        with publisher_lock(self.garage.database) as locked:
            assert locked is not None
            while count := publisher.publish(locked):
                sent += count
        return sent

    def records(self) -> list[LogRecord]:
        """Everything on the garage's topic."""
        reader = self.log.reader()
        try:
            places = [(self.topic, number) for number in range(12)]
            ends = reader.ends(places)
            reader.assign(dict.fromkeys(places, 0))
            found: list[LogRecord] = []
            while len(found) < sum(ends.values()):
                found += reader.poll(1_000, 10.0)
            return found
        finally:
            reader.close()

    def held(self, consumer: Consumer | None = None) -> dict[Place, Position]:
        """The billing service's positions, stored if they were not."""
        name = (consumer or self.consumer).name
        with self.billing.database.writing() as connection:
            positions.begin(
                connection,
                consumer=name,
                service=company.SERVICE,
                topic=self.topic,
                topic_id=self.log.identity(self.topic),
            )
            return positions.positions_of(connection, name)

    def take_in(self, consumer: Consumer | None = None, records: Sequence[LogRecord] | None = None) -> None:
        """Let billing take in what is new (or just `records`)."""
        chosen = consumer or self.consumer
        held = self.held(chosen)
        news = [
            record
            for record in (self.records() if records is None else records)
            if record.offset >= held[record.topic, record.partition].next_offset
        ]
        if news:
            Intake(self.billing, chosen).take(news, held)

    def loop(self, owner: str, vouched: Vouched | None = None) -> ConsumerLoop:
        """A consumer at work for billing; it waits for nobody unless `vouched` is given."""
        if vouched is None:
            vouched = Vouched()
            vouched.answer(sys.maxsize)
        presence = Presence(self.billing.database, owner)
        presence.keep()
        self._present.append(presence)
        return ConsumerLoop(self.billing, self.log, self.consumer, presence, vouched)

    def close(self) -> None:
        """Let nobody be present any more."""
        for presence in self._present:
            presence.leave()

    def worker(self, consumer: Consumer | None = None, log: Log | None = None) -> Worker:
        """Billing's worker; its threads begin with `start`."""
        return Worker(
            self.billing,
            lambda: log or _opened_anew(self.log),
            lambda store, opened: Publisher(store, opened, self.billing_topic),
            [consumer or self.consumer],
            (),
        )

    def rows(self, store: Store, table: Any) -> list[dict[str, Any]]:
        with store.reading() as connection:
            return [dict(row) for row in connection.execute(table.select()).mappings()]

    def rents(self) -> dict[str, int]:
        """What billing knows: rents per garage."""
        return {row["garage_id"]: row["rents"] for row in self.rows(self.billing, company.garages)}

    def waiting(self) -> list[tuple[str, str, str]]:
        """What billing could not take in: key, state and reason."""
        with self.billing.reading() as connection:
            return [(row.key, row.state, row.reason) for row in parking.waiting(connection)]

    def broken(self, **changes: Any) -> Consumer:
        """The same consumer with other parts."""
        return replace(self.consumer, **changes)

    def release_leases(self, owner: str) -> None:
        with self.billing.database.writing() as connection:
            leases.release(connection, self.consumer.name, owner)


def _opened_anew(log: Log) -> Log:
    """The same log for one thread more: who ends closes its own, and no other thread's producer."""
    if isinstance(log, EmbeddedLog):
        return EmbeddedLog(log._path)
    assert isinstance(log, KafkaLog)
    return KafkaLog(",".join(log._bootstrap))
