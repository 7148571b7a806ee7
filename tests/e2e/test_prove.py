"""The trial that operators run, in its short form, and what it refuses."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.proof.plan import NOT_TRIED, PROCESSES, PROMISES, TESTS, points_of
from deploy.samvirke.proving import SERVER_FAULTS
from shared.crashing import POINTS
from tests.support.running import command, until

ROOT = Path(__file__).parents[2]
INSTALLED = Path(sys.executable).with_name("samvirke")
COMMAND = [str(INSTALLED)] if INSTALLED.exists() else [sys.executable, "-m", "deploy.samvirke"]
"""As an operator calls it; an environment that `deploy/bootstrap` has not made has no such command."""

_AT_WORK = 5
"""The trial, the two processes that serve its forks, and some of these."""


def prove(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "prove", *arguments],
        cwd=ROOT,
        env=_kept() | environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def _kept() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


BOTH_WAYS = [
    pytest.param([], 8, id="embedded"),
    pytest.param([], 40, id="embedded-long", marks=pytest.mark.long),
    pytest.param(["--servers", "--brokers", "1"], 30, id="servers", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("way", "faults"), BOTH_WAYS)
def test_a_short_trial_keeps_every_promise_and_says_what_it_did(
    tmp_path: Path, own_programs: None, way: list[str], faults: int
) -> None:
    told, page = tmp_path / "told.json", tmp_path / "page.md"
    files = ["--json", str(told), "--report", str(page)]
    done = prove("--faults", str(faults), "--seed", "7", "--heavy", "1", *way, *files)
    found = json.loads(told.read_text())

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert found["kept"]
    assert found["seed"] == 7
    assert sum(found["faults"].values()) >= faults
    assert found["crash_points"]
    assert found["events"] > 50
    assert found["requests"]["ok"] > 3
    assert {one["verdict"].split(":")[0] for one in found["promises"]} <= {"kept", "not tried"}
    assert "| promise | faults |" in page.read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_trial_that_is_told_to_stop_ends_in_one_line_and_leaves_nothing(
    tmp_path: Path, how: signal.Signals
) -> None:
    place = _kept() | {"TMPDIR": str(tmp_path)}
    command = [*COMMAND, "prove", "--seed", "7"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as trial:
        try:
            assert trial.stdout is not None
            assert "seed 7" in trial.stdout.readline()
            until(lambda: of_session(trial.pid) >= _AT_WORK, "no process of the trial starts")
            trial.send_signal(how)
            _, said = trial.communicate(timeout=60)
        finally:
            trial.kill()

    assert trial.returncode == 1
    assert said == "samvirke: the trial was told to stop; what it had started is gone\n"
    assert list(tmp_path.iterdir()) == []
    until(lambda: of_session(trial.pid) == 0, "processes of the trial live on", 10)


def of_session(leader: int) -> int:
    """How many processes came of `leader`, which began a session, itself included."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found += os.getsid(int(process.name)) == leader
    return found


def refused(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What ends before it has begun."""
    return command("prove", *arguments, environment=_kept() | environment)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "membership.db").write_text("real data")
    done = refused("--folder", str(tmp_path))

    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert (tmp_path / "membership.db").read_text() == "real data"


def test_a_folder_that_is_a_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    done = refused("--folder", str(tmp_path / "file"))

    assert done.returncode == 1
    assert done.stderr == f"samvirke: {tmp_path / 'file'}: Not a directory\n"


def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    real = f"sqlite:///{tmp_path / 'fees.db'}"
    subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sqlite3; sqlite3.connect({str(tmp_path / 'fees.db')!r}).execute('CREATE TABLE events (a)')",
        ],
        check=True,
    )
    done = refused("--folder", str(tmp_path / "spare"), SAMVIRKE_DATABASE_FEES=real)

    assert done.returncode == 2
    assert "The database of fees is in use" in done.stderr


def test_a_fault_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    done = refused("--folder", str(tmp_path / "spare"), "--break", "coffee spilt=true")

    assert done.returncode == 2
    assert "--break wants FAULT=COMMAND" in done.stderr


def test_a_server_that_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    done = refused("--servers", PATH=str(tmp_path))

    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "install" in done.stderr


@pytest.mark.parametrize("name", POINTS)
def test_every_crash_point_is_some_process_s_to_die_at(name: str) -> None:
    assert name in {point for process in PROCESSES for point in points_of(process, embedded=True)}


def test_every_fault_tests_a_promise_and_every_promise_is_tested() -> None:
    tried = {promise for promises in TESTS.values() for promise in promises}

    assert tried | set(NOT_TRIED) == set(PROMISES)
    assert not tried & set(NOT_TRIED)
    assert set(SERVER_FAULTS) < set(TESTS)
