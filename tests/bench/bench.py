"""One run: its options, its ground, and the tables that its rows have filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench import machine
from tests.bench.ground import Ground
from tests.bench.result import Goal, Table, lines
from tests.bench.rounds import Contender, interleave, percentages


@dataclass
class Bench:
    """What a row gets: where to work, how much to do, and where to put the result.

    `size` is the number of events in the rows about many of them (rebuild, growth, memory).
    """

    ground: Ground
    rounds: int
    size: int
    tables: list[Table] = field(default_factory=list)
    not_measured: dict[str, str] = field(default_factory=dict)

    def table(
        self,
        title: str,
        contenders: Sequence[Contender],
        goals: Sequence[Goal],
        *,
        rounds: int | None = None,
        waited: Mapping[str, Sequence[float]] | None = None,
    ) -> None:
        """Measure `contenders` side by side, and print what came of it.

        `waited` is filled by contenders that tell waits: seconds, by contender, kept for the plots.
        """
        sync_us: list[float] = []
        load: list[float] = []

        def look() -> None:
            sync_us.append(machine.sync_microseconds(self.ground.folder))
            load.append(machine.load())

        values = interleave(contenders, rounds or self.rounds, look)
        waits = {name: percentages(seconds) for name, seconds in (waited or {}).items()}
        self.add(
            Table(title=title, values=values, goals=list(goals), sync_us=sync_us, load=load, waits=waits)
        )

    def add(self, table: Table) -> None:
        """Keep a table and print it."""
        self.tables.append(table)
        print("\n".join(lines(table)), flush=True)

    def skip(self, what: str, because: str) -> None:
        """Say that something was not measured, instead of a figure."""
        self.not_measured[what] = because
        print(f"not measured: {what}: {because}\n", flush=True)
