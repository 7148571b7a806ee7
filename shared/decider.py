"""A decider: what one kind of stream is, what it may be asked, and what follows."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from shared.messages import Event

State = TypeVar("State")
Command = TypeVar("Command")
E = TypeVar("E", bound=Event)


def changed_fields(state: Any, event: Event) -> dict[str, Any]:
    """The values that `event` replaces: fields of `state` by the same name that differ.

    Only fields of a dataclass or struct count: what a state computes was never recorded.
    """
    held = _fields_of(type(state))  # type: ignore[arg-type]  # a class is hashable whatever its instances are
    return {
        name: old
        for name in event.__struct_fields__
        if name in held and (old := getattr(state, name)) != getattr(event, name)
    }


@functools.cache
def _fields_of(state: type[Any]) -> frozenset[str]:
    if dataclasses.is_dataclass(state):
        return frozenset(field.name for field in dataclasses.fields(state))
    return frozenset(getattr(state, "__struct_fields__", ()))


@dataclass(frozen=True, kw_only=True)
class Decider(Generic[State, Command, E]):
    """Pure rules over one category of streams; it does no I/O and asks no clock.

    `about` is the noun whose id leads the stream id and orders the events
    (`about="municipality"`: key and subject are that municipality); without it the
    stream is its own subject and key.
    """

    category: str
    initial: State
    decide: Callable[[State, Command], Sequence[E]]
    evolve: Callable[[State, E], State]
    about: str | None = None
    previous: Callable[[State, E], dict[str, Any]] = changed_fields

    def stream(self, first: str, *rest: str) -> str:
        """The id of one stream, for example `fee-<municipality id>/2026`."""
        return f"{self.category}-{'/'.join((first, *rest))}"

    def key(self, stream: str) -> str:
        """What orders the events of `stream` towards the world."""
        return _leading_id(stream, self.category) if self.about else stream

    def subject(self, stream: str) -> str:
        """What the events of `stream` are about, as in CloudEvents' `subject`."""
        if self.about:
            return f"{self.about}/{_leading_id(stream, self.category)}"
        return f"{self.category}/{stream[len(self.category) + 1 :]}"

    def fold(self, events: Iterable[E], state: State | None = None) -> State:
        """The state after `events`, from `state` or from the beginning."""
        folded = self.initial if state is None else state
        for event in events:
            folded = self.evolve(folded, event)
        return folded


def _leading_id(stream: str, category: str) -> str:
    return stream[len(category) + 1 :].split("/", 1)[0]


class Snapshot(msgspec.Struct, Generic[State], frozen=True):
    """A state with the version of the stream it was folded from; version 0 is no stream."""

    state: State
    version: int
