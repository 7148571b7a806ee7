"""PostgreSQL and Kafka for one trial alone, and a relay between each process and each of them."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from deploy.proof.relay import Relay, Relays
from deploy.proof.second_reader import client
from deploy.proof.small_disk import SmallDisk
from deploy.samvirke import suite
from deploy.servers.kafka import Kafka
from deploy.servers.postgres import Postgres
from deploy.servers.programs import free_port

WEB = "web"
_DATABASE_DISK = 2_048
_BROKER_DISK = 1_024
_IN_STEP = 120.0


class Servers:
    """One database server and some brokers, started."""

    def __init__(self, brokers: int) -> None:
        """Start `brokers` brokers and a PostgreSQL; raises ServerMissingError where one cannot be had."""
        client()  # said before anything is started
        self._folder = Path(tempfile.mkdtemp(prefix="samvirke-prove-servers-"))
        self.disks: dict[str, SmallDisk] = {}
        self.relays = Relays()
        self.brokers: list[Kafka] = []
        try:
            self.postgres = Postgres(
                os.getpid(), durable=True, storage=self._disk("postgres", _DATABASE_DISK)
            )
            self.to_brokers: dict[str, list[Relay]] = {service: [] for service in suite.SERVICES}
            controllers = {node: free_port() for node in range(1, brokers + 1)}
            for node in controllers:
                storage = self._disk("kafka", _BROKER_DISK) if node == brokers > 1 else None
                self.brokers.append(self._broker(node, controllers, storage))
            with ThreadPoolExecutor() as pool:
                starting = [pool.submit(one.start) for one in self.brokers]
                self.postgres.start()
                for one in starting:
                    one.result()
            self.databases = {name: self.postgres.create_database(name) for name in suite.SERVICES}
            self.to_database = {name: self.relays.open(self.postgres.port) for name in (*suite.SERVICES, WEB)}
        except BaseException:
            self.remove()
            raise

    @property
    def bootstrap(self) -> str:
        """All brokers, without a relay."""
        return ",".join(one.bootstrap for one in self.brokers)

    def environment(self) -> dict[str, str]:
        """The settings that name these servers, without a relay."""
        replication = {"SAMVIRKE_REPLICATION": str(len(self.brokers)), "SAMVIRKE_KAFKA": self.bootstrap}
        return replication | _databases(self.databases)

    def environment_of(self, process: str) -> dict[str, str]:
        """The settings by which the worker of a service, or the web process, comes here through its relays."""
        here, there = f":{self.postgres.port}/", f":{self.to_database[process].port}/"
        settings = _databases({name: one.replace(here, there) for name, one in self.databases.items()})
        if process in self.to_brokers:
            ports = [relay.port for relay in self.to_brokers[process]]
            settings["SAMVIRKE_KAFKA"] = ",".join(f"127.0.0.1:{port}" for port in ports)
        return settings

    def wait_until_in_step(self) -> None:
        """Wait until every copy of every partition is there again and has a leader."""
        give_up = time.monotonic() + _IN_STEP
        while behind := self._behind():
            if time.monotonic() > give_up:
                message = (
                    f"The copies of the topics were not in step within {_IN_STEP:.0f} seconds: {behind}."
                )
                raise TimeoutError(message)
            time.sleep(0.3)

    def remove(self) -> None:
        """End everything and delete what was stored."""
        self.relays.close()
        servers = [*self.brokers, *([self.postgres] if hasattr(self, "postgres") else [])]
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda one: one.remove(), servers))
        for disk in self.disks.values():
            disk.remove()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _broker(self, node: int, controllers: Mapping[int, int], storage: Path | None) -> Kafka:
        doors: dict[str, tuple[int, int]] = {}
        for service, relays in self.to_brokers.items():
            port = free_port()
            relays.append(self.relays.open(port))
            doors[service.upper()] = (port, relays[-1].port)
        return Kafka(os.getpid(), node=node, controllers=controllers, doors=doors, storage=storage)

    def _disk(self, name: str, megabytes: int) -> Path | None:
        if not SmallDisk.available():
            return None
        self._folder.chmod(0o755)  # the database server runs as somebody else
        self.disks[name] = SmallDisk(self._folder / name, megabytes)
        return self.disks[name].folder

    def _behind(self) -> str:
        """What is not in step yet as any of the brokers sees it, empty when all is."""
        seen = (self._seen_by(one) for one in self.brokers)
        return next((behind for behind in seen if behind), "")

    def _seen_by(self, one: Kafka) -> str:
        kafka, admin = client(), client("admin").AdminClient({"bootstrap.servers": one.bootstrap})
        try:
            return not_in_step(admin.list_topics(timeout=5), len(self.brokers))
        except kafka.KafkaException:
            return f"{one.bootstrap} does not answer"


def not_in_step(told: Any, brokers: int) -> str:
    """What a cluster of `brokers` has not made good yet, by its metadata as the admin client tells it.

    Only topics of the suite count: Kafka keeps one of its own for the second reader, in a single
    copy, and that one has no leader any more once its broker was replaced.
    """
    missing = brokers - len(told.brokers)
    behind = [
        f"{name}/{one.id} led by {one.leader}, in step {sorted(one.isrs)}"
        for name in suite.TOPICS
        if name in told.topics
        for one in told.topics[name].partitions.values()
        if one.leader < 0 or len(one.isrs) < len(one.replicas)
    ]
    away = [f"{missing} brokers are away"] if missing else []
    away += [f"{name} is not known yet" for name in suite.TOPICS if name not in told.topics]
    more = [f"{len(behind)} partitions, as {behind[0]}"] if behind else []
    return "; ".join(away + more)


def _databases(addresses: Mapping[str, str]) -> dict[str, str]:
    return {f"SAMVIRKE_DATABASE_{name.upper()}": address for name, address in addresses.items()}
