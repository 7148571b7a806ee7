"""Verdicts of the bench, its tables and the comparison of two runs."""

from __future__ import annotations

from tests.bench.result import Goal, Run, Table, compare, lines


def table(ours: list[float], peer: list[float], goal: Goal) -> Table:
    values = {"ours": {goal.metric: ours}, "peer": {goal.metric: peer}}
    return Table(title="append", values=values, goals=[goal], sync_us=[100.0], load=[1.0])


def run(measured: Table) -> Run:
    return Run(began="", commit="", machine={}, tables=[measured])


FASTER = Goal(name="ours", of="peer", metric="events/s", line=2.0)
QUICKER = Goal(name="ours", of="peer", metric="p99 ms", line=1.0, sense="at most")
ALONE = Goal(name="ours", of=None, metric="MiB", line=160.0, sense="at most")
NOTHING = Goal(name="ours", of=None, metric="lost", line=0.0, sense="at most", every=True)


def test_a_goal_is_reached_by_the_median_ratio_alone() -> None:
    assert table([2.0, 1.0, 9.0], [1.0, 1.0, 1.0], FASTER).reached(FASTER)
    assert not table([1.9, 1.9, 9.0], [1.0, 1.0, 1.0], FASTER).reached(FASTER)


def test_where_less_is_better_the_line_is_not_to_be_passed() -> None:
    assert table([1.0], [1.0], QUICKER).reached(QUICKER)
    assert not table([1.1], [1.0], QUICKER).reached(QUICKER)


def test_a_goal_without_a_peer_looks_at_the_figure_itself() -> None:
    assert table([159.0], [1.0], ALONE).reached(ALONE)
    assert not table([161.0], [1.0], ALONE).reached(ALONE)


def test_where_nothing_may_be_lost_one_round_is_enough_to_fail() -> None:
    assert table([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], NOTHING).reached(NOTHING)
    assert not table([0.0, 0.0, 1.0], [0.0, 0.0, 0.0], NOTHING).reached(NOTHING)


def test_a_row_below_its_line_says_so_in_print() -> None:
    assert "below its line" in "\n".join(lines(table([1.0], [1.0], FASTER)))
    assert "below its line" not in "\n".join(lines(table([2.0], [1.0], FASTER)))


def test_a_ratio_that_fell_by_more_than_a_fifth_is_worse_whichever_way_is_better() -> None:
    def worse(goal: Goal, before: float, after: float) -> list[bool]:
        old, new = (run(table([value], [1.0], goal)) for value in (before, after))
        return [lost for _, lost in compare(old, new)]

    assert worse(FASTER, 10.0, 7.9) == [True]
    assert worse(FASTER, 10.0, 8.1) == [False]
    assert worse(QUICKER, 1.0, 1.3) == [True]
    assert worse(QUICKER, 1.0, 0.8) == [False]


def test_what_only_one_run_measured_is_not_compared() -> None:
    one = run(table([1.0], [1.0], FASTER))

    assert list(compare(one, Run(began="", commit="", machine={}, tables=[]))) == []
