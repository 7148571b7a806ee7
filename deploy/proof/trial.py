"""Break a spare installation for as long as it takes, let clients write meanwhile, and see what is left."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from random import Random

from deploy.proof import plan, tampering
from deploy.proof.checker import check
from deploy.proof.clients import Clients, GaveUpError
from deploy.proof.drills import Drills
from deploy.proof.fleet import Fleet
from deploy.proof.history import History
from deploy.proof.looking import look
from deploy.proof.operator import Operator
from deploy.proof.outcome import Means, Outcome, Tally
from deploy.proof.plan import Deck
from deploy.proof.settling import differences, settle
from deploy.samvirke import suite
from deploy.samvirke.said import EXPECTED
from deploy.servers.programs import ServerMissingError
from shared.settings import Settings
from shared.web.tokens import BuiltinIssuer

ROUND = 60
"""Faults between two moments in which everything must arrive."""

_CLIENTS = 4
_FIRST_ROUNDS, _EVERY = 4, 9
"""After each of the first rounds something is lost altogether, later after every ninth; by turns."""
_BETWEEN = 2
"""Other faults between two that strike a server: a server takes long to be well again."""
_TAKEN_IN_ANEW = 600.0
"""Seconds for a restored service to take in all that ever happened: more, the longer the trial has gone on."""
_TOPIC = suite.SERVICES["membership"].topic
_ENDS_IT = (*EXPECTED, RuntimeError, TimeoutError, GaveUpError, ServerMissingError)
"""What ends a trial early: the report says so, and what is there is judged all the same."""
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
        minutes: int | None = None,
    ) -> None:
        """`environment` are the settings of an empty installation; `told` hears how it goes.

        After `minutes` no further round begins.
        """
        self._environment = dict(environment) | {"SAMVIRKE_CHILD": "1"}
        self._settings = Settings.from_environment(self._environment)
        self._wanted, self._means, self._told = faults, means, told
        self._longest = math.inf if minutes is None else 60.0 * minutes
        self._chance = Random(seed)  # noqa: S311  # a seed's dice
        self.tally = Tally()
        embedded = self._settings.kafka is None
        self._decks = {
            kind: Deck(kind, embedded, Random(f"{seed} {kind}"))  # noqa: S311  # as above
            for kind in plan.PROCESSES
        }
        self._fleet = Fleet(self._settings_of, self._decks, self._chance, self.tally)
        self._fleet.provoke = self._provoke
        self._environment |= {"SAMVIRKE_URL": self._fleet.url, "SAMVIRKE_INTERNAL_URL": self._fleet.url}
        self._operator = Operator(self._environment, self._decks, self.tally)
        self._drills = Drills(self._settings, self._environment, self._operator, self.tally, self._chance)
        self._bad = sorted(tampering.BAD)
        self._poisoned: dict[str, set[tampering.Place]] = {}
        self._spoilt: set[str] = set()
        self._mended: set[str] = set()
        self._rounds = 0
        self._next_other = 0.0
        self._token = ("", 0.0)
        self._servers = ThreadPoolExecutor(1, thread_name_prefix="servers")
        self._breaking: Future[None] | None = None
        self._heavy, self._next_heavy = 0, list[str]()
        self._light = 0
        self.history = History()
        self._clients = Clients(self._fleet.url, self._fresh_token, self.history, seed, _CLIENTS)

    def run(self) -> Outcome:
        """Everything, from the empty installation to the verdict."""
        began = time.monotonic()
        self._operator.do("migrate")
        self._fleet.start_all(armed=False)
        try:
            self._clients.publish_agreement()
            self._clients.start()
            while self.tally.count < self._wanted and time.monotonic() - began < self._longest:
                self._round(min(ROUND, self._wanted - self.tally.count))
        except _ENDS_IT as error:
            self.tally.trouble.append(f"{type(error).__name__}: {error}")
        finally:
            self._fleet.wake_the_stopped(at_once=True)
            self._clients.end()
            self._fleet.close()
            self._servers.shutdown()
        evidence = look(
            self._settings,
            differences(self._settings, self._environment),
            self._poisoned,
            outages=self.tally.outages,
            unnoticed=self.tally.unnoticed,
        )
        self.tally.trouble += self._clients.errors
        reached = set(self.tally.points)
        return Outcome(
            tally=self.tally,
            unreached=sorted({point for deck in self._decks.values() for point in deck.points()} - reached),
            history=self.history,
            evidence=evidence,
            findings=check(self.history.operations, evidence),
            seconds=time.monotonic() - began,
        )

    # ------------------------------------------------------------------ a round

    def _round(self, count: int) -> None:
        self._fleet.end_all(gently=True)
        self._fleet.start_all(armed=True)
        goal = self.tally.count + count
        self._clients.resume()
        while self.tally.count < goal and not self._clients.errors:
            self._fleet.watch()
            if self._all_servers_well() and time.monotonic() > self._next_other:
                if not self._fleet.anybody_stopped:
                    self._break_something_else()
                self._next_other = time.monotonic() + self._chance.uniform(0.2, 0.8)
        while not self._all_servers_well():
            self._fleet.watch()
        self._fleet.wake_the_stopped(at_once=True)
        broken = time.monotonic()
        self._fleet.end_all()
        self._fleet.start_all(armed=False)
        self._clients.pause()
        settle(self._settings)
        self.tally.recoveries.append(time.monotonic() - broken)
        if self._spoilt:
            self._mend(self._spoilt, suite.SERVICES.values())
            settle(self._settings)
        self._rounds += 1
        if count == ROUND and (self._rounds <= _FIRST_ROUNDS or self._rounds % _EVERY == 0):
            self._drill()
        last = self.tally.recoveries[-1]
        self._told(f"{self.tally.count} of {self._wanted} faults, all well {last:.1f} s after the last")
        if self._clients.errors:
            raise RuntimeError(self._clients.errors[0])

    def _break_something_else(self) -> None:
        due = 1 + self._means.most * self.tally.count // self._wanted
        if self._means.faults and self._heavy < min(due, self._means.most) and self._light >= _BETWEEN:
            self._light = 0
            self._break_a_server()
            return
        self._light += 1
        others: list[Callable[[], object]] = [
            self._fleet.stop_past_a_lease,
            self._fleet.end_one_gently,
            self._fleet.let_clock_jump,
            self._repeat,
            self._spoil,
            self._rebuild,
            lambda: self._operator.crash("migrate", "migrate"),
        ]
        if not self._spoilt and self._clients.municipalities:
            others.append(self._spoil_in_front)
        self._chance.choice(others)()

    # ---------------------------------------------------------------- the faults

    def _break_a_server(self) -> None:
        """Begin it; processes go on dying and starting until it is mended."""
        if not self._next_heavy:
            self._next_heavy = sorted(self._means.faults)
            self._chance.shuffle(self._next_heavy)
        name = self._next_heavy.pop()
        self._heavy += 1
        self._fleet.breaking = True
        self._breaking = self._servers.submit(self._break, name)

    def _break(self, name: str) -> None:
        began = self._clients.seconds
        self._means.faults[name]()
        self.tally.faults[name] += 1
        if name in plan.OF_KAFKA_ALONE:
            self.tally.outages.append((began, self._clients.seconds))

    def _all_servers_well(self) -> bool:
        if self._breaking is not None:
            if not self._breaking.done():
                return False
            self._breaking.result()
            self._breaking = None
            self._fleet.servers_are_well()
        return True

    def _repeat(self) -> None:
        topic = self._chance.choice(suite.TOPICS)
        if tampering.repeat(self._settings, topic, self._chance, self._poisoned.get(topic, set())):
            self.tally.faults["repeated and late delivery"] += 1

    def _rebuild(self) -> None:
        """Refused where a worker just now clears away what another rebuild has left."""
        service = self._chance.choice(sorted(suite.SERVICES))
        self._operator.crash("rebuild", "rebuild", service, refused=True)

    def _spoil(self) -> None:
        what = self._chance.choice(self._bad)
        if what == "eleven megabytes":
            self._bad.remove(what)  # once is enough for the disk
        number = self._chance.randrange(len(tampering.BAD))
        places = tampering.spoil(self._settings, _TOPIC, what, f"bad-{number}", number % 12)
        self._poisoned.setdefault(_TOPIC, set()).update(places)
        self.tally.faults["bad record on a topic"] += 1

    def _spoil_in_front(self) -> None:
        key = self._chance.choice(plan.spoilable(self._clients.municipalities[-4:], self._mended))
        partition = tampering.partition_of(self._settings, _TOPIC, key)
        if partition is None:
            return
        places = tampering.spoil(self._settings, _TOPIC, "half a document", key, partition)
        self._poisoned.setdefault(_TOPIC, set()).update(places)
        self._spoilt.add(key)
        self.tally.faults["bad record in front of good ones"] += 1

    def _mend(self, keys: Iterable[str], services: Iterable[suite.Service]) -> None:
        for key in sorted(keys):
            for service in services:
                self._operator.mend(service, _TOPIC, key)
        self._mended |= self._spoilt
        self._spoilt.clear()

    def _drill(self) -> None:
        """Nobody writes, everything has arrived: now something is lost altogether."""
        self._fleet.end_all(gently=True)
        restored: suite.Service | None = None
        if self._settings.kafka is not None:
            self._drills.set_a_topic_wrong()
        if self._rounds % 2:
            restored = self._drills.lose_a_database(self._poisoned)
        else:
            self._drills.lose_a_topic(self._poisoned)
        self._fleet.start_all(armed=False)
        settle(self._settings, _TAKEN_IN_ANEW)
        if restored is not None and self._mended:
            # What was discarded there stands in the way again, and is discarded again.
            self._mend(self._mended, [restored])
            settle(self._settings)

    def _provoke(self, point: str) -> None:
        if point == "consumer.parked" and not self._fleet.anybody_stopped and not self._fleet.breaking:
            self._spoil()

    # ---------------------------------------------------------------- settings

    def _settings_of(self, process: str) -> Mapping[str, str]:
        return {**self._environment, **self._means.environment_of(process)}

    def _fresh_token(self) -> str:
        token, until = self._token
        if time.monotonic() > until:
            issuer = BuiltinIssuer.of(self._settings)
            token = issuer.issue([*_SCOPES, "office"], actor="office", ttl=timedelta(hours=1))
            self._token = (token, time.monotonic() + 1_800)
        return token
