"""What is not as it should be, said in one line with what mends it."""

from __future__ import annotations

from dataclasses import dataclass

FROM_LOG = "`samvirke restore {service} --from-log` into an empty database brings back what the log holds"
"""The remedy where a database has lost something of its own, or of what it had taken in."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong. `code` is stable and in kebab-case; `what` and `remedy` are for people."""

    service: str
    code: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """The line that is printed."""
        return f"{self.service} {self.code}: {self.what}. Remedy: {self.remedy}."
