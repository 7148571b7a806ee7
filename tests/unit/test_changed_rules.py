"""`make mutants-rules` changes every rule there is, and names what no test notices."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.mutants.mechanism import ROOT
from tests.mutants.rules import ANSWERS, Outcome, answers, key, try_changes

ANSWERED = answers((ROOT / ANSWERS).read_text(encoding="utf-8"))


def _imported_of_its_room(path: Path) -> Iterator[Path]:
    """The modules of the same room from which `path` takes something."""
    room = ".".join(path.relative_to(ROOT).parts[:3])
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and f"{node.module}".startswith(f"{room}."):
            yield Path(importlib.import_module(f"{node.module}").__file__ or "")


def _decides(path: Path) -> bool:
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(path.read_text("utf-8"))))


def test_every_module_of_rules_is_changed_and_what_it_takes_from_its_room() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]["only_mutate"]
    domains = {
        path for form in ("domain.py", "domain/*.py") for path in (ROOT / "services").glob(f"*/*/{form}")
    }
    rested_on = {taken for path in domains for taken in _imported_of_its_room(path)}
    modules = {str(path.relative_to(ROOT)) for path in domains | rested_on if _decides(path)}

    assert {one for one in modules if not any(fnmatch(one, pattern) for pattern in patterns)} == set()


@pytest.mark.parametrize(("module", "answered"), ANSWERED.items())
def test_an_answer_speaks_of_a_line_that_there_is(module: str, answered: frozenset[str]) -> None:
    lines = " ".join(Path(importlib.import_module(module).__file__ or "").read_text("utf-8").split())
    said = {re.split(r"`: `|` → ", one)[1] for one in answered}

    assert {line for line in said if " ".join(line.split()) not in lines} == set()


def test_a_change_is_answered_as_long_as_no_test_notices_it() -> None:
    unnoticed, answered, gone = "`a`: `1` → `2`", "`b`: `1` → `2`", "`c`: `1` → `2`"
    outcome = Outcome("rule", 3, (unnoticed, answered), frozenset({answered, gone}))

    assert outcome.survivors == [unnoticed]
    assert outcome.unneeded == [gone]


def test_a_change_is_named_by_its_function_and_its_lines() -> None:
    head = "--- rule.py\n+++ rule.py\n@@ -1,4 +1,3 @@\n"

    assert key("fee", f"{head} def fee():\n-    return 1\n+    return 2") == "`fee`: `return 1` → `return 2`"
    assert key("fee", f"{head}-    case 1:\n-        go()\n     case _:") == "`fee`: `case 1: go()` → nothing"


@pytest.mark.long
def test_a_rule_whose_test_looks_away_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "rule.py").write_text(
        "def cheapest(prices):\n    return min(prices, default=0)\n\n\ndef free(price):\n    return price < 1\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rule.py").write_text(
        "from shop.rule import cheapest, free\n\n\n"
        "def test_cheapest():\n    assert cheapest([2, 1]) == 1\n    assert cheapest([]) == 0\n\n\n"
        "def test_free():\n    assert free(0)\n    assert not free(2)\n"
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / ANSWERS).write_text("### `shop.rule`\n\n- `free`: `return price < 1` → `return 1`: gone.\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mutmut]\nsource_paths = ["shop"]\npytest_add_cli_args_test_selection = ["tests"]\n'
    )

    [outcome] = try_changes(tmp_path, "")

    assert outcome.survivors == [
        "`free`: `return price < 1` → `return price <= 1`",
        "`free`: `return price < 1` → `return price < 2`",
    ]
    assert outcome.unneeded == ["`free`: `return price < 1` → `return 1`"]
