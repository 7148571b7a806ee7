"""Copies of the project, each patched by one mechanism after the other, and the tests run in them."""

from __future__ import annotations

import importlib
import os
import re
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mutants.mechanism import ROOT, SAMPLES, WITH_LONG_FORMS, Mechanism

ALL_GREEN, RED = 0, 1

_WITHOUT_SERVERS = ("-k", "not postgresql and not kafka")
_QUIET = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-m", WITH_LONG_FORMS)
_PATIENCE = 600.0
_FIRST_RED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", ".*_cache", ".hypothesis", "node_modules")
_OURS = ("deploy", "services", "shared", "tests")
_SLOW_TO_IMPORT = [
    "alembic.command",
    "babel.dates",
    "confluent_kafka",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "flask_smorest",
    "flask_wtf",
    "gunicorn.app.base",
    "jwt",
    "kafka",
    "psycopg",
    "rich.table",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "stdnum.no.orgnr",
    "urllib3",
]
"""Not hypothesis: pytest wants to import what is a plugin of its own."""


@dataclass(frozen=True)
class Ended:
    """How a run of tests ended; `first_red` where one failed, `said` what was printed."""

    code: int
    seconds: float
    said: str

    @property
    def first_red(self) -> str:
        """The test that failed; pytest-timeout ends one that hangs before there is a summary."""
        found = _FIRST_RED.search(self.said)
        return found.group(1) if found else "(a test that did not end in time)"


class Tree:
    """A copy of the project."""

    def __init__(self, folder: Path) -> None:
        """Copies what the tests need; `folder` is made."""
        self._root = folder
        self._output = folder.with_suffix(".said")
        self._written_at = time.time()
        shutil.copytree(ROOT, self._root, ignore=_LEFT_OUT)

    def patch(self, mechanism: Mechanism) -> None:
        """Switch the mechanism off here."""
        path = self._root / mechanism.file
        self._write(path, mechanism.switched_off(path.read_text(encoding="utf-8")))

    def mend(self, mechanism: Mechanism) -> None:
        """Switch it on again."""
        self._write(self._root / mechanism.file, (ROOT / mechanism.file).read_text(encoding="utf-8"))

    def start(self, tests: Sequence[str], *, servers: bool) -> Callable[[], Ended | None]:
        """Begin with the tests, in a process of their own; asked later, how they ended, or None: not yet."""
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            self._carry_out([*_QUIET, *tests, *(() if servers else _WITHOUT_SERVERS)])
        watched = os.pidfd_open(child)

        def ended() -> Ended | None:
            seconds = time.monotonic() - began
            if not select.select([watched], [], [], 0.1)[0]:
                if seconds < _PATIENCE:
                    return None
                os.killpg(child, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.close(watched)
            with suppress(ProcessLookupError):  # what the tests have started and left behind
                os.killpg(child, signal.SIGKILL)
            return Ended(RED if code < 0 else code, seconds, self._output.read_text(errors="replace"))

        return ended

    def _carry_out(self, arguments: list[str]) -> None:
        code = 3
        try:
            os.setpgid(0, 0)
            output = os.open(self._output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.chdir(self._root)
            sys.path[:] = [str(self._root), *(path for path in sys.path if path not in ("", str(ROOT)))]
            os.environ |= {"PYTHONPATH": str(self._root), "COLUMNS": "500"} | SAMPLES
            for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
                del sys.modules[name]
            code = int(pytest.main(arguments))
        except BaseException:  # noqa: BLE001  # told by the code, and in what was printed
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _write(self, path: Path, source: str) -> None:
        """With a time of its own: compiled files are told apart by it, to the second."""
        path.write_text(source, encoding="utf-8")
        self._written_at += 2
        os.utime(path, (self._written_at, self._written_at))


def import_what_is_slow() -> None:
    """Once, so that every process that is forked has it."""
    for name in _SLOW_TO_IMPORT:
        importlib.import_module(name)


def switch_off(mechanisms: Iterable[Mechanism], trees: Sequence[Tree]) -> Iterator[tuple[Mechanism, Ended]]:
    """Each in its turn, as many at a time as there are trees, as they end."""
    waiting, free = list(reversed([*mechanisms])), list(trees)
    running: list[tuple[Mechanism, Tree, Callable[[], Ended | None]]] = []
    while waiting or running:
        while waiting and free:
            mechanism, tree = waiting.pop(), free.pop()
            tree.patch(mechanism)
            running.append((mechanism, tree, tree.start(mechanism.tests, servers=mechanism.servers)))
        for one in list(running):
            mechanism, tree, ask = one
            if (ended := ask()) is not None:
                running.remove(one)
                tree.mend(mechanism)
                free.append(tree)
                yield mechanism, ended
