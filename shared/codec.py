"""Stored events to typed ones and back; the `data` text is the event's only encoding."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

from shared import typed
from shared.messages import Event
from shared.upcasting import is_upcast, upcast

E = TypeVar("E", bound=Event)

MAXIMUM_SIZE = 65_536
"""Bytes of a whole published document; a larger event is refused before it is committed (I-02)."""


class Data(msgspec.Struct, Generic[E], frozen=True, gc=False):
    """What an event carries: the fact, the values it replaced, and the stream's version."""

    current: E
    previous: dict[str, Any]
    version: int


class Codec:
    """Encodes and decodes the events of one contract."""

    def __init__(self, events: Iterable[type[Event]]) -> None:
        """`events` are the classes that may be stored; two may not share a type name."""
        self.classes = {event.type_name(): event for event in events}
        self._decoders = {
            name: typed.decoder(Data[event])  # type: ignore[valid-type]  # a runtime type argument
            for name, event in self.classes.items()
        }
        self._encoder = msgspec.json.Encoder()

    def encode(self, event: Event, previous: dict[str, Any], version: int) -> str:
        """The `data` of an event as JSON text, members always in the same order."""
        return self._encoder.encode({"current": event, "previous": previous, "version": version}).decode()

    def decode(self, type_name: str, data: str | bytes) -> Data[Any]:
        """The typed event in `data`, in its newest shape; KeyError for a type that no contract names."""
        return self.decoder(type_name)(data)

    def decoder(self, type_name: str) -> Callable[[str | bytes], Data[Any]]:
        """How every `data` of one type is decoded: who reads many asks once. KeyError as `decode`."""
        if is_upcast(type_name):
            return functools.partial(self._upcast, type_name)
        return self._decoders[type_name].decode

    def _upcast(self, type_name: str, data: str | bytes) -> Data[Any]:
        plain = typed.decoder(Data[dict[str, Any]]).decode(data)  # type: ignore[type-var]  # not yet an event
        newest, current = upcast(type_name, plain.current)
        event = typed.convert(current, self.classes[newest])
        return Data(event, plain.previous, plain.version)
