"""How many answers are kept, and which are forgotten first."""

from __future__ import annotations

from datetime import date

from shared.web import kept
from shared.web.kept import Answer, KeptAnswers, Question, State


def question(path: str) -> Question:
    return Question(path, "", None, "caller", "actor", frozenset())


def answer(size: int) -> Answer:
    state = State(frozenset(), date(2026, 1, 1))
    return Answer(state=state, route="", tag="", body=b" " * size, headers=[], headers_unchanged=[])


def test_of_too_many_answers_those_are_forgotten_that_nobody_has_asked_for_longest() -> None:
    answers, size = KeptAnswers(), kept.MOST_BYTES // 10
    for number in range(9):
        answers.keep(question(str(number)), answer(size))
    answers.to(question("0"))
    answers.keep(question("9"), answer(size))

    held = [number for number in range(10) if answers.to(question(str(number))) is not None]
    assert held == [0, 2, 3, 4, 5, 6, 7, 8, 9]


def test_an_answer_in_the_place_of_another_takes_no_more_room() -> None:
    answers, size = KeptAnswers(), kept.MOST_BYTES // 10
    answers.keep(question("first"), answer(size))
    for _ in range(20):
        answers.keep(question("again"), answer(size))

    assert answers.to(question("first")) is not None


def test_a_long_question_takes_its_room() -> None:
    answers, long = KeptAnswers(), "x" * (kept.MOST_BYTES // 10)
    for number in range(20):
        answers.keep(question(str(number))._replace(query=long), answer(0))

    held = [n for n in range(20) if answers.to(question(str(n))._replace(query=long)) is not None]
    assert held == list(range(11, 20))


def test_an_answer_that_is_too_large_is_not_kept() -> None:
    answers = KeptAnswers()
    answers.keep(question("large"), answer(kept.MOST_BYTES // 8))

    assert answers.to(question("large")) is None
