"""The figures of docs/performance.md, drawn from what a run found: how history costs, how long is waited."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.result import Run, Table
from tests.bench.rounds import Spread, ratios, spread

_SIZE = re.compile(r"after ([\d,]+) events")
_LONGEST_WAIT = 99
"""The last percentile that is drawn: what lies behind it is a handful of commands of one run."""


class Growth(NamedTuple):
    """One kind of work as history grows: sizes, and the rate at each beside that at the smallest."""

    metric: str
    sizes: list[int]
    ratios: list[Spread]


def growth_of(table: Table) -> list[Growth]:
    """The lines of a table whose contenders are `after … events`; none for any other table."""
    sizes = {int(found[1].replace(",", "")): name for name in table.values if (found := _SIZE.match(name))}
    if not sizes:
        return []
    ordered = sorted(sizes)
    smallest = table.values[sizes[ordered[0]]]
    return [
        Growth(
            metric,
            ordered,
            [spread(ratios(table.values[sizes[size]][metric], base)) for size in ordered],
        )
        for metric, base in smallest.items()
    ]


def draw(run: Run, folder: Path) -> list[Path]:
    """Draw into `folder` what the run's tables are good for; the files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    growing = [
        (table.title.rpartition(", ")[2], lines) for table in run.tables if (lines := growth_of(table))
    ]
    waiting = [table for table in run.tables if table.waits]
    written = []
    if growing:
        written.append(_draw_growth(growing, folder / "growth.svg"))
    if waiting:
        written.append(_draw_waits(waiting, folder / "latency.svg"))
    return written


def _draw_growth(growing: list[tuple[str, list[Growth]]], path: Path) -> Path:
    figure, places = _figure(len(growing))
    for place, (title, lines) in zip(places, growing, strict=True):
        for line in lines:
            middle = [found.median for found in line.ratios]
            below = [found.median - found.least for found in line.ratios]
            above = [found.greatest - found.median for found in line.ratios]
            place.errorbar(line.sizes, middle, [below, above], label=line.metric, marker="o", capsize=3)
        place.axhline(0.8, color="grey", linestyle=":", label="line")
        place.set(title=title, xscale="log", xlabel="events in the table", ylabel="rate beside the smallest")
        place.set_ylim(bottom=0)
        place.legend()
    return _save(figure, path)


def _draw_waits(waiting: list[Table], path: Path) -> Path:
    figure, places = _figure(len(waiting))
    for place, table in zip(places, waiting, strict=True):
        for name, percentiles in table.waits.items():
            shown = percentiles[: _LONGEST_WAIT + 1]
            place.plot(range(len(shown)), shown, label=name)
        place.set(
            title=table.title, yscale="log", xlabel="percent of the commands", ylabel="waited at most, ms"
        )
        place.legend()
    return _save(figure, path)


def _figure(count: int) -> tuple[Any, list[Any]]:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "samvirke", "svg.fonttype": "none"}  # the same run gives the same file
    from matplotlib import pyplot as plt

    figure, places = plt.subplots(1, count, figsize=(7 * count, 5), squeeze=False, layout="constrained")
    return figure, list(places[0])


def _save(figure: Any, path: Path) -> Path:
    figure.savefig(path, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))  # the picture alone
    return path
