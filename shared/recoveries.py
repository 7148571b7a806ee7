"""Be alone with a database while something in it is mended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from shared.errors import Refused
from shared.eventstore import Store
from shared.publishing import publisher_lock

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
    """Let nobody append before this transaction ends; readers go on. It may take its time.

    While it reads the log from end to end it has nothing to say to its database, which takes it for idle.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("LOCK TABLE events, publications, unnumbered IN SHARE ROW EXCLUSIVE MODE"))
