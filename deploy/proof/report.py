"""What a trial has shown, as a table, as JSON and as a page."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections import Counter
from collections.abc import Sequence
from importlib import metadata
from typing import Any

from deploy.proof.outcome import Outcome
from deploy.proof.plan import NOT_TRIED, PROMISES, TESTS
from shared import clock
from shared.crashing import POINTS

COLUMNS = (
    "promise",
    "faults",
    "events checked",
    "lost",
    "double",
    "out of order",
    "slowest recovery s",
    "verdict",
)
_COUNTED = ("lost", "double", "out of order")
_PARTS = ("samvirke", "sqlalchemy", "psycopg", "kafka-python", "confluent-kafka", "flask")


def summary(outcome: Outcome, *, seed: int, way: str) -> dict[str, Any]:
    """Everything that a reader may want to know, as plain values."""
    operations = outcome.history.operations
    return {
        "way": way,
        "seed": seed,
        "finished_at": clock.moment(clock.real_now()),
        "seconds": round(outcome.seconds, 1),
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "load": [round(one, 1) for one in os.getloadavg()],
        },
        "versions": _versions(),
        "faults": dict(outcome.tally.faults.most_common()),
        "crash_points": dict(outcome.tally.points.most_common()),
        "crash_points_not_reached": outcome.unreached,
        "requests": {
            "all": len(operations),
            **Counter(one.outcome for one in operations),
            "with_server_errors": sum(one.status is not None and one.status >= 500 for one in operations),  # noqa: PLR2004
        },
        "events": len(outcome.evidence.stored),
        "records": len(outcome.evidence.delivered),
        "promises": [_promise(outcome, name) for name in PROMISES],
        "findings": [one._asdict() for one in outcome.findings],
        "trouble": outcome.tally.trouble,
        "kept": not outcome.findings and not outcome.tally.trouble,
    }


def rows(told: dict[str, Any]) -> list[list[Any]]:
    """The table of promises: a row each, with `COLUMNS`."""
    return [[one[column] for column in COLUMNS] for one in told["promises"]]


def page(trials: list[dict[str, Any]]) -> str:
    """Several trials as one page of Markdown."""
    return "\n".join(
        ["# Proof by breaking things\n", *(line for told in trials for line in [*_trial(told), ""])]
    )


def _promise(outcome: Outcome, name: str) -> dict[str, Any]:
    faults = sum(count for fault, count in outcome.tally.faults.items() if name in TESTS[fault])
    found = Counter[str](one.kind for one in outcome.findings if one.promise == name)
    verdict = "broken" if found else "kept" if faults else "not tried"
    if verdict == "not tried" and name in NOT_TRIED:
        verdict += f": {NOT_TRIED[name]}"
    slowest = round(max(outcome.tally.recoveries, default=0.0), 1)
    counted = {kind: found[kind] for kind in _COUNTED}
    values = (f"{name} {PROMISES[name]}", faults, len(outcome.evidence.stored), *counted.values(), slowest)
    return dict(zip(COLUMNS, (*values, verdict), strict=True))


def _trial(told: dict[str, Any]) -> list[str]:
    machine, versions, requests = told["machine"], told["versions"], told["requests"]
    finished = (
        f"Finished {told['finished_at'][:10]} after {told['seconds']:.0f} s on {machine['processors']} processors"
        f" ({machine['system']}, load {machine['load'][0]})."
    )
    title = f"## {told['way']}: {sum(told['faults'].values())} faults, seed {told['seed']}\n"
    with_versions = f"{finished} {', '.join(f'{name} {version}' for name, version in versions.items())}.\n"
    asked = (
        f"{requests['all']} requests: {requests.get('ok', 0)} accepted, {requests.get('refused', 0)} refused,"
        f" {requests.get('unknown', 0)} with an unknown outcome and asked again."
        f" {told['events']} events, {told['records']} records on the topics.\n"
    )
    broken = [f"- {one['promise']} {one['kind']}: {one['what']}" for one in told["findings"]]
    return [
        title,
        with_versions,
        *_table(COLUMNS, rows(told)),
        "",
        asked,
        *_table(("fault", "times"), [[fault, times] for fault, times in told["faults"].items()]),
        "",
        *_table(
            ("crash point", "reached", "there"),
            [[f"`{name}`", told["crash_points"].get(name, 0), meaning] for name, meaning in POINTS.items()],
        ),
        "",
        *([*broken, *(f"- {one}" for one in told["trouble"])] or ["Nothing was found."]),
    ]


def _table(columns: Sequence[str], cells: list[list[Any]]) -> list[str]:
    rule = ["--:" if isinstance(one, int | float) else "---" for one in (cells[0] if cells else columns)]
    lines: list[list[Any]] = [[*columns], rule, *cells]
    return ["| " + " | ".join(str(one) for one in line) + " |" for line in lines]


def _versions() -> dict[str, str]:
    found = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    for part in _PARTS:
        try:
            found[part] = metadata.version(part)
        except metadata.PackageNotFoundError:
            continue  # the suite runs from its folder, or without the second client
    return found
