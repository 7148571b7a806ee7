"""What other services publish, brought to a service as the documents that its consumers get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from shared import cloudevents
from shared.consumers import Consumer
from shared.eventstore import Store
from shared.intake import apply
from shared.messages import Context, Event, Recorded
from tests.support.examples.notifications import as_recorded


class Wire:
    """Carries events to one service, each to every consumer of its topic."""

    def __init__(self, store: Store, consumers: Sequence[Consumer]) -> None:
        self.store = store
        self._consumers = consumers
        self._numbers: Counter[str] = Counter()
        self._followed = 0

    def tell(self, service: str, *events: Event, **envelope: Any) -> list[str]:
        """`service` has published these, and what follows from them is done; their ids."""
        told = []
        for event in events:
            self._numbers[service] += 1
            recorded = as_recorded(event, service, self._numbers[service], **envelope)
            self._carry(recorded)
            told.append(recorded.event_id)
        self.follow()
        return told

    def follow(self) -> None:
        """The service hears of its own events that it has not heard of."""
        while new := self.store.history()[self._followed :]:
            for recorded in new:
                self._followed += 1
                self._carry(msgspec.structs.replace(recorded, sequence=self._followed))

    def _carry(self, recorded: Recorded[Any]) -> None:
        document = cloudevents.encode(recorded, source=f"https://example.org/{recorded.service}")
        for consumer in self._consumers:
            if consumer.service != recorded.service:
                continue
            classes = {event.type_name(): event for event in consumer.events}
            decoded = cloudevents.decode(document, classes, consumer.service)
            context = Context(actor=f"system/{consumer.name}", correlation_id="test")
            with self.store.transaction(context) as transaction:
                apply(transaction, consumer, [(decoded, document)])
