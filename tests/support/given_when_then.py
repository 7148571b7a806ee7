"""Given what has happened, when somebody asks, then this happens, or it is refused."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

import pytest

from shared.decider import Decider
from shared.errors import RequestError
from shared.messages import Event

State = TypeVar("State")
Command = TypeVar("Command")
E = TypeVar("E", bound=Event)


class Scenario(Generic[State, Command, E]):
    """One story about one stream of a decider."""

    def __init__(self, decider: Decider[State, Command, E]) -> None:
        self._decider = decider
        self._state = decider.initial
        self._command: Command | None = None

    def given(self, *events: E) -> Self:
        story = type(self)(self._decider)
        story._state = self._decider.fold(events)
        return story

    def when(self, command: Command) -> Self:
        self._command = command
        return self

    def then(self, *expected: E) -> None:
        assert self._command is not None
        decided = list(self._decider.decide(self._state, self._command))

        assert decided == list(expected)
        self._decider.fold(decided, self._state)

    def then_nothing(self) -> None:
        self.then()

    def then_refused(self, refusal: type[RequestError], **details: Any) -> None:
        assert self._command is not None
        with pytest.raises(refusal) as raised:
            self._decider.decide(self._state, self._command)

        assert raised.value.details == details
        assert_says_a_sentence(raised.value)


def assert_says_a_sentence(refusal: RequestError) -> None:
    """Its words are not promised; it may begin with the name of the field or parameter."""
    text, named = refusal.message, {refusal.details.get("field"), refusal.details.get("parameter")}
    assert text[0].isupper() or text.split()[0] in named
    assert text.endswith(".")
    assert text != text.upper()
