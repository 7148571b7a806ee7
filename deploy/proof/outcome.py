"""What a trial is given, and what it finds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.proof.checker import Finding
from deploy.proof.evidence import Evidence
from deploy.proof.history import History


def _no_other(_process: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Means:
    """What the trial was given to break the servers with: functions by the fault's name."""

    faults: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    """Each breaks something and mends it again before it returns."""
    most: int = 200
    """So many of them at most, spread over the trial."""
    environment_of: Callable[[str], Mapping[str, str]] = _no_other
    """Settings that a process has for itself alone: the worker of a service, or `web`."""


@dataclass
class Tally:
    """What has happened so far."""

    faults: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    unnoticed: list[str] = field(default_factory=list)
    """Losses that no process has named."""
    outages: list[tuple[float, float]] = field(default_factory=list)
    """From when to when Kafka alone was broken, in seconds of the history."""

    @property
    def count(self) -> int:
        """How many faults there were."""
        return sum(self.faults.values())


@dataclass(kw_only=True)
class Outcome:
    """What a trial has found."""

    tally: Tally
    unreached: list[str]
    history: History
    evidence: Evidence
    findings: list[Finding]
    seconds: float


def spare_environment(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings of an installation of its own in `folder`, on the servers that `environment` names."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith("SAMVIRKE_") or name.startswith(("SAMVIRKE_DATABASE_", "SAMVIRKE_KAFKA"))
    }
    return kept | {"SAMVIRKE_DATA": str(folder), "SAMVIRKE_CLOCK": str(folder / "clock")}
