"""What every command that mends has in common: being alone, and a note of what was done and why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, text

from shared import clock
from shared.errors import Refused
from shared.eventstore import Store
from shared.publishing import publisher_lock
from shared.tables import recoveries

_PATIENCE = 15.0


class PublisherAtWork(Refused):
    """Another process publishes from this database, so nothing may be mended under its hands."""

    code = "publisher-at-work"
    nb = "Tjenestens publisering er i gang og må stanses først."


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Hold the publisher's lock; PublisherAtWork when another process does not let it go."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        with publisher_lock(store.database) as mine:
            if mine is not None:
                yield
                return
        if time.monotonic() > deadline:
            raise PublisherAtWork(f"Stop the worker of {store.service} first: its publisher is at work.")
        time.sleep(0.2)


def hold_writers(connection: Connection) -> None:
    """Let nobody append before this transaction ends; readers go on."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE events, publications, unnumbered IN SHARE ROW EXCLUSIVE MODE"))


def note(connection: Connection, kind: str, *, actor: str, because: str, detail: dict[str, Any]) -> None:
    """Keep what was done, by whom and why, for ever."""
    connection.execute(
        insert(recoveries).values(
            kind=kind,
            at=clock.moment(clock.real_now()),
            actor=actor,
            because=because,
            detail=msgspec.json.encode(detail).decode(),
        )
    )


def noted(connection: Connection, name: str) -> set[Any]:
    """All that notes of this database list under `name`, for example the numbers given up as `missing`."""
    details = connection.execute(select(recoveries.c.detail)).scalars()
    return {item for detail in details for item in msgspec.json.decode(detail).get(name, [])}
