"""What a service takes in of one topic, as its `consumer.py` declares it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from shared.cloudevents import UnknownType
from shared.messages import Event, Recorded
from shared.reactions import Policy
from shared.readmodels import Projection

Taken = tuple[Recorded[Any] | UnknownType, bytes]
"""A record that was taken in: decoded, and the document as it came."""


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One topic and what it feeds here. `name` is stored with the positions: it is for ever.

    `events` are the publisher's contract. Every one of them is handled by a projection or a
    policy, goes into the journal, or stands in `ignores`: nothing is passed over unsaid. A
    type that the contract does not know yet is passed over, so that publishers may go ahead.
    """

    name: str
    service: str
    topic: str
    events: Sequence[type[Event]]
    projections: Sequence[Projection] = ()
    policies: Sequence[Policy] = ()
    ignores: Sequence[type[Event]] = ()
    journal: Callable[[Connection, Sequence[Taken]], None] | None = None
    journalled: Callable[[Connection], set[str]] | None = None
    """The ids of all events that the journal holds, so that somebody can look whether it is whole."""

    def handled(self) -> set[type[Event]]:
        """The events that have an effect here."""
        if self.journal is not None:
            return set(self.events)
        folded = {event for projection in self.projections for event in projection.on}
        return folded | {event for policy in self.policies for event in policy.on}
