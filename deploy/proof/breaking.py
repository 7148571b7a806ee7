"""What may happen to the servers of a trial: each fault breaks something, and mends it before it returns."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from random import Random

import psycopg

from deploy.proof.second_reader import client
from deploy.proof.servers import WEB, Servers
from deploy.samvirke import suite
from deploy.servers.kafka import Kafka

_AWAY = (1.0, 4.0)
_PAST_A_SESSION = (4.0, 6.0)  # the brokers of a trial give one another up after 3 s
_COMMIT_WITHIN = 10.0
_HELD = 3.0


class Breaking:
    """Faults of servers by name."""

    def __init__(self, servers: Servers, seed: int) -> None:
        """`seed` decides which broker or process is struck, and for how long."""
        self._servers = servers
        self._chance = Random(f"{seed} servers")  # noqa: S311  # a seed's dice

    def faults(self) -> Mapping[str, Callable[[], None]]:
        """All that can be done here; a single broker has nobody to lead for it."""
        found = {
            "broker killed": self.kill_broker,
            "broker restarted": self.restart_broker,
            "broker paused": self.pause_broker,
            "every broker killed": self.kill_every_broker,
            "cut off from Kafka": self.cut_from_kafka,
            "database restarted": self.restart_database,
            "database killed": self.kill_database,
            "database paused": self.pause_database,
            "cut off from the database": self.cut_from_database,
            "reset in the middle of a commit": self.break_commit,
            "transaction held open": self.hold_transaction,
        }
        if len(self._servers.brokers) > 1:
            found |= {"broker replaced": self.replace_broker, "leader moved": self.move_leaders}
        if "postgres" in self._servers.disks:
            found["disk of the database full"] = self.fill_database_disk
        if "kafka" in self._servers.disks:
            found["disk of a broker full"] = self.fill_broker_disk
        return found

    def kill_broker(self) -> None:
        """`kill -9`, then a start."""
        one = self._broker()
        one.program.kill()
        self._sleep(_AWAY)
        self._back(one)

    def restart_broker(self) -> None:
        """A stop as an operator would do it, then a start."""
        one = self._broker()
        one.stop()
        self._back(one)

    def pause_broker(self) -> None:
        """Past the time after which the others give it up; then it goes on as if nothing had been."""
        one = self._broker()
        one.program.send(signal.SIGSTOP)
        self._sleep(_PAST_A_SESSION)
        one.program.send(signal.SIGCONT)
        self._servers.wait_until_in_step()

    def kill_every_broker(self) -> None:
        """Kafka is away."""
        for one in self._servers.brokers:
            one.program.kill()
        self._sleep(_PAST_A_SESSION)
        for one in self._servers.brokers[1:]:
            one.launch()
        self._back(self._servers.brokers[0])

    def replace_broker(self) -> None:
        """One comes back as a new machine, with nothing of what it had stored."""
        one = self._broker()
        one.program.kill()
        one.empty()
        self._back(one)

    def move_leaders(self) -> None:
        """Away from one broker, and back again while clients write."""
        one = self._broker()
        one.stop()
        self._back(one)
        kafka = client()
        admin = client("admin").AdminClient({"bootstrap.servers": self._servers.bootstrap})
        admin.elect_leaders(kafka.ElectionType.PREFERRED, None).result(30)
        self._servers.wait_until_in_step()

    def cut_from_kafka(self) -> None:
        """One worker hears nothing from any broker, while all others do."""
        relays = self._servers.to_brokers[self._chance.choice(sorted(suite.SERVICES))]
        for relay in relays:
            relay.cut()
        self._sleep(_PAST_A_SESSION)
        for relay in relays:
            relay.mend()

    def restart_database(self) -> None:
        """A fast shutdown: transactions are broken off, then a start."""
        self._servers.postgres.stop()
        self._servers.postgres.start()

    def kill_database(self) -> None:
        """All its processes at once, then a start with recovery."""
        self._servers.postgres.program.kill()
        self._sleep(_AWAY)
        self._servers.postgres.start()

    def pause_database(self) -> None:
        """Nobody is answered for a while, and no connection breaks."""
        self._servers.postgres.program.send(signal.SIGSTOP)
        self._sleep(_AWAY)
        self._servers.postgres.program.send(signal.SIGCONT)

    def cut_from_database(self) -> None:
        """One process hears nothing from the database, while all others do."""
        relay = self._servers.to_database[self._chance.choice([*sorted(suite.SERVICES), WEB])]
        relay.cut()
        self._sleep(_AWAY)
        relay.mend()

    def break_commit(self) -> None:
        """The connection breaks when a process has said COMMIT, before or after it was carried out."""
        name = self._chance.choice([*sorted(suite.SERVICES), WEB])
        where = self._chance.choice(("before", "after"))
        self._servers.to_database[name].break_next_commit(where, _COMMIT_WITHIN)  # type: ignore[arg-type]  # one of the two

    def hold_transaction(self) -> None:
        """A forgotten session holds what every worker of a service must write, and an old view of all else."""
        service = self._chance.choice(sorted(suite.SERVICES))
        with psycopg.connect(self._servers.databases[service].replace("+psycopg", "")) as session:
            session.execute("SELECT count(*) FROM events")
            session.execute("SELECT 1 FROM publisher FOR UPDATE")
            session.execute("SELECT 1 FROM consumer_positions FOR UPDATE")
            time.sleep(_HELD)
            session.rollback()

    def fill_database_disk(self) -> None:
        """The database server may give up; with space it is started again."""
        disk, postgres = self._servers.disks["postgres"], self._servers.postgres
        disk.fill()
        self._sleep(_AWAY)
        disk.free()
        if not postgres.answers():
            postgres.stop()
            postgres.start()

    def fill_broker_disk(self) -> None:
        """The broker gives up, or goes on without what the cluster tells meanwhile; with space it is started again."""
        disk, one = self._servers.disks["kafka"], self._servers.brokers[-1]
        disk.fill()
        self._sleep(_AWAY)
        disk.free()
        one.stop()
        self._back(one)

    def _broker(self) -> Kafka:
        return self._chance.choice(self._servers.brokers)

    def _back(self, one: Kafka) -> None:
        one.start()
        self._servers.wait_until_in_step()

    def _sleep(self, between: tuple[float, float]) -> None:
        time.sleep(self._chance.uniform(*between))
