"""A server as a process of this machine: started, waited for, broken and ended together with who needs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds that a server is given to answer."""


class ServerMissingError(Exception):
    """A server cannot be had on this machine; the message says what to install."""


class Program:
    """A server process behind a guardian that ends it together with its owner."""

    def __init__(self, folder: Path, owner: int, ending: str, user: str | None = None) -> None:
        """`ending` is the name of the signal that asks the server to end, `owner` the process that it serves."""
        self.folder, self.owner, self.ending, self.user = folder, owner, ending, user

    def run(self, *command: str, until: Callable[[], bool]) -> None:
        """Start `command` and wait until it answers; raises `ServerMissingError` when it does not."""
        self.launch(*command)
        self.wait_until(until)

    def launch(self, *command: str) -> None:
        """Start `command`."""
        guardian = [sys.executable, str(Path(__file__).with_name("guardian.py"))]
        subprocess.run(
            [*guardian, str(self.owner), self.ending, self.user or "-", str(self.log), *command],
            start_new_session=True,
            check=True,
        )

    def wait_until(self, answers: Callable[[], bool]) -> None:
        """Wait until the server answers; raises `ServerMissingError` when it does not."""
        give_up = time.monotonic() + PATIENCE
        while not answers():
            if not self.running or time.monotonic() > give_up:
                self.stop()
                message = f"A server did not start: {self.last_line()}"
                raise ServerMissingError(message)
            time.sleep(0.1)

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.folder / "log"

    @property
    def running(self) -> bool:
        """Whether the server has not ended."""
        return (self.folder / "pid").exists()

    def last_line(self) -> str:
        """What the server said last, for a message to people."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "no output")

    def stop(self) -> None:
        """End the server, and wait until it has ended; nothing happens when it is not running."""
        stop(self.folder)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server and every process it has started."""
        with suppress(FileNotFoundError):
            for process in list(_family(int((self.folder / "server").read_text()))):
                with suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(process, number)

    def kill(self) -> None:
        """End the server and every process it has started without asking, as `kill -9` does."""
        self.send(signal.SIGSTOP)  # or it would start others meanwhile
        self.send(signal.SIGKILL)
        self.wait()

    def wait(self) -> None:
        """Wait until the server has ended."""
        give_up = time.monotonic() + PATIENCE
        while self.running and time.monotonic() < give_up:
            time.sleep(0.05)


def stop(folder: Path) -> None:
    """End the server that was started in `folder`, by whichever process, and wait until it has ended."""
    running = folder / "pid"
    if not running.exists():
        return
    give_up = time.monotonic() + PATIENCE
    with suppress(ProcessLookupError, FileNotFoundError):  # it has just ended by itself
        os.kill(int(running.read_text()), signal.SIGTERM)
        while running.exists() and time.monotonic() < give_up:
            time.sleep(0.05)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(process: int) -> Iterator[int]:
    """`process` and its children, as Linux lists them."""
    yield process
    with suppress(FileNotFoundError):
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        yield from map(int, listed.split())
