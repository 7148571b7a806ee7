"""The embedded suite: web and worker as two processes under one that watches over them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import click
import urllib3

from deploy.samvirke import address, office, processes, registers, suite
from deploy.samvirke import example as example_history
from deploy.samvirke.ending import Ending
from deploy.samvirke.recovery import say_doubts
from deploy.samvirke.said import REFUSED, fail
from shared.settings import Settings

_GRACE = 40.0
_READY = 60.0


def serve(settings: Settings, *, example: bool) -> None:
    """Prepare, start, say where, and watch until Ctrl-C; a process that dies is started again."""
    _check_port(settings.port)
    _check_folder(settings)
    os.environ["SAMVIRKE_CHILD"] = "1"
    suite.prepare(settings)
    doubtful = say_doubts(settings)
    wanted = example and not doubtful and example_history.is_wanted(settings)
    if wanted or (settings.data / "example").exists():
        os.environ["SAMVIRKE_EXAMPLE"] = "on"  # what is recorded here from now on is example as well
    if not doubtful:
        registers.load_network(settings, with_population=not wanted)
    children = Children(Ending())
    children.start("worker", [sys.executable, "-m", "deploy.samvirke", "worker", "all"])
    children.start("web", processes.gunicorn_command())
    try:
        _wait_until_ready(settings, children)
        with address.left(settings):
            if wanted and not children.ended:
                click.echo("Loading the example history …")
                example_history.load(settings)
            _say_where(settings)
            children.watch()
    finally:
        children.stop()


class Children:
    """The processes of the suite."""

    def __init__(self, ending: Ending) -> None:
        """None is started yet; `ending` says when all shall stop."""
        self._ending = ending
        self._commands: dict[str, list[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str]) -> None:
        """Start a process in a group of its own, so that Ctrl-C reaches it only through us."""
        self._commands[name] = command
        self._running[name] = subprocess.Popen(command, start_new_session=True)  # our own

    @property
    def ended(self) -> bool:
        """Whether they were asked to stop."""
        return self._ending.wait(0)

    def dead(self) -> list[str]:
        """Names of processes that have ended by themselves."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def watch(self) -> None:
        """Start again what ends by itself, until asked to stop."""
        while not self._ending.wait(0.5):
            for name in self.dead():
                click.echo(f"{name} ended; starting it again", err=True)
                self.start(name, self._commands[name])

    def stop(self) -> None:
        """Ask each process to end, and insist after the grace time."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _GRACE
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            fail(f"Port {port} is in use; choose another with PORT=…", REFUSED)


def _check_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        probe = settings.data / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        fail(
            f"{settings.data} cannot be written ({error.strerror}); choose another with SAMVIRKE_DATA=…",
            REFUSED,
        )


def _wait_until_ready(settings: Settings, children: Children) -> None:
    pool = urllib3.PoolManager(retries=False, timeout=1.0)
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline and not children.ended:
        if children.dead():
            fail(f"{children.dead()[0]} could not be started; its message stands above.", REFUSED)
        try:
            if pool.request("GET", f"http://127.0.0.1:{settings.port}/membership/health/live").status == 200:  # noqa: PLR2004
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.05)
    if not children.ended:
        fail("The suite did not answer in time.", REFUSED)


def _say_where(settings: Settings) -> None:
    click.echo(f"\nSamvirke runs at {settings.url}")
    click.echo(f"  the office signs in at       {office.signin_link(settings, 'office')}")
    number = office.some_number(settings)
    if number is not None:
        click.echo(f"  municipality {number} signs in at {office.signin_link(settings, number)}")
    click.echo("Each link works once. More: samvirke signin office|NUMBER. Ctrl-C ends.")
    sys.stdout.flush()
