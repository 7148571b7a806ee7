"""What a row leaves in its run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.bench import Bench
from tests.bench.ground import Ground
from tests.bench.rounds import Contender, Figures
from tests.support.servers import Servers


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(Ground(tmp_path, Servers(tmp_path, 0)), rounds=2, size=1)


def test_what_contenders_waited_is_kept_as_percentages_of_all_rounds(bench: Bench) -> None:
    waited: dict[str, list[float]] = {"ours": []}

    def turn() -> Figures:
        waited["ours"].append(0.5)
        return {"p50 ms": 500.0}

    bench.table("waits", [Contender("ours", turn)], [], waited=waited)

    assert waited["ours"] == [0.5, 0.5]
    assert bench.tables[0].waits == {"ours": [500.0] * 101}


def test_what_was_not_measured_is_said_with_the_reason(bench: Bench) -> None:
    bench.skip("append by emmett", "Node is missing")

    assert bench.not_measured == {"append by emmett": "Node is missing"}
