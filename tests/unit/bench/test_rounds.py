"""The bench's own arithmetic: who runs when, and what is compared with what."""

from __future__ import annotations

from functools import partial

import pytest

from tests.bench.rounds import Contender, interleave, percentages, percentiles, ratios, spread


def test_everybody_runs_once_in_each_round_and_another_one_first_each_time() -> None:
    order: list[str] = []

    def turn(name: str) -> dict[str, float]:
        order.append(name)
        return {"x": 1.0}

    interleave([Contender(name, partial(turn, name)) for name in "abc"], 3, before=lambda: order.append("|"))

    assert "".join(order) == "|abc|bca|cab"


def test_a_value_stands_in_the_place_of_its_round() -> None:
    turns = iter(range(100))

    values = interleave(
        [Contender(name, lambda: {"x": float(next(turns))}) for name in ("ours", "peer")], rounds=2
    )

    assert values == {"ours": {"x": [0.0, 3.0]}, "peer": {"x": [1.0, 2.0]}}


def test_a_ratio_compares_only_what_ran_side_by_side() -> None:
    # The medians alone (2 and 2) would say that both are equal.
    assert spread(ratios([1.0, 2.0, 30.0], [2.0, 1.0, 10.0])).median == 2.0


def test_a_round_that_one_side_lacks_is_an_error_not_a_ratio() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


def test_percentiles_are_waiting_times_that_really_occurred() -> None:
    found = percentiles([0.001 * number for number in range(1, 101)])

    assert found == pytest.approx({"p50 ms": 51.0, "p99 ms": 100.0})


def test_percentages_go_from_the_shortest_wait_to_the_longest() -> None:
    found = percentages([0.003, 0.001, 0.002])

    assert (found[0], found[50], found[100], len(found)) == pytest.approx((1.0, 2.0, 3.0, 101))
