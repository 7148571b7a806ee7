"""What the processes hold and do: at rest as `make run` starts them, and while they rebuild."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.ground import fill
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures
from tests.support.running import EmbeddedSuite

IDLE_SECONDS = 10.0
REBUILDING = """
import sys
from shared.database import Database
from shared.eventstore import Store
from shared.rebuilding import rebuild
from shared.replaying import OwnEvents
from services.membership import contract
from services.membership.store import OWN
store = Store(service=contract.SERVICE, events=contract.EVENTS, projections=OWN,
              database=Database(sys.argv[1]), source="https://example.org/membership")
rebuild(OwnEvents(store), promote=True)
"""


def measure(bench: Bench) -> None:
    """Memory as PSS: what is shared between processes counts in part."""
    suite = EmbeddedSuite(bench.ground.fresh_path("suite"))
    suite.folder.mkdir()
    try:
        suite.start()
        roots = {name: process.pid for name, process in suite.processes.items()}
        bench.table(
            "at rest, embedded (web and worker of all four services)",
            [Contender(name, lambda pid=pid: _at_rest(pid)) for name, pid in roots.items()],  # type: ignore[misc]
            [
                *(Goal(name=name, of=None, metric="MiB", line=160, sense="at most") for name in roots),
                *(Goal(name=name, of=None, metric="CPU %", line=2.0, sense="at most") for name in roots),
            ],
            rounds=min(bench.rounds, 3),
        )
    finally:
        suite.stop()
    for kind in ("sqlite", "postgresql"):
        with bench.ground.store(kind) as store:
            fill(store, bench.size)
            name = "rebuilding"
            bench.table(
                f"memory while the read models of {bench.size:,} events are rebuilt, {kind}",
                [Contender(name, lambda url=store.database.url: _rebuilding(url))],  # type: ignore[misc]
                [Goal(name=name, of=None, metric="MiB", line=300, sense="at most")],
                rounds=1,
            )


def _at_rest(root: int) -> Figures:
    """The largest process below `root`, and what all of them use of a processor."""
    pids = _family(root)
    before, began = sum(map(_cpu_seconds, pids)), time.monotonic()
    time.sleep(IDLE_SECONDS)  # what happens in this time is what is measured
    used = (sum(map(_cpu_seconds, pids)) - before) / (time.monotonic() - began)
    return {"MiB": max(map(_mebibytes, pids)), "CPU %": 100 * used}


def _rebuilding(url: str) -> Figures:
    highest = 0.0
    with subprocess.Popen([sys.executable, "-c", REBUILDING, url]) as process:
        while process.poll() is None:
            highest = max(highest, _mebibytes(process.pid))
            time.sleep(0.1)
    if process.returncode:
        message = f"the rebuild ended with {process.returncode}"
        raise RuntimeError(message)
    return {"MiB": highest}


def _family(root: int) -> list[int]:
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    return [root, *(pid for child in children for pid in _family(int(child)))]


def _mebibytes(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
