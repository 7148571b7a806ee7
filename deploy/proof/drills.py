"""Parts that are lost altogether while nobody writes: is it noticed in time, and does the named command mend it?"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Mapping
from contextlib import closing
from random import Random

import psycopg

from deploy.proof.operator import Operator
from deploy.proof.outcome import Tally
from deploy.proof.processes import start_worker
from deploy.proof.second_reader import asking, client
from deploy.proof.tampering import Place
from deploy.samvirke import suite
from shared.settings import Settings

_NOTICED = 30.0
_HALTED = "SELECT 1 FROM halts WHERE code = 'database-empty'"
_FORGETS = str(7 * 24 * 3_600 * 1_000)
_WRONG = "SELECT 1 FROM heartbeats WHERE trouble LIKE '%retention.ms%'"
_RECREATED = "SELECT 1 FROM heartbeats WHERE trouble LIKE 'RecreatedLogError%'"


class Drills:
    """Losses and what brings back the lost, on an installation whose processes have all ended."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        operator: Operator,
        tally: Tally,
        chance: Random,
    ) -> None:
        """`environment` is an operator's: it names the servers without a relay."""
        self._settings, self._environment = settings, environment
        self._operator, self._tally, self._chance = operator, tally, chance

    def lose_a_database(self, bad: Mapping[str, Collection[Place]]) -> suite.Service:
        """One service's database is empty, and comes back from its topic; which service it was.

        `bad` says where on the topics the records lie that are no event: those are left out by name.
        """
        service = self._chance.choice(list(suite.SERVICES.values()))
        self._empty(service)
        self._operator.do("migrate")
        self._expect(service, _HALTED, "an empty database under a full topic")
        left_out = [
            f"--leave-out={partition}/{offset}" for partition, offset in sorted(bad.get(service.topic, ()))
        ]
        command = ("restore", service.name, "--from-log", *left_out)
        died_at = self._operator.crash("restore", *command)
        if died_at not in (None, "restore.committed"):
            self._operator.do(*command)  # what died before its commit has left an empty database behind
        self._tally.faults["database lost and restored"] += 1
        return service

    def lose_a_topic(self, bad: Mapping[str, Collection[Place]]) -> None:
        """One topic is another one of the same name, and empty; it is refilled from the table.

        Only one without bad records: what was no event cannot come back.
        """
        service = self._chance.choice([one for one in suite.SERVICES.values() if not bad.get(one.topic)])
        self._delete(service.topic)
        self._operator.do("topics")
        self._expect(service, _RECREATED, "a topic made anew")
        self._operator.crash("refill", "topics", "refill")
        self._operator.do("topics", "refill")
        self._tally.faults["topic lost and refilled"] += 1

    def set_a_topic_wrong(self) -> None:
        """Kafka is told to forget after a week; who starts meanwhile must say so, and it is put right."""
        service = self._chance.choice(list(suite.SERVICES.values()))
        right = self._set(service.topic, _FORGETS)
        try:
            self._expect(service, _WRONG, "a topic that forgets")
        finally:
            self._set(service.topic, right)
        self._tally.faults["wrong topic settings"] += 1

    def _set(self, topic: str, retention: str) -> str:
        """Set for how long a topic is kept; what it was before."""
        kafka = client("admin")
        admin = kafka.AdminClient({"bootstrap.servers": self._settings.kafka})
        asked = kafka.ConfigResource(kafka.ConfigResource.Type.TOPIC, topic)
        before = admin.describe_configs([asked])[asked].result(30)["retention.ms"].value
        entry = kafka.ConfigEntry(
            "retention.ms", retention, incremental_operation=kafka.AlterConfigOpType.SET
        )
        changed = kafka.ConfigResource(kafka.ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
        admin.incremental_alter_configs([changed])[changed].result(30)
        return str(before)

    def _expect(self, service: suite.Service, query: str, what: str) -> None:
        """Let a worker see what was done; it must say so by name."""
        worker = start_worker(service.name, self._environment)
        give_up = time.monotonic() + _NOTICED
        try:
            while time.monotonic() < give_up:
                with asking(self._settings.database(service.name)) as ask:
                    if ask(query):
                        return
                time.sleep(0.2)
            self._tally.unnoticed.append(f"{service.name} has not noticed {what} within {_NOTICED:.0f} s")
        finally:
            worker.stop()

    def _empty(self, service: suite.Service) -> None:
        address = self._settings.database(service.name)
        if address.startswith("sqlite:///"):
            for ending in ("", "-wal", "-shm"):
                (self._settings.data / f"{service.name}.db{ending}").unlink(missing_ok=True)
            return
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def _delete(self, topic: str) -> None:
        if self._settings.kafka is None:
            with (
                closing(sqlite3.connect(self._settings.data / "log.db", timeout=30)) as connection,
                connection,
            ):
                connection.execute("DELETE FROM records WHERE topic = ?", (topic,))
                connection.execute("DELETE FROM topics WHERE name = ?", (topic,))
            return
        admin = client("admin").AdminClient({"bootstrap.servers": self._settings.kafka})
        admin.delete_topics([topic])[topic].result(30)
        give_up = time.monotonic() + _NOTICED
        while topic in admin.list_topics(timeout=10).topics and time.monotonic() < give_up:
            time.sleep(0.2)
