"""Contenders measured side by side: round by round, in an order that rotates."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Figures = Mapping[str, float]
"""What one turn of a contender gave, by metric (`events/s`, `p99 ms`)."""


@dataclass(frozen=True)
class Contender:
    """Something that does the work once and says how fast: ours, a peer, or a limit."""

    name: str
    run: Callable[[], Figures]


@dataclass(frozen=True)
class Spread:
    """Median, least and greatest of what the rounds gave."""

    median: float
    least: float
    greatest: float


def interleave(
    contenders: Sequence[Contender], rounds: int, before: Callable[[], None] = lambda: None
) -> dict[str, dict[str, list[float]]]:
    """Let everybody run once in each round, another one first each time; values by name and metric.

    What disturbs the machine for a while then disturbs all of them alike. `before` is called
    ahead of every round.
    """
    values: dict[str, dict[str, list[float]]] = {contender.name: {} for contender in contenders}
    for turn in range(rounds):
        before()
        first = turn % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            for metric, value in contender.run().items():
                values[contender.name].setdefault(metric, []).append(value)
    return values


def ratios(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """The ratio of each round: only what ran side by side is compared."""
    return [ours / theirs for ours, theirs in zip(values, base, strict=True)]


def spread(values: Sequence[float]) -> Spread:
    """What is printed of a series."""
    return Spread(statistics.median(values), min(values), max(values))


def per_second(metric: str, count: int, work: Callable[[], object]) -> Figures:
    """How many of `count` things `work` does in a second."""
    began = time.perf_counter()
    work()
    return {metric: count / (time.perf_counter() - began)}


def percentiles(seconds: Sequence[float]) -> Figures:
    """The middle and the slow end of waiting times, in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50 ms": 1000 * ordered[len(ordered) // 2],
        "p99 ms": 1000 * ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
    }


def percentages(seconds: Sequence[float]) -> list[float]:
    """Every percentile from 0 to 100 of waiting times, in milliseconds."""
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return [1000 * ordered[last * percent // 100] for percent in range(101)]
