"""Break a spare installation for as long as it takes, let clients write meanwhile, and see what is left."""

from __future__ import annotations

import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from multiprocessing.connection import wait
from random import Random

from deploy.proof import tampering
from deploy.proof.checker import check
from deploy.proof.clients import Clients
from deploy.proof.history import History
from deploy.proof.looking import look
from deploy.proof.outcome import Means, Outcome
from deploy.proof.plan import Deck, Target, fault_of
from deploy.proof.processes import LEASE, Running, start_command, start_web, start_worker
from deploy.proof.settling import differences, settle
from deploy.samvirke import suite
from shared.crashing import STATUS
from shared.settings import Settings
from shared.web.tokens import BuiltinIssuer

ROUND = 60
"""Faults between two moments in which everything must arrive."""

_CLIENTS = 4
_TOO_LATE = 2.5
_TOPIC = suite.SERVICES["membership"].topic
_SCOPES = tuple(f"{service}:{right}" for service in suite.SERVICES for right in ("read", "write"))


class Trial:
    """One installation, its processes, its clients, and the faults they must live with."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        faults: int,
        seed: int,
        means: Means,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`environment` are the settings of an empty installation; `told` hears how it goes."""
        self._environment = dict(environment) | {"SAMVIRKE_CHILD": "1"}
        self._settings = Settings.from_environment(self._environment)
        self._wanted, self._seed, self._means, self._told = faults, seed, means, told
        self._chance = Random(seed)  # noqa: S311  # a seed's dice
        embedded = self._settings.kafka is None
        kinds = (*suite.SERVICES, "web", "rebuild", "migrate", "mending")
        self._decks = {kind: Deck(kind, embedded, Random(f"{seed} {kind}")) for kind in kinds}  # noqa: S311
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._running: dict[str, Running] = {}
        self._stopped: list[tuple[float, Running]] = []
        self._bad = sorted(tampering.BAD)
        self._poisoned: dict[str, set[tampering.Place]] = {}
        self._spoilt: set[str] = set()
        self._faults: Counter[str] = Counter()
        self._points: Counter[str] = Counter()
        self._recoveries: list[float] = []
        self._trouble: list[str] = []
        self._next_other = 0.0
        self._heavy = 0
        self._token = ("", 0.0)
        self.history = History()
        url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._environment |= {"SAMVIRKE_URL": url, "SAMVIRKE_INTERNAL_URL": url}
        self._clients = Clients(url, self._fresh_token, self.history, seed, _CLIENTS)

    def run(self) -> Outcome:
        """Everything, from the empty installation to the verdict."""
        began = time.monotonic()
        self._do("migrate")
        self._start_all(armed=False)
        try:
            self._clients.publish_agreement()
            self._clients.start()
            while sum(self._faults.values()) < self._wanted:
                self._round(min(ROUND, self._wanted - sum(self._faults.values())))
        finally:
            self._wake_the_stopped(at_once=True)
            self._clients.end()
            self._end_all()
            self._listening.close()
        evidence = look(self._settings, differences(self._settings, self._environment), self._poisoned)
        findings = check(self.history.operations, evidence)
        reached = set(self._points)
        return Outcome(
            faults=self._faults,
            points=self._points,
            unreached=sorted({point for deck in self._decks.values() for point in deck.points()} - reached),
            recoveries=self._recoveries,
            history=self.history,
            evidence=evidence,
            findings=findings,
            trouble=self._trouble + self._clients.errors,
            seconds=time.monotonic() - began,
        )

    # ------------------------------------------------------------------ a round

    def _round(self, count: int) -> None:
        self._end_all(gently=True)
        self._start_all(armed=True)
        goal = sum(self._faults.values()) + count
        self._clients.resume()
        while sum(self._faults.values()) < goal and not self._clients.errors:
            self._watch()
            # Who is stopped may hold a lock: whatever the trial then did itself could wait for it for ever.
            if time.monotonic() > self._next_other and not self._stopped:
                self._break_something_else()
                self._next_other = time.monotonic() + self._chance.uniform(0.2, 0.8)
        self._wake_the_stopped(at_once=True)
        broken = time.monotonic()
        self._end_all()
        self._start_all(armed=False)
        self._clients.pause()
        settle(self._settings)
        self._recoveries.append(time.monotonic() - broken)
        if self._spoilt:
            self._mend()
            settle(self._settings)
        done = f"{sum(self._faults.values())} of {self._wanted} faults"
        self._told(f"{done}, all well {self._recoveries[-1]:.1f} s after the last")
        if self._clients.errors:
            raise RuntimeError(self._clients.errors[0])

    def _watch(self) -> None:
        """Count who has died, and start it again with another place to die at."""
        self._wake_the_stopped()
        wait([one.handle for one in self._running.values()], timeout=0.1)
        for name, one in list(self._running.items()):
            ended = one.ended
            if ended is None and time.monotonic() - one.since > _TOO_LATE:
                one.send(signal.SIGKILL)
                ended = one.wait(10)
                if one.point is not None:
                    self._decks[name].put_back(one.point)
                self._faults["kill -9"] += 1
            elif ended is not None and ended.status == STATUS and ended.point is not None:
                self._faults[fault_of(name)] += 1
                self._points[ended.point] += 1
            elif ended is not None:
                self._trouble.append(f"{ended.name} ended by itself with {ended.status}")
            if ended is not None:
                self._start(name, armed=True)

    def _break_something_else(self) -> None:
        others: list[Callable[[], None]] = [
            self._stop_past_a_lease,
            self._end_one_gently,
            self._repeat,
            self._spoil,
            lambda: self._crash_command("rebuild", "rebuild", self._chance.choice(sorted(suite.SERVICES))),
            lambda: self._crash_command("migrate", "migrate"),
        ]
        if not self._spoilt and self._clients.municipalities:
            others.append(self._spoil_in_front)
        if self._means.faults and self._heavy < self._means.most:
            others.append(self._break_a_server)
        self._chance.choice(others)()

    # ---------------------------------------------------------------- the faults

    def _stop_past_a_lease(self) -> None:
        name = self._chance.choice([name for name in self._running if name != "web"])
        one = self._running.pop(name)
        one.send(signal.SIGSTOP)
        self._stopped.append((time.monotonic() + LEASE.total_seconds() + 1, one))
        self._faults["SIGSTOP past a lease"] += 1
        self._start(name, armed=True)

    def _wake_the_stopped(self, *, at_once: bool = False) -> None:
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

    def _end_one_gently(self) -> None:
        name = self._chance.choice(sorted(self._running))
        ended = self._running[name].stop()
        if ended is None or ended.status not in (0, STATUS, -signal.SIGTERM):  # it was still starting
            self._trouble.append(f"{name} did not end on SIGTERM: {ended}")
        self._faults["SIGTERM under load"] += 1
        self._start(name, armed=True)

    def _repeat(self) -> None:
        topic = self._chance.choice(suite.TOPICS)
        if tampering.repeat(self._settings, topic, self._chance, self._poisoned.get(topic, set())):
            self._faults["repeated and late delivery"] += 1

    def _spoil(self) -> None:
        what = self._chance.choice(self._bad)
        if what == "eleven megabytes":
            self._bad.remove(what)  # once is enough for the disk
        number = self._chance.randrange(len(tampering.BAD))
        places = tampering.spoil(self._settings, _TOPIC, what, f"bad-{number}", number % 12)
        self._poisoned.setdefault(_TOPIC, set()).update(places)
        self._faults["bad record on a topic"] += 1

    def _spoil_in_front(self) -> None:
        key = self._chance.choice(self._clients.municipalities[-4:])
        partition = tampering.partition_of(self._settings, _TOPIC, key)
        if partition is None:
            return
        places = tampering.spoil(self._settings, _TOPIC, "half a document", key, partition)
        self._poisoned.setdefault(_TOPIC, set()).update(places)
        self._spoilt.add(key)
        self._faults["bad record in front of good ones"] += 1

    def _crash_command(self, kind: str, *arguments: str) -> None:
        """Let an operator's command die in the middle of its work."""
        point = self._decks[kind].draw().point
        ended = start_command(arguments, self._environment, point).wait(60)
        if ended is not None and ended.status == STATUS:
            self._faults[fault_of(kind)] += 1
            self._points[point] += 1
        else:
            self._decks[kind].put_back(point)
            if ended is None or ended.status != 0:
                self._trouble.append(f"{' '.join(arguments)} ended with {ended}")

    def _break_a_server(self) -> None:
        name = self._chance.choice(sorted(self._means.faults))
        self._means.faults[name]()
        self._heavy += 1
        self._faults[name] += 1

    # ------------------------------------------------------------------ mending

    def _mend(self) -> None:
        """What an operator does about a bad record in front of good ones: give it up, replay the rest."""
        for key in sorted(self._spoilt):
            for service in suite.SERVICES.values():
                if not any(consumer.topic == _TOPIC for consumer in service.consumers):
                    continue
                self._do("parked", "discard", service.name, key, "--reason", "put there by samvirke prove")
                self._crash_command("mending", "parked", "replay", service.name, key)
                self._do("parked", "replay", service.name, key)
        self._spoilt.clear()

    # ---------------------------------------------------------------- processes

    def _start_all(self, *, armed: bool) -> None:
        for name in (*suite.SERVICES, "web"):
            self._start(name, armed=armed)

    def _end_all(self, *, gently: bool = False) -> None:
        for name, one in list(self._running.items()):
            if gently:
                ended = one.stop()
                if ended is None or ended.status not in (0, -signal.SIGTERM):
                    self._trouble.append(f"{name} did not end on SIGTERM: {ended}")
            else:
                one.send(signal.SIGKILL)
                one.wait(10)
        self._running.clear()

    def _start(self, name: str, *, armed: bool) -> None:
        target = self._decks[name].draw() if armed else Target("", 1)
        self._provoke(target.point)
        if name == "web":
            one = start_web(self._listening, self._environment, target.point, target.turn)
        else:
            one = start_worker(name, self._environment, target.point, target.turn)
        self._running[name] = one

    def _provoke(self, point: str) -> None:
        """Some places are come by only when there is something special to do."""
        if point == "consumer.parked" and not self._stopped:
            self._spoil()

    def _do(self, *arguments: str) -> None:
        ended = start_command(arguments, self._environment).wait(300)
        if ended is None or ended.status != 0:
            said = (self._settings.data / "processes.log").read_text(errors="replace")[-1_000:]
            message = f"samvirke {' '.join(arguments)} ended with {ended}: {said}"
            raise RuntimeError(message)

    def _fresh_token(self) -> str:
        token, until = self._token
        if time.monotonic() > until:
            issuer = BuiltinIssuer.of(self._settings)
            token = issuer.issue([*_SCOPES, "office"], actor="office", ttl=timedelta(hours=1))
            self._token = (token, time.monotonic() + 1_800)
        return token
