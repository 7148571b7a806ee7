"""Crash points do nothing unless one is asked for by name, and the list of their names is the truth."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from shared import crashing
from shared.crashing import POINTS, SETTING, STATUS, arm
from shared.settings import BadSettingError

ROOT = Path(__file__).parents[3]
GOING = """
from shared.crashing import arm, crashpoint
arm()
for turn in range(1, 4):
    print(turn, flush=True)
    crashpoint("publisher.after_ack")
"""


def names_in_the_code() -> set[str]:
    files = [path for folder in ("shared", "services", "deploy") for path in (ROOT / folder).rglob("*.py")]
    calls = [
        node for path in files for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    ]
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "crashpoint"
    }


def ended(asked: str | None) -> tuple[int, str]:
    environment = {"PYTHONPATH": str(ROOT)} | ({SETTING: asked} if asked is not None else {})
    done = subprocess.run(
        [sys.executable, "-c", GOING], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.replace("\n", "")


def test_every_crash_point_in_the_code_is_listed_and_every_listed_one_is_in_the_code() -> None:
    assert names_in_the_code() == set(POINTS)


@pytest.mark.parametrize(
    ("asked", "status", "came_to"),
    [
        (None, 0, "123"),
        ("", 0, "123"),
        ("publisher.numbered", 0, "123"),
        ("publisher.after_ack", STATUS, "1"),
        ("publisher.after_ack:3", STATUS, "123"),
        ("publisher.after_ack:4", 0, "123"),
    ],
)
def test_a_process_dies_where_it_was_asked_to_and_nowhere_else(
    asked: str | None, status: int, came_to: str
) -> None:
    assert ended(asked) == (status, came_to)


@pytest.mark.parametrize(
    "asked",
    ["publisher.after_lunch", "publisher.after_ack:0", "publisher.after_ack:x", "publisher.after_ack:-1"],
)
def test_what_cannot_be_asked_for_is_refused(asked: str) -> None:
    with pytest.raises(BadSettingError, match=SETTING):
        arm({SETTING: asked})


def test_whoever_asks_for_nothing_disarms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashing, "_wanted", "publisher.after_ack")
    arm({})

    crashing.crashpoint("publisher.after_ack")
