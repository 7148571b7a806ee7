"""What is drawn from a run's tables."""

from __future__ import annotations

from tests.bench.plots import growth_of
from tests.bench.result import Table


def table(**values: list[float]) -> Table:
    named = {name.replace("_", " "): {"events/s": rates} for name, rates in values.items()}
    return Table(title="growth, sqlite", values=named, goals=[], sync_us=[1.0], load=[1.0])


def test_growth_compares_each_size_with_the_smallest_round_by_round() -> None:
    grown = Table(
        title="growth, sqlite",
        values={
            "after 10,000 events": {"events/s": [10.0, 10.0, 5.0]},
            "after 100 events": {"events/s": [20.0, 5.0, 5.0]},
        },
        goals=[],
        sync_us=[1.0],
        load=[1.0],
    )

    (line,) = growth_of(grown)

    assert (line.metric, line.sizes) == ("events/s", [100, 10_000])
    assert (line.ratios[1].least, line.ratios[1].median, line.ratios[1].greatest) == (0.5, 1.0, 2.0)


def test_other_tables_tell_nothing_of_growth() -> None:
    assert growth_of(table(ours=[1.0], peer=[1.0])) == []
