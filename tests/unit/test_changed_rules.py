"""The changes that `make mutants-rules` tries are the ones that are meant, and each can be noticed."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.changes import Change, changes_of
from tests.mutants.mechanism import ROOT
from tests.mutants.rules import ANSWERS, RULES, Trial, answers

RULE = '''
LIMIT = 3


class Gate:
    def lets_in(self, age: int | None, *, member: bool) -> bool:
        """Who may enter."""
        if member and age is not None and age >= 18:
            return True
        return not member


def cheapest(prices: list[int]) -> int:
    for price in prices:
        if price < 0:
            raise ValueError(price)
    return min([price + 1 for price in prices if price], default=0)
'''


def changes(where: str) -> list[Change]:
    return [change for change in changes_of(RULE, "rule.py") if change.where == where]


def test_every_comparison_condition_number_and_statement_is_changed_once() -> None:
    assert {(change.old, change.new) for change in changes("cheapest")} == {
        ("price < 0", "price <= 0"),
        ("price < 0", "price >= 0"),
        ("0", "1"),
        ("raise ValueError(price)", "pass"),
        (
            "min([price + 1 for price in prices if price], default=0)",
            "max([price + 1 for price in prices if price], default=0)",
        ),
        ("price + 1", "price - 1"),
        ("1", "2"),
        ("if price", "(no condition)"),
    }


def test_conditions_are_left_out_one_by_one_and_annotations_stay() -> None:
    found = [change.new for change in changes("Gate.lets_in") if change.old.startswith("member and")]

    assert found == [
        "member or age is not None or age >= 18",
        "age is not None and age >= 18",
        "member and age >= 18",
        "member and age is not None",
    ]
    assert not [change for change in changes("Gate.lets_in") if "|" in change.old]


@pytest.mark.parametrize("number", range(len(changes("cheapest"))))
def test_a_changed_function_behaves_otherwise(number: int) -> None:
    whole: dict[str, object] = {}
    exec(RULE, whole)  # noqa: S102  # the example above
    cheapest = whole["cheapest"]
    inputs: list[list[int]] = [[], [0], [5, 3, 0], [2, -1]]

    def outcome(prices: list[int]) -> object:
        try:
            return cheapest(prices)  # type: ignore[operator]  # a function
        except ValueError as error:
            return str(error)

    before = [outcome(prices) for prices in inputs]
    cheapest.__code__ = changes("cheapest")[number].code  # type: ignore[attr-defined]  # a function

    assert [outcome(prices) for prices in inputs] != before


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported_of_its_room(path: Path) -> Iterator[Path]:
    """The modules of the same room from which `path` takes something."""
    room = ".".join(_name(path).split(".")[:3])
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and f"{node.module}".startswith(f"{room}."):
            yield Path(importlib.import_module(f"{node.module}").__file__ or "")


def test_every_module_of_rules_is_tried_and_what_it_takes_from_its_room() -> None:
    domains = [
        path for form in ("domain.py", "domain/*.py") for path in (ROOT / "services").glob(f"*/*/{form}")
    ]
    rested_on = {taken for path in domains for taken in _imported_of_its_room(path)}
    modules = {
        _name(path)
        for path in {*domains, *rested_on}
        if any(True for _ in changes_of(path.read_text(encoding="utf-8"), str(path)))
    }

    assert modules - set(RULES) == set()


def _changes_in(path: Path, functions: set[str]) -> set[str]:
    """The changes of these functions alone: those of a whole module take seconds."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if getattr(node, "name", None) in functions]
    return {change.key for change in changes_of(ast.unparse(tree), str(path))}


@pytest.mark.long
@pytest.mark.parametrize(("module", "answered"), answers(ANSWERS.read_text(encoding="utf-8")).items())
def test_an_answer_speaks_of_a_change_that_there_is(module: str, answered: frozenset[str]) -> None:
    path = Path(importlib.import_module(module).__file__ or "")
    named = {key.split("`")[1].split(".")[0] for key in answered}

    assert answered - _changes_in(path, named) == set()


def test_a_change_is_answered_as_long_as_no_test_notices_it() -> None:
    unnoticed, answered = changes("cheapest")[:2]
    gone = "`cheapest`: `max(prices)` → `min(prices)`"
    trial = Trial("rule", answered=frozenset({answered.key, gone}), unnoticed=[unnoticed, answered])

    assert trial.survivors == [unnoticed]
    assert trial.unneeded == [gone]
