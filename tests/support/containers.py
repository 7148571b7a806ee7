"""Servers from `docker-compose.yml`, with an overlay that publishes their ports on 127.0.0.1."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from pytest_docker.plugin import DockerComposeExecutor

from deploy.servers.programs import free_port

ROOT = Path(__file__).parents[2]
FILES = [str(ROOT / "docker-compose.yml"), str(ROOT / "tests/compose.override.yml")]
PREFIX = "samvirke-tests-"
PASSWORD = "tests-only"


@cache
def engine_answers() -> bool:
    """Whether a Docker engine with Compose is there and answers within a few seconds."""
    if shutil.which("docker") is None:
        return False
    for command in (["docker", "info", "--format", "{{.ID}}"], ["docker", "compose", "version"]):
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=10)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode != 0:
            return False
    return True


class Containers:
    """One Compose project of a test run, named by the run's process so that none disturbs another."""

    def __init__(self, owner: int, *, purpose: str = "shared") -> None:
        """`purpose` tells apart the projects of one run."""
        self.project = f"{PREFIX}{owner}-{purpose}"
        self._kafka_port = 0
        self._compose = DockerComposeExecutor("docker compose", FILES, self.project)

    def start_postgres(self) -> str:
        """Start PostgreSQL; its address without a database, as a role that may create some."""
        self._execute("up -d --wait postgres")
        return f"postgresql+psycopg://postgres:{PASSWORD}@{self._port('postgres', 5432)}"

    def start_kafka(self) -> str:
        """Start Kafka; where clients begin: host and port."""
        # The broker tells its clients the address itself, so the port is chosen before it starts.
        self._kafka_port = free_port()
        self._execute("up -d --wait kafka")
        return f"127.0.0.1:{self._kafka_port}"

    def stop(self, service: str) -> None:
        """Stop one server; what Kafka stored stays, PostgreSQL keeps its data in memory."""
        self._execute(f"stop {service}")

    def start(self, service: str) -> None:
        """Start a stopped server again, at the same address."""
        self._execute(f"start {service}")
        self._execute(f"up -d --wait --no-recreate {service}")

    def remove(self) -> None:
        """End everything and delete what it stored."""
        self._execute("down -v --remove-orphans")

    def _execute(self, command: str) -> str:
        os.environ.update(POSTGRES_PASSWORD=PASSWORD, TEST_KAFKA_PORT=str(self._kafka_port))
        try:
            return bytes(self._compose.execute(command)).decode()
        finally:
            del os.environ["POSTGRES_PASSWORD"], os.environ["TEST_KAFKA_PORT"]

    def _port(self, service: str, port: int) -> str:
        return self._execute(f"port {service} {port}").strip().splitlines()[-1]


class ContainerKafka:
    """A broker of one test alone; it may be stopped and started."""

    def __init__(self, owner: int) -> None:
        """Nothing is started yet; `owner` is the run's process."""
        self._containers = Containers(owner, purpose=f"kafka-{free_port()}")
        self._bootstrap = ""

    @property
    def bootstrap(self) -> str:
        """Where clients begin: host and port."""
        return self._bootstrap

    def start(self) -> None:
        """Start the broker and wait until it serves; again at the same address."""
        if self._bootstrap:
            self._containers.start("kafka")
        else:
            self._bootstrap = self._containers.start_kafka()

    def stop(self) -> None:
        """Stop the broker; what it stored stays."""
        self._containers.stop("kafka")

    def remove(self) -> None:
        """Stop the broker and delete what it stored."""
        self._containers.remove()


def remove_forgotten() -> None:
    """End the containers of test runs that were killed before they could."""
    command = ["docker", "compose", "ls", "-a", "--format", "json", "--filter", f"name={PREFIX}"]
    done = subprocess.run(command, capture_output=True, check=True)
    for project in json.loads(done.stdout):
        name = str(project["Name"])
        owner = name.removeprefix(PREFIX).split("-")[0]
        if name.startswith(PREFIX) and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            subprocess.run(["docker", "compose", "-p", name, "down", "-v"], capture_output=True, check=True)
