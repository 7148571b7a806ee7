"""Door for events out: everything that membership records goes to its topic, numbered and in order."""

from __future__ import annotations

from services.membership import contract
from shared.eventstore import Store
from shared.log import Log
from shared.publishing import Publisher


def make_publisher(store: Store, log: Log) -> Publisher:
    """The publisher of membership; it works while it holds the lock in the service's database."""
    return Publisher(store, log, contract.TOPIC)
