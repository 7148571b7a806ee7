"""What a run found: kept as JSON, printed as tables, compared with another run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from tests.bench.rounds import ratios, spread

REGRESSION = 0.20
"""How far a ratio may fall from one run to the next before it counts as a loss."""


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A line to reach: the ratio of two contenders, or (`of` None) a contender's own figure."""

    name: str
    of: str | None
    metric: str
    line: float
    sense: Literal["at least", "at most"] = "at least"
    every: bool = False
    """Whether each single round must reach it, as where the line is that nothing may be lost."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table: the values of every round, and the conditions they were measured under."""

    title: str
    values: dict[str, dict[str, list[float]]]
    goals: list[Goal]
    sync_us: list[float]
    load: list[float]
    waits: dict[str, list[float]] = {}
    """How long was waited, in ms: the percentiles 0 to 100 of all rounds together, by contender."""

    def series(self, goal: Goal) -> list[float]:
        """What `goal` looks at, round by round."""
        ours = self.values[goal.name][goal.metric]
        return ours if goal.of is None else ratios(ours, self.values[goal.of][goal.metric])

    def reached(self, goal: Goal) -> bool:
        """Whether the median (every round, where the goal says so) is on the right side of the line."""
        found = spread(self.series(goal))
        if goal.sense == "at least":
            return (found.least if goal.every else found.median) >= goal.line
        return (found.greatest if goal.every else found.median) <= goal.line


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run."""

    began: str
    commit: str
    machine: dict[str, str]
    tables: list[Table]
    not_measured: dict[str, str] = {}


def lines(table: Table) -> Iterator[str]:
    """The table in Markdown: every contender, then every goal."""
    conditions = f"fdatasync {_range(table.sync_us)} µs; load {_range(table.load)}"
    rounds = max(len(series) for metrics in table.values.values() for series in metrics.values())
    yield f"**{table.title}** ({rounds} rounds; {conditions})"
    yield ""
    yield "| contender | metric | median | min - max |"
    yield "| --- | --- | ---: | ---: |"
    for name, metrics in table.values.items():
        for metric, values in metrics.items():
            found = spread(values)
            yield f"| {name} | {metric} | {_n(found.median)} | {_n(found.least)} - {_n(found.greatest)} |"
    yield ""
    if table.goals:
        yield "| goal | ratio | min - max | line | |"
        yield "| --- | ---: | ---: | ---: | --- |"
    for goal in table.goals:
        found = spread(table.series(goal))
        verdict = "reached" if table.reached(goal) else "**below its line**"
        of = f" / {goal.of}" if goal.of else ""
        asked = f"{goal.sense} {goal.line:g}"
        yield (
            f"| {goal.name}{of}, {goal.metric} | {_n(found.median)} |"
            f" {_n(found.least)} - {_n(found.greatest)} | {asked} | {verdict} |"
        )
    if table.goals:
        yield ""


def compare(before: Run, after: Run) -> Iterator[tuple[str, bool]]:
    """One line per goal that both runs measured, and whether it has become worse by more than a fifth."""
    earlier = {(table.title, goal): table for table in before.tables for goal in table.goals}
    for table in after.tables:
        for goal in table.goals:
            if (table.title, goal) not in earlier:
                continue
            old = spread(earlier[table.title, goal].series(goal)).median
            new = spread(table.series(goal)).median
            change = new / old - 1
            worse = change < -REGRESSION if goal.sense == "at least" else change > REGRESSION
            what = f"{table.title}: {goal.name} / {goal.of or 'itself'}, {goal.metric}"
            yield f"{what}: {_n(old)} -> {_n(new)} ({change:+.0%}){'  WORSE' if worse else ''}", worse


def _range(values: list[float]) -> str:
    return f"{_n(min(values))}-{_n(max(values))}"


def _n(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
