"""`make mutants-rules` knows every module of rules, and tells what is to be answered and what no longer is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.changes import changes_of
from tests.mutants.mechanism import ROOT
from tests.mutants.rules import ANSWERS, RULES, Trial, answers


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_module_of_rules_is_changed() -> None:
    files = [*ROOT.glob("services/*/*/domain.py"), *ROOT.glob("services/*/*/domain/*.py")]

    assert set(RULES) == {_module(file) for file in files}


@pytest.mark.parametrize("module", RULES)
def test_the_tests_of_the_rules_are_there(module: str) -> None:
    assert [test for test in RULES[module] if not (ROOT / test).exists()] == []


def test_every_answer_is_about_a_module_of_rules() -> None:
    assert set(answers(ANSWERS.read_text(encoding="utf-8"))) <= set(RULES)


def test_an_answer_has_a_reason() -> None:
    given = "### `a.domain`\n\n- `ask`: `1` → `2`: both are the same.\n- `ask`: `2` → `3`: \n"

    assert answers(given) == {"a.domain": frozenset({"`ask`: `1` → `2`"})}


def test_a_change_is_answered_by_a_reason_as_long_as_no_test_notices_it() -> None:
    source = "def over(day: int, end: int) -> bool:\n    return day >= end\n"
    before, at = changes_of(source, "domain.py")
    trial = Trial("a.domain", answered=frozenset({before.key, "`ask`: `1` → `2`"}), unnoticed=[before, at])

    assert (before.key, at.key) == (
        "`over`: `day >= end` → `day > end`",
        "`over`: `day >= end` → `day < end`",
    )
    assert trial.survivors == [at]
    assert trial.unneeded == ["`ask`: `1` → `2`"]
