"""A service of the garages' company whose database is lost: what it was, and an empty one in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from shared.database import Database
from shared.eventstore import Store
from shared.log import Log, LogRecord
from shared.migrating import migrate
from shared.publishing import Publisher, publisher_lock
from shared.rebuilding import build_missing
from tests.support.garage import Company, garage_store

MakeDatabase = Callable[[str], Database]


def rows_of(store: Store, table: Any, *left_out: str) -> list[dict[str, Any]]:
    with store.reading() as connection:
        found = [dict(row) for row in connection.execute(table.select()).mappings()]
    kept = [{name: value for name, value in row.items() if name not in left_out} for row in found]
    return sorted(kept, key=repr)


def published(store: Store, log: Log, topic: str) -> int:
    with publisher_lock(store.database) as locked:
        assert locked is not None
        return Publisher(store, log, topic).publish(locked)


def lose_garage(company: Company, make_database: MakeDatabase) -> Store:
    """Garage before an empty, migrated database; what it had recorded lies on the topic alone."""
    empty = garage_store(make_database("new-garage"))
    migrate(empty.database)
    build_missing(empty, company.log, [])
    return empty


def lose_billing(company: Company, make_database: MakeDatabase) -> Store:
    """The same for billing, which also takes in what garage publishes."""
    lost = company.billing
    company.billing = Store(
        service=lost.service,
        events=lost.events,
        projections=lost.projections,
        database=make_database("new-billing"),
        source=lost.source,
    )
    migrate(company.billing.database)
    build_missing(company.billing, company.log, [company.consumer])
    return lost


def history(company: Company) -> None:
    for number in range(12):
        company.rent(f"p{number}", garage=f"g{number % 3}")
    company.free("p0", garage="g0")
    company.rent("p0", car="EK 2", garage="g0")
    company.publish()


def forget_record(company: Company, number: int) -> LogRecord:
    """Delete one record from the embedded log's file."""
    (record,) = [r for r in company.records() if int(json.loads(r.value or b"")["sequence"]) == number]
    with company.log._connect() as connection:  # type: ignore[attr-defined]  # a hand in the file
        connection.execute(
            'DELETE FROM records WHERE topic = ? AND partition = ? AND "offset" = ?', record[:3]
        )
    return record
