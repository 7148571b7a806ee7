"""Which faults there are, what each of them puts to the test, and in which order they come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from deploy.samvirke import suite
from shared.crashing import POINTS

TESTS = {
    "crash point of a worker": ("G1", "G2", "G3", "G14"),
    "crash point of a web process": ("G1", "G4", "G5", "G14"),
    "kill -9": ("G1", "G2", "G3", "G4", "G5", "G14"),
    "SIGTERM under load": ("G1", "G3", "G14"),
    "SIGSTOP past a lease": ("G2", "G3"),
    "repeated and late delivery": ("G2", "G3"),
    "bad record on a topic": ("G9",),
    "bad record in front of good ones": ("G9",),
    "crash point of a rebuild": ("G6", "G14"),
    "crash point of a migration": ("G14",),
    "crash point of a replay": ("G3", "G9"),
    "crash point of a restore": ("G12", "G14"),
    "crash point of a refill": ("G12", "G14"),
    "database lost and restored": ("G1", "G2", "G3", "G12"),
    "wrong topic settings": ("G12",),
    "topic lost and refilled": ("G1", "G2", "G3", "G12"),
    "clock of a process jumps": ("G2", "G3"),
    "broker killed": ("G1", "G2", "G15"),
    "broker restarted": ("G1", "G2", "G15"),
    "broker paused": ("G1", "G2", "G15"),
    "broker replaced": ("G1", "G2", "G15"),
    "every broker killed": ("G1", "G2", "G15"),
    "leader moved": ("G1", "G2", "G15"),
    "disk of a broker full": ("G1", "G2", "G15"),
    "cut off from Kafka": ("G1", "G2", "G3", "G15"),
    "database restarted": ("G1", "G3", "G4", "G14"),
    "database killed": ("G1", "G3", "G4", "G14"),
    "database paused": ("G1", "G3", "G4"),
    "disk full": ("G1", "G3", "G4", "G14"),
    "disk of the database full": ("G1", "G3", "G4", "G14"),
    "cut off from the database": ("G1", "G2", "G3", "G4"),
    "reset in the middle of a commit": ("G1", "G3", "G4", "G5"),
    "transaction held open": ("G1", "G2", "G3"),
}
"""Faults by name, with the promises that each of them puts to the test."""

OF_KAFKA_ALONE = frozenset(
    name for name in TESTS if name.startswith(("broker ", "every broker", "leader", "disk of a broker"))
) | {"cut off from Kafka"}
"""While one of these lasts, every command is answered as before."""

PROMISES = {
    "G1": "an accepted event is never missing from the log, the feed or a read model",
    "G2": "events of one stream arrive in version order",
    "G3": "each event changes a read model exactly once",
    "G4": "a repeated command has one effect and the same answer",
    "G5": "of two conflicting commands one is refused",
    "G6": "a rebuilt read model equals the live one",
    "G7": "rebuild and take-over with no failed request; one command back",
    "G8": "replay repeats no mail, no webhook, no invoice",
    "G9": "one bad event delays only its own key",
    "G10": "an erased person is nowhere",
    "G11": "a read after a write shows the write, or says honestly that it does not yet",
    "G12": "a restored or recreated database, topic or file is noticed before it does harm",
    "G13": "old events stay readable, old consumers survive new events",
    "G14": "stopping, killing, restarting and upgrading lose nothing",
    "G15": "a Kafka outage refuses no command",
    "G16": "figures we publish come from one command that anyone can run",
}

NOT_TRIED = {
    "G7": "a trial kills the web process all the time; tests/integration/test_rebuilding_beside_writers.py asks for it",
    "G8": "nothing leaves the suite yet but notices, which are events and stand under G3",
    "G10": "tests/integration/test_erasure.py looks for an erased person everywhere",
    "G11": "tests/e2e reads what it has written, in every journey",
    "G13": "tests/contracts reads every stored shape there ever was",
    "G16": "make bench prints them",
}
"""Promises that no fault puts to the test, with what does."""

PROCESSES = (*suite.SERVICES, "web", "rebuild", "migrate", "mending", "restore", "refill")
"""What dies at crash points: workers by their service, the web process, and commands."""

MOST_SPOILT = 50
"""Keys in front of whose events something bad is put, at most, however long the trial.

A service that is restored meets all of them at once, beside the bad records by themselves, and where more
than `parking.MAXIMUM_KEYS` wait it stops for its operator, as it should.
"""

_WEB = ("append.inserted", "receipt.kept", "transaction.before_commit", "transaction.committed")
_COMMANDS = {
    "rebuild": "crash point of a rebuild",
    "migrate": "crash point of a migration",
    "mending": "crash point of a replay",
    "restore": "crash point of a restore",
    "refill": "crash point of a refill",
}
_CONSUMING = ("consumer", "policy")
_ONCE = ("schedule.written", "schedule.looked", "consumer.parked", "consumer.claimed")
_OF_SQLITE = ("publisher.numbered",)  # PostgreSQL numbers and commits in one statement
_FURTHEST = 3
_FURTHEST_OF_WEB = 25  # or it would answer nobody


class Target(NamedTuple):
    """A crash point, and at which arrival to die there."""

    point: str
    turn: int


def points_of(process: str, *, embedded: bool) -> list[str]:
    """The crash points that a process comes by: `web`, a worker by its service, or a command."""
    if process == "web":
        return list(_WEB)
    if process in _COMMANDS:
        return [name for name in POINTS if _part(name) == process]
    return [
        name
        for name in POINTS
        if _part(name) not in (*_COMMANDS, "receipt")
        and (embedded or (_part(name) != "log" and name not in _OF_SQLITE))
        and (process != "membership" or _part(name) not in _CONSUMING)
        and (process == "membership" or name != "schedule.written")
    ]


def fault_of(process: str) -> str:
    """What it is called when such a process dies at a crash point."""
    default = "crash point of a web process" if process == "web" else "crash point of a worker"
    return _COMMANDS.get(process, default)


def spoilable(recent: Sequence[str], spoilt: Collection[str]) -> list[str]:
    """The keys before whose next events something bad may be put: recent ones, later only those that had it before."""
    return list(recent) if len(spoilt) < MOST_SPOILT else sorted(spoilt)


@dataclass
class Deck:
    """Crash points of one process in an order that chance decides, each as often as the others."""

    process: str
    embedded: bool
    chance: Random
    _left: list[str] = field(default_factory=list)

    def points(self) -> list[str]:
        """All of them."""
        return points_of(self.process, embedded=self.embedded)

    def draw(self) -> Target:
        """The next crash point to die at."""
        if not self._left:
            self._left = self.points()
            self.chance.shuffle(self._left)
        point = self._left.pop()
        rare = point in _ONCE or self.process in _COMMANDS
        furthest = _FURTHEST_OF_WEB if self.process == "web" else _FURTHEST
        return Target(point, 1 if rare else self.chance.randint(1, furthest))

    def put_back(self, point: str) -> None:
        """It was not reached this time."""
        self._left.insert(0, point)


def _part(name: str) -> str:
    return name.partition(".")[0]
