"""Work at a steady pace, and the notes of what arrived."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest

from tests.bench.arrivals import Arrivals
from tests.bench.pacing import at_a_pace


def test_who_waits_for_the_one_before_waits_from_the_moment_when_it_was_due() -> None:
    slow, quick = partial(time.sleep, 0.2), partial(time.sleep, 0)

    first, second = at_a_pace([slow, quick], per_second=1000)

    assert second.done - second.due > 0.1
    assert second.due < first.done


def test_each_piece_of_work_gives_what_it_gave() -> None:
    assert [one.given for one in at_a_pace([lambda: "a", lambda: "b"], per_second=1000)] == ["a", "b"]


def test_an_event_arrived_when_it_was_first_taken_in(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path / "notes")
    (tmp_path / "notes").write_text("1.5 a\n2.5 b\n3.5 a\n")

    assert arrivals.of(["b", "a"], seconds=0) == [2.5, 1.5]


def test_a_note_that_is_still_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    arrivals, notes = Arrivals(tmp_path / "notes"), tmp_path / "notes"
    notes.write_text("1.5 a\n2.")
    arrivals.of(["a"], seconds=0)
    with notes.open("a") as file:
        file.write("5 b\n")

    assert arrivals.of(["b"], seconds=0) == [2.5]


def test_what_has_not_arrived_in_time_is_an_error_not_a_figure(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="1 of 1"):
        Arrivals(tmp_path / "notes").of(["a"], seconds=0)
