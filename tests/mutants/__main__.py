"""Switch every mechanism off in turn, in a copy of the tree, and see which test turns red (`make mutants`)."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from tests.mutants import ending, recording, recovery, rooms, taking_in, web
from tests.mutants.mechanism import ROOT, Mechanism

MECHANISMS = tuple(
    one for module in (recording, taking_in, ending, recovery, web, rooms) for one in module.MECHANISMS
)

_WITHOUT_SERVERS = ("-k", "not postgresql and not kafka")
_PATIENCE = 600.0
_RED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)
_FAILED, _ALL_GREEN = 1, 0
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", ".*_cache", ".hypothesis", "node_modules")


@dataclass(frozen=True)
class Outcome:
    """What the tests said; `missed_by` is the first red test, None where no test was red."""

    mechanism: Mechanism
    missed_by: str | None
    seconds: float
    said: str = ""


class Tree:
    """A copy of the project that is patched and put right again."""

    def __init__(self, folder: Path) -> None:
        """Copies what the tests need."""
        self._root = folder / "tree"
        self._written_at = time.time()
        shutil.copytree(ROOT, self._root, ignore=_LEFT_OUT)

    def without(self, mechanism: Mechanism) -> Outcome:
        """Run the mechanism's tests with it switched off."""
        path = self._root / mechanism.file
        whole = path.read_text(encoding="utf-8")
        self._write(path, mechanism.switched_off(whole))
        began = time.monotonic()
        try:
            done = self.run(mechanism.tests, servers=mechanism.servers)
        except subprocess.TimeoutExpired:
            return Outcome(mechanism, "(no end within ten minutes)", time.monotonic() - began)
        finally:
            self._write(path, whole)
        red = _RED.search(done.stdout) if done.returncode == _FAILED else None
        # Everything but red and green, for example a file that cannot be imported, proves nothing.
        said = "" if done.returncode in (_FAILED, _ALL_GREEN) else done.stdout[-2_000:]
        return Outcome(mechanism, red and red.group(1), time.monotonic() - began, said)

    def run(self, tests: Sequence[str], *, servers: bool) -> subprocess.CompletedProcess[str]:
        """The tests, up to the first that fails."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=no", *tests]
        command += () if servers else _WITHOUT_SERVERS
        environment = os.environ | {"PYTHONPATH": str(self._root), "COLUMNS": "500"}
        return subprocess.run(  # our own tests
            command,
            cwd=self._root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )

    def _write(self, path: Path, source: str) -> None:
        """With a time of its own: compiled files are told apart by it, to the second."""
        path.write_text(source, encoding="utf-8")
        self._written_at += 2
        os.utime(path, (self._written_at, self._written_at))


@contextmanager
def trees(count: int) -> Iterator[list[Tree]]:
    """So many copies, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        yield [Tree(Path(folder) / str(number)) for number in range(count)]


def switch_off(mechanisms: Sequence[Mechanism], jobs: int) -> Iterator[Outcome]:
    """Each in its turn, `jobs` at a time, as they end."""
    waiting: queue.SimpleQueue[Mechanism] = queue.SimpleQueue()
    for mechanism in mechanisms:
        waiting.put(mechanism)
    done: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()

    def work(tree: Tree) -> None:
        try:
            while True:
                done.put(tree.without(waiting.get_nowait()))
        except queue.Empty:
            pass
        except BaseException as error:  # noqa: BLE001  # told to who waits
            done.put(error)

    with trees(jobs) as copies:
        workers = [threading.Thread(target=work, args=(tree,), daemon=True) for tree in copies]
        for worker in workers:
            worker.start()
        for _ in mechanisms:
            outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome


@click.command()
@click.option("--only", default="", help="Mechanisms whose name or file contains this.")
@click.option("--jobs", default=2, show_default=True, help="How many at a time.")
@click.option(
    "--whole/--no-whole", default=True, help="First see that all the tests are green without a change."
)
def main(only: str, jobs: int, *, whole: bool) -> None:
    """Exit code 1 where nobody misses a mechanism."""
    chosen = [one for one in MECHANISMS if only in one.name or only in one.file]
    if whole and not _green(chosen):
        sys.exit("mutants: some of the tests fail as it is; nothing can be said of what they would miss.")
    unmissed = 0
    for outcome in switch_off(chosen, jobs):
        unmissed += outcome.missed_by is None
        click.echo(
            f"{outcome.seconds:5.0f} s  {outcome.mechanism.name}: {outcome.missed_by or 'NOBODY MISSES IT'}"
        )
        if outcome.said:
            click.echo(outcome.said)
    click.echo(f"{len(chosen)} mechanisms, {unmissed} that nobody misses")
    sys.exit(1 if unmissed else 0)


def _green(chosen: Sequence[Mechanism]) -> bool:
    with trees(1) as (tree,):
        for servers in (False, True):
            tests = sorted({test for one in chosen if one.servers is servers for test in one.tests})
            if tests:
                done = tree.run(tests, servers=servers)
                if done.returncode != _ALL_GREEN:
                    click.echo(done.stdout[-2_000:])
                    return False
    return True


if __name__ == "__main__":
    main()
