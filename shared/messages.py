"""Events and the envelope they travel in."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

TYPE_PREFIX = "no.digitrofi"
"""Names who defines the contract; the same for every network that runs the suite."""

MAXIMUM_NAME = 500
"""Characters of a stream's name or of a key. Of four bytes each they fit, with the columns beside them, into
the 2 704 bytes that an entry of a PostgreSQL index may have; a longer one could not even be parked."""

_REVISION = re.compile(r"V(\d+)$")


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an event or of a state that has no identity of its own."""


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fact that has happened. Subclasses stand in a service's `contract.py`.

    A subclass name is noun + past participle; a later shape of the same fact is a
    new class with a suffix (`AgreementSignedV2`). `happened` names the field that
    says when the fact holds (a date in Norway or a UTC moment, RFC 3339); without
    it the event happened when it was recorded.
    """

    happened: ClassVar[str | None] = None

    @classmethod
    def type_name(cls) -> str:
        """The short stored name, for example `MunicipalityJoined.v1`."""
        revision = _REVISION.search(cls.__name__)
        if revision:
            return f"{cls.__name__[: revision.start()]}.v{revision.group(1)}"
        return f"{cls.__name__}.v1"


E_co = TypeVar("E_co", bound=Event, covariant=True)


class Recorded(msgspec.Struct, Generic[E_co], frozen=True, gc=False):
    """An event together with what was noted when it was appended.

    `time` is when the fact holds, `recorded_at` when it was written; both are RFC 3339
    UTC strings of fixed width, so that they compare as text. `key` decides the order
    the world sees (one partition per key); `version` counts within `stream` from 1.
    `sequence` is the publisher's number, None until the event is numbered.
    Made of values only, it is never part of a cycle, and the garbage collector need not look at it.
    """

    event: E_co
    event_id: str
    service: str
    stream: str
    version: int
    key: str
    subject: str
    type: str
    time: str
    recorded_at: str
    actor: str
    correlation_id: str
    causation_id: str | None = None
    example: bool = False
    sequence: int | None = None
    previous: dict[str, Any] = {}


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and what led to it. No personal data: `actor` is a role or a client.

    `actor` is `office`, `municipality/<uuid>`, `client/<id>` or `system/<name>`.
    """

    actor: str
    correlation_id: str
    causation_id: str | None = None
    example: bool = False
