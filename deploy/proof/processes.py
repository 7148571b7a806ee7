"""Processes of the suite that can be killed a thousand times: each is a fork of one that has its imports."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from multiprocessing import forkserver
from pathlib import Path
from typing import Any, NamedTuple

from werkzeug.serving import make_server

from deploy.samvirke.cli import import_everything, main
from deploy.samvirke.wsgi import application
from shared import clock, crashing, leases

SAID = "SAMVIRKE_PROVE_SAID"
"""The setting that names the file for what processes say: not on a disk that is filled."""

LEASE = timedelta(seconds=1.5)
"""How long a dead worker's partitions stay held in a trial, so that thousands of deaths fit into it."""

_BEFORE_JUMP = 1.0

import_everything()  # for whoever is forked from here
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


class Ended(NamedTuple):
    """How a process ended, and the crash point it was sent to."""

    name: str
    status: int
    point: str | None


class Running:
    """One process. `point` is the crash point it dies at, None where it is to live."""

    def __init__(self, name: str, process: Any, point: str | None) -> None:
        """Made by the functions below."""
        self.name, self.point = name, point
        self.since = time.monotonic()
        self._process = process

    @property
    def ended(self) -> Ended | None:
        """How it ended, None while it runs."""
        status: int | None = self._process.exitcode
        return None if status is None else Ended(self.name, status, self.point)

    @property
    def handle(self) -> int:
        """What `multiprocessing.connection.wait` waits on until the process ends."""
        return int(self._process.sentinel)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self._process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):  # it ended between the two lines
                os.kill(self._process.pid, number)

    def wait(self, seconds: float) -> Ended | None:
        """Wait for its end, at most so long."""
        self._process.join(seconds)
        return self.ended

    def stop(self, seconds: float = 30.0) -> Ended | None:
        """Ask it to end, insist after `seconds`; how it ended when it was asked."""
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        ended = self.wait(seconds)
        self.send(signal.SIGKILL)
        self._process.join()
        return ended


def start_worker(
    service: str,
    environment: Mapping[str, str],
    point: str | None = None,
    turn: int = 1,
    clock_jump: float = 0.0,
) -> Running:
    """`samvirke worker SERVICE`, sent to a crash point; soon its clock jumps by so many seconds."""
    arguments = ["worker", service]
    return _start(f"worker {service}", _command, environment, point, turn, arguments, None, clock_jump)


def start_command(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    point: str | None = None,
    output: Path | None = None,
) -> Running:
    """Any command of `samvirke`; `output` is a file for what it prints."""
    return _start(" ".join(arguments), _command, environment, point, 1, [*arguments], output)


def start_web(
    listening: socket.socket, environment: Mapping[str, str], point: str | None = None, turn: int = 1
) -> Running:
    """All four services over HTTP on a socket that outlives the process: who connects meanwhile waits."""
    return _start("web", _web, environment, point, turn, listening)


def _start(
    name: str, target: Any, environment: Mapping[str, str], point: str | None, turn: int, *arguments: Any
) -> Running:
    asked = {crashing.SETTING: f"{point}:{turn}"} if point else {}
    process = _forks.Process(
        target=target, args=(dict(environment) | asked, *arguments), name=name, daemon=True
    )
    forkserver.ensure_running()  # not below: it and its children would be deaf to what is held back there
    told = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        process.start()  # half done, nobody would know of the process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, told)
    return Running(name, process, point)


def end_whatever_runs() -> None:
    """Kill every process that was started from here and has not ended, whoever started it."""
    for process in multiprocessing.active_children():
        process.kill()
        process.join()


def _become(environment: dict[str, str], output: Path | None = None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    said = Path(environment[SAID])
    for path, standard in ((output or said, 1), (said, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), standard)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the trial, which ends its processes itself
    leases.DURATION, leases.RENEWAL = LEASE, LEASE.total_seconds() / 3


def _command(
    environment: dict[str, str], arguments: list[str], output: Path | None = None, clock_jump: float = 0.0
) -> None:
    _become(environment, output)
    if clock_jump:
        _let_clock_jump(timedelta(seconds=clock_jump))
    main(arguments, prog_name="samvirke")


def _let_clock_jump(by: timedelta) -> None:
    right, jumps_at = clock.real_now, time.monotonic() + _BEFORE_JUMP

    def wrong() -> datetime:
        return right() + (by if time.monotonic() > jumps_at else timedelta())

    clock.real_now = wrong


def _web(environment: dict[str, str], listening: socket.socket) -> None:
    _become(environment)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    crashing.arm()
    server = make_server("127.0.0.1", 0, application(), threaded=True, fd=listening.fileno())
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    server.serve_forever()
