"""Keeps one server running for as long as its owner lives (a test run, a trial), and ends it with it.

Called as a script: guardian.py OWNER SIGNAL USER LOG COMMAND...; USER may be `-`. An owner that
is killed cleans nothing up, so the server's parent watches the owner instead. While it does, its
number stands in the file `pid` beside the log, the server's in the file `server`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STOPPING = 15.0
"""Seconds that a server is given to end by itself."""


def main(owner: str, ending: str, user: str, log: str, *command: str) -> None:
    """Run `command` until it ends, this process is told to stop, or process `owner` is gone."""
    mark = Path(log).with_name("pid")
    # A child of nobody: the owner must neither wait for it nor warn about it.
    if child := os.fork():
        mark.write_text(str(child))
        return
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(log).open("ab") as output:
        server = _start(command, output.fileno(), None if user == "-" else user)
    mark.with_name("server").write_text(str(server.pid))
    while server.poll() is None and not told and _alive(int(owner)):
        time.sleep(0.1)
    if server.poll() is None:
        server.send_signal(signal.Signals[ending])
        try:
            server.wait(STOPPING)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    mark.unlink(missing_ok=True)  # who told this process to stop waits for that


def _start(command: tuple[str, ...], output: int, user: str | None) -> subprocess.Popen[bytes]:
    if user is None:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        user=user,
        extra_groups=[],
        cwd="/",
    )


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
