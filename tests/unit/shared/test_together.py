"""One question for all who ask at the same time, and never an answer older than the asking."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count

import pytest

from shared.revision import Together


def test_who_comes_while_a_question_is_put_is_answered_by_a_later_one() -> None:
    numbers = count(1)
    with ThreadPoolExecutor(8) as pool:
        later: list[Future[int]] = []

        def ask() -> int:
            number = next(numbers)
            if number == 1:
                here = [threading.Event() for _ in range(5)]
                later.extend(pool.submit(coming, one) for one in here)
                for one in here:
                    assert one.wait(10)
            return number

        def coming(here: threading.Event) -> int:
            here.set()
            return together()

        together = Together(ask)
        first = pool.submit(together)

        assert first.result(10) == 1
        assert min(one.result(10) for one in later) == 2


def test_what_goes_wrong_is_told_to_all_who_asked_and_to_nobody_else() -> None:
    divisors = iter([0, 1])
    together = Together(lambda: 2 // next(divisors))
    with pytest.raises(ZeroDivisionError):
        together()

    assert together() == 2
