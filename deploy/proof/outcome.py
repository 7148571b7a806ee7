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


@dataclass(frozen=True)
class Means:
    """What the trial was given to break the servers with: functions by the fault's name."""

    faults: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    """Each breaks something and mends it again before it returns."""
    most: int = 200


@dataclass(kw_only=True)
class Outcome:
    """What a trial has found."""

    faults: Counter[str]
    points: Counter[str]
    unreached: list[str]
    recoveries: list[float]
    history: History
    evidence: Evidence
    findings: list[Finding]
    trouble: list[str]
    seconds: float


def spare_environment(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings of an installation of its own in `folder`, on the servers that `environment` names."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith("SAMVIRKE_") or name.startswith(("SAMVIRKE_DATABASE_", "SAMVIRKE_KAFKA"))
    }
    return kept | {"SAMVIRKE_DATA": str(folder), "SAMVIRKE_CLOCK": str(folder / "clock")}
