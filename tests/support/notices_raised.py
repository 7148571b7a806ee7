"""Events that notifications takes in, and the notices that are listed after them."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups import contract as groups
from services.notifications.consumer import NOTICES
from services.notifications.notices.queries import notices_of
from shared.eventstore import Store
from shared.intake import apply
from shared.messages import Context, Event, Recorded
from tests.support.examples.groups import LEADERS
from tests.support.examples.notifications import LYNGEN, as_recorded


def take(store: Store, consumer_name: str, *recorded: Recorded[Any]) -> None:
    consumer = next(one for one in NOTICES if one.name == consumer_name)
    with store.transaction(Context(actor="system/test", correlation_id="test")) as transaction:
        apply(transaction, consumer, [(each, b"") for each in recorded])


def lists(store: Store, **asked: Any) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return notices_of(connection, **asked)


def as_told(*events: Event, service: str = "membership", **envelope: Any) -> list[Recorded[Any]]:
    return [as_recorded(event, service, number, **envelope) for number, event in enumerate(events, start=1)]


def seat_opened(**changes: Any) -> groups.SeatOpened:
    facts: dict[str, Any] = {
        "municipality_id": LYNGEN,
        "group_id": LEADERS,
        "seat": 1,
        "opened_from": date(2027, 1, 1),
        "reason": "joined",
    }
    return groups.SeatOpened(**(facts | changes))
