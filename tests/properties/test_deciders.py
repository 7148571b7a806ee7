"""Whatever is asked in whatever order: a rule answers or refuses, and what it says can be folded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codec import Codec
from shared.errors import RequestError
from tests.contracts.published import CONTRACTS
from tests.support.asked import DECIDERS, commands
from tests.support.chance import tried

CODECS = {contract.SERVICE: Codec(contract.EVENTS) for contract in CONTRACTS}


@pytest.mark.parametrize("category", sorted(DECIDERS))
@tried
@given(data=st.data())
def test_a_rule_answers_or_refuses_with_a_code_and_its_events_can_be_folded(
    category: str, data: st.DataObject
) -> None:
    service, decider = DECIDERS[category]
    codec, state, stored = CODECS[service], decider.initial, []
    for command in data.draw(st.lists(commands(decider), min_size=1, max_size=10)):
        try:
            decided = list(decider.decide(state, command))
        except RequestError as refusal:
            _check_refusal(refusal)
            continue
        for event in decided:
            previous = decider.previous(state, event)
            stored.append((event.type_name(), codec.encode(event, previous, len(stored) + 1)))
            state = decider.evolve(state, event)

    assert decider.fold(codec.decode(name, text).current for name, text in stored) == state


def _check_refusal(refusal: Any) -> None:
    assert refusal.code.replace("-", "").isalpha()
    assert 400 <= refusal.status < 500
    assert str(refusal)
    assert refusal.nb
