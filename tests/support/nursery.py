"""Processes of `samvirke` that need not import everything first: each is a fork of one that has.

`python -m deploy.samvirke` spends more than a second of processor time on imports, and the tests
start hundreds of processes. What is forked here is a process like any other: with a session,
an environment, a working directory and output of its own, killed and waited for by its number.
"""

from __future__ import annotations

import array
import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import IO, Any

_ROOT = Path(__file__).parents[2]
_LONGEST_ORDER = 1 << 18


class Forked:
    """A process from the nursery; what of `subprocess.Popen` the tests need."""

    def __init__(self, line: socket.socket) -> None:
        """`line` says the process's number first and its exit code at last."""
        self._line = line
        self.pid = int(line.recv(20))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code (the signal's number, negative), or None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, waited for; raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._line.recv(20))
            self._line.close()
        return self.returncode

    def terminate(self) -> None:
        """Send it SIGTERM, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def fork(arguments: list[str], environment: dict[str, str], output: IO[Any], errors: IO[Any]) -> Forked:
    """`samvirke ARGUMENTS` as a process of its own. It is killed when the caller's process is gone."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = json.dumps({"arguments": arguments, "environment": environment}).encode()
    handles = array.array("i", [output.fileno(), errors.fileno(), theirs.fileno()])
    _nursery().sendmsg([order], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)])
    theirs.close()
    return Forked(ours)


@cache
def _nursery() -> socket.socket:
    """The line to this process's own nursery; it ends when the line does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.set_inheritable(True)
    command = [sys.executable, "-m", __name__, str(theirs.fileno())]
    # Its own group: Ctrl-C is for the tests, which end their processes in their order.
    os.posix_spawn(sys.executable, command, os.environ | {"PYTHONPATH": str(_ROOT)}, setpgroup=0)
    theirs.close()
    return ours


def _serve(orders: socket.socket) -> None:
    """Fork a keeper for every order, which forks the process. In a process, return with it to do."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need nobody to wait for them
    while True:
        order, handles, _, _ = socket.recv_fds(orders, _LONGEST_ORDER, 3)
        if not order:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(json.loads(order), *handles)
            return
        for handle in handles:
            os.close(handle)


def _keep(order: dict[str, Any], output: int, errors: int, line: int) -> None:
    """Fork the process and return in it; the keeper itself stays to say how it ended."""
    pid = os.fork()
    if pid == 0:
        _become(order, output, errors, line)
        return
    os.close(output)
    os.close(errors)
    ended = os.pidfd_open(pid)
    ready = select.select([ended, line], [], [])[0]
    if ended not in ready:  # nobody is left to care for it
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    try:
        os.write(line, b"%d" % os.waitstatus_to_exitcode(status))
    finally:
        os._exit(0)


def _become(order: dict[str, Any], output: int, errors: int, line: int) -> None:
    os.setsid()
    os.chdir(_ROOT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for handle, standard in ((nothing, 0), (output, 1), (errors, 2)):
        os.dup2(handle, standard)
        os.close(handle)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["samvirke", *order["arguments"]]
    os.write(line, b"%d" % os.getpid())
    os.close(line)


if __name__ == "__main__":
    from deploy.samvirke.cli import import_everything, main

    import_everything()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    main(prog_name="samvirke")
