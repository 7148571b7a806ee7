"""Groups says of every event it is told what it does with it."""

from __future__ import annotations

import pytest

from services.groups.consumer import CONSUMERS
from shared.consumers import Consumer


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.name)
def test_every_event_is_handled_or_left_aside_by_declaration(consumer: Consumer) -> None:
    assert consumer.handled() | set(consumer.ignores) == set(consumer.events)
    assert not consumer.handled() & set(consumer.ignores)
