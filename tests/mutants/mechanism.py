"""One mechanism as a change of the source that switches it off."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITH_LONG_FORMS = "long or not long"
SAMPLES = {"PROPERTY_EXAMPLES": "40", "HOSTILE_THINNING": "4"}
"""Larger ones than a usual run draws, and the same every time."""


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """In `file`, `old` stands exactly once; with `new` in its place the mechanism does nothing any more.

    `tests` are files or node ids as pytest takes them, at least one of which must then fail. They are run
    without servers unless `servers` says that only PostgreSQL or Kafka can miss it.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    servers: bool = False

    def switched_off(self, source: str) -> str:
        """`source` without the mechanism; raises LookupError where it is not to be found once."""
        if source.count(self.old) != 1:
            message = f"{self.name}: {self.old!r} stands {source.count(self.old)} times in {self.file}."
            raise LookupError(message)
        return source.replace(self.old, self.new)
