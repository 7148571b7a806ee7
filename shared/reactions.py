"""What follows from an event or from a date: policies and rules of the schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from shared.decider import Decider
from shared.messages import Event, Recorded


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """A command for one stream, asked by a policy or a rule.

    `example` where the stream is example data although the cause may not be.
    """

    decider: Decider[Any, Any, Any]
    stream: str
    command: Any
    example: bool = False


React = Callable[[Recorded[Any], Connection], Iterable[Reaction]]
ReactTogether = Callable[[Sequence[Recorded[Any]], Connection], Iterable[Iterable[Reaction]]]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Whenever one of `on` has happened, then these commands.

    `react` may read this service's own tables over the connection, which shows every
    event up to and including the cause; it writes nothing and asks no clock (the cause's
    `recorded_at` is the time). Its events get ids derived from cause and `name`, so that
    they happen once; a refusal is recorded and stands on the office's list until the same
    follow-up of that stream goes through. Policies and rules that ask the same of a stream
    share a `follow_up`; else it is the policy's own name.

    `react_together` stands in its place where the answer depends on rows of the cause's own key and on
    nothing that follows for another key: it is asked about causes of different keys at once, gives
    an answer for each, and may see later events of other keys.
    """

    name: str
    on: tuple[type[Event], ...]
    react: React | None = None
    react_together: ReactTogether | None = None
    follow_up: str | None = None

    def reactions(
        self, causes: Sequence[Recorded[Any]], connection: Connection
    ) -> Iterator[tuple[Recorded[Any], Iterable[Reaction]]]:
        """What is asked for because of each of `causes`."""
        if self.react_together is not None:
            yield from zip(causes, self.react_together(causes, connection), strict=True)
        if self.react is not None:
            for cause in causes:
                yield cause, self.react(cause, connection)

    @property
    def asks(self) -> str:
        """What is asked for, by its name in the table of refusals."""
        return self.follow_up or self.name


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that a date brings to one stream; `example` where the stream is example data."""

    on: date
    reaction: Reaction
    example: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the schedule: which commands are due on `today` (a date in Norway).

    It may return the same `Due` at every call: the event's id follows from stream, rule
    and date, so it is written once. A refusal stands on the office's list until it goes
    through; it leaves it as well when it is due no longer, unless `whole` says that what is
    due is only a part of what the policies of the same `follow_up` ask for.
    """

    name: str
    due: Callable[[Connection, date], Iterable[Due]]
    follow_up: str | None = None
    whole: bool = True

    @property
    def asks(self) -> str:
        """What is asked for, by its name in the table of refusals."""
        return self.follow_up or self.name
