"""The processes of an installation under trial: started, sent to their crash points, stopped, and started again."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import wait
from random import Random

from deploy.proof.outcome import Tally
from deploy.proof.plan import Deck, Target, fault_of
from deploy.proof.processes import LEASE, Ended, Running, start_web, start_worker
from deploy.samvirke import suite
from deploy.samvirke.said import UNREACHABLE
from shared.crashing import STATUS

WEB = "web"
CLOCK_JUMPS = (-3_600.0, -10.0, 10.0, 3_600.0)
"""Seconds by which the clock of a worker may suddenly be wrong."""

_AGAIN = 0.5
_PATIENCE = (2.5, 20.0)
"""Seconds after which a process that has not come to its crash point is killed wherever it is.

The trial finds its own measure between the two, so that on a slow machine, too, most come there.
"""
_LONGER, _SHORTER = 1.2, 0.95


class Fleet:
    """A worker per service, and one web process."""

    def __init__(
        self,
        environment_of: Callable[[str], Mapping[str, str]],
        decks: Mapping[str, Deck],
        chance: Random,
        tally: Tally,
    ) -> None:
        """Each process is started with the settings that `environment_of` gives for it."""
        self._environment_of, self._decks, self._chance, self._tally = environment_of, decks, chance, tally
        self._patience = _PATIENCE[0]
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._running: dict[str, Running] = {}
        self._stopped: list[tuple[float, Running]] = []
        self.breaking = False
        """Whether a server is broken just now, so that a process may find none."""
        self._mended_at = 0.0
        self.provoke: Callable[[str], None] = lambda _: None
        """Told the crash point of whoever is started: some are come by only when there is something special to do."""

    @property
    def url(self) -> str:
        """Where the web process is to be found."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def anybody_stopped(self) -> bool:
        """Who is stopped may hold a lock: whatever the trial did itself could wait for it for ever."""
        return bool(self._stopped)

    def start_all(self, *, armed: bool) -> None:
        """Start every process; `armed`, each is sent to a crash point."""
        for name in (*suite.SERVICES, WEB):
            self._start(name, armed=armed)

    def end_all(self, *, gently: bool = False) -> None:
        """End every process: by `kill -9`, or `gently` by SIGTERM, which each must follow."""
        for name, one in list(self._running.items()):
            if gently:
                ended = one.stop()
                if ended is None or ended.status not in (0, -signal.SIGTERM):
                    self._tally.trouble.append(f"{name} did not end on SIGTERM: {ended}")
            else:
                one.send(signal.SIGKILL)
                one.wait(10)
        self._running.clear()

    def close(self) -> None:
        """End every process, and take no more requests."""
        self.wake_the_stopped(at_once=True)
        self.end_all()
        self._listening.close()

    def watch(self) -> None:
        """Count who has died, and start it again with another place to die at."""
        self.wake_the_stopped()
        wait([one.handle for one in self._running.values()], timeout=0.1)
        for name, one in list(self._running.items()):
            ended = one.ended
            if ended is not None:
                self._count(name, ended, one.since)
            elif time.monotonic() - one.since > self._patience:
                self._kill(name, one)
            else:
                continue
            self._start(name, armed=True)

    def servers_are_well(self) -> None:
        """No server is broken any more."""
        self.breaking, self._mended_at = False, time.monotonic()

    def stop_past_a_lease(self) -> None:
        """SIGSTOP to a worker; another takes its place, and after its lease it goes on for a moment."""
        name = self._worker()
        one = self._running.pop(name)
        one.send(signal.SIGSTOP)
        self._stopped.append((time.monotonic() + LEASE.total_seconds() + 1, one))
        self._tally.faults["SIGSTOP past a lease"] += 1
        self._start(name, armed=True)

    def let_clock_jump(self) -> None:
        """A worker whose clock jumps when it has worked for a moment."""
        name = self._worker()
        one = self._running[name]
        one.send(signal.SIGKILL)
        one.wait(10)
        if one.point is not None:
            self._decks[name].put_back(one.point)
        self._start(name, armed=True, clock_jump=self._chance.choice(CLOCK_JUMPS))
        self._tally.faults["clock of a process jumps"] += 1

    def end_one_gently(self) -> None:
        """SIGTERM to a process at work."""
        name = self._chance.choice(sorted(self._running))
        ended = self._running[name].stop()
        expected = (0, STATUS, -signal.SIGTERM)  # the last when it was still starting
        if ended is None or ended.status not in expected:
            self._tally.trouble.append(f"{name} did not end on SIGTERM: {ended}")
        self._tally.faults["SIGTERM under load"] += 1
        self._start(name, armed=True)

    def wake_the_stopped(self, *, at_once: bool = False) -> None:
        """Let those go on who have lost their lease; soon after, they are ended."""
        for due, one in list(self._stopped):
            if at_once:
                one.stop()
            elif time.monotonic() > due + 1:
                one.send(signal.SIGKILL)
                one.wait(10)
            elif time.monotonic() > due:
                one.send(signal.SIGCONT)
                continue
            else:
                continue
            self._stopped.remove((due, one))

    def _worker(self) -> str:
        return self._chance.choice([name for name in self._running if name != WEB])

    def _count(self, name: str, ended: Ended, since: float) -> None:
        if ended.status == STATUS and ended.point is not None:
            self._tally.faults[fault_of(name)] += 1
            self._tally.points[ended.point] += 1
            self._patience = max(_PATIENCE[0], self._patience * _SHORTER)
            return
        if ended.point is not None:
            self._decks[name].put_back(ended.point)
        if ended.status == UNREACHABLE and (self.breaking or since < self._mended_at):
            time.sleep(
                _AGAIN
            )  # its server is away: it says so in one line and ends, whoever started it tries again
        else:
            self._tally.trouble.append(f"{ended.name} ended by itself with {ended.status}")

    def _kill(self, name: str, one: Running) -> None:
        one.send(signal.SIGKILL)
        one.wait(10)
        if one.point is not None:
            self._decks[name].put_back(one.point)
        self._tally.faults["kill -9"] += 1
        self._patience = min(_PATIENCE[1], self._patience * _LONGER)

    def _start(self, name: str, *, armed: bool, clock_jump: float = 0.0) -> None:
        target = self._decks[name].draw() if armed else Target("", 1)
        self.provoke(target.point)
        environment = self._environment_of(name)
        if name == WEB:
            one = start_web(self._listening, environment, target.point, target.turn)
        else:
            one = start_worker(name, environment, target.point, target.turn, clock_jump)
        self._running[name] = one
