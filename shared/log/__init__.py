"""The published log: topics, partitions, offsets. One port, two adapters, one test suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

PARTITIONS = 12
"""Partitions of every topic; changing the number would move keys and break their order."""

CONTENT_TYPE = "application/cloudevents+json"

Place = tuple[str, int]
"""A topic and one of its partitions."""


class LogRecord(NamedTuple):
    """One record as it lies in the log; `value` may be anything, or None."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class LogUnavailableError(Exception):
    """The log does not answer for the moment; try again later."""


class LogMisconfiguredError(Exception):
    """A topic is not what a log kept for ever needs; nothing may go on until it is mended."""


class Reader(Protocol):
    """Reads records of assigned partitions in offset order."""

    def assign(self, offsets: Mapping[Place, int]) -> None:
        """Read from these offsets on, and nothing else."""

    def poll(self, limit: int, seconds: float) -> list[LogRecord]:
        """Up to `limit` further records; waits at most `seconds` for the first."""

    def wake(self) -> None:
        """Let who waits in `poll` return, now and from now on; the one call that any thread may make."""

    def begins(self, places: Sequence[Place]) -> dict[Place, int]:
        """The offset of the first record that each partition still holds; its end where it holds none."""

    def ends(self, places: Sequence[Place]) -> dict[Place, int]:
        """The offset that the next record of each partition will get."""

    def close(self) -> None:
        """Give up what the reader holds."""


class Log(Protocol):
    """Topics kept for ever."""

    def create_topics(self, topics: Sequence[str]) -> None:
        """Create the topics that are missing."""

    def check_topics(self, topics: Sequence[str]) -> None:
        """Raise LogMisconfiguredError unless each topic exists, is kept for ever and has 12 partitions."""

    def identity(self, topic: str) -> str:
        """The id of this incarnation of the topic; a recreated topic has another one."""

    def append(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        """Append (key, value) in order and return when every record is acknowledged."""

    def tail(self, topic: str) -> list[LogRecord]:
        """The last record of each partition that has one."""

    def reader(self) -> Reader:
        """A new reader, for one thread."""

    def trouble(self) -> str | None:
        """Why the log does not answer, None when it does; quick enough to ask every few seconds."""

    def close(self) -> None:
        """Give up what the log holds."""
