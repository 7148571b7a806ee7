"""The suite as it really runs: processes, ports, databases, a log."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import urllib3
from kafka import KafkaAdminClient

from deploy.samvirke import suite
from shared import progress
from shared.opening import open_log
from shared.settings import Settings
from shared.web.tokens import BuiltinIssuer
from tests.support.nursery import Forked, fork
from tests.support.proxy import Proxy

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0
SERVICES = tuple(suite.SERVICES)
EVERYTHING = tuple(f"{service}:{right}" for service in SERVICES for right in ("read", "write"))


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Suite:
    """What both ways of running have in common."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: dict[str, Forked] = {}
        self._pool = urllib3.PoolManager(retries=False, timeout=60.0, maxsize=50)
        self.url = ""
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", str(folder)),
            "PYTHONPATH": str(_ROOT),
            "SAMVIRKE_DATA": str(folder / "data"),
            "SAMVIRKE_CLOCK": str(folder / "data" / "clock"),
            "LOG_LEVEL": "warning",
        }

    def settings(self) -> Settings:
        return Settings.from_environment(self.environment)

    def spawn(self, name: str, *arguments: str, **environment: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = fork([*arguments], self.environment | environment, log, log)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`samvirke …` as an operator types it."""
        done = command(*arguments, environment=self.environment)
        if check and done.returncode != 0:
            raise AssertionError(
                f"samvirke {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done

    def told(self, *names: str) -> str:
        """The end of what these processes (all, where none is named) have said."""
        said = ((name, (self.folder / f"{name}.log").read_text()[-3000:]) for name in names or self.processes)
        return "\n".join(f"{name}: {text}" for name, text in said)

    def kill(self, name: str) -> None:
        """`kill -9` of the process and everything it started."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill(name)
        self._pool.clear()

    def token(self, *scopes: str, municipality: str | None = None) -> str:
        actor = f"municipality/{municipality}" if municipality else "client/test"
        issuer = BuiltinIssuer.of(self.settings())
        return issuer.issue(
            scopes or EVERYTHING, actor=actor, ttl=timedelta(hours=1), municipality_id=municipality
        )

    @property
    def office(self) -> str:
        issuer = BuiltinIssuer.of(self.settings())
        return issuer.issue([*EVERYTHING, "office"], actor="office", ttl=timedelta(hours=1))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        content = body
        if body is not None and not isinstance(body, bytes):
            content = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        answer = self._pool.request(method, self.url + path, body=content, headers=sent, redirect=False)
        return Answer(answer.status, answer.headers, answer.data)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.call("GET", path, token=options.pop("token", self.office), **options)
        assert answer.status == 200, (path, answer.status, answer.body[:2000])
        return answer.json

    def post(
        self, path: str, body: Any = None, *, expect: Iterable[int] = (200, 201, 202), **options: Any
    ) -> Answer:
        answer = self.call("POST", path, body or {}, token=options.pop("token", self.office), **options)
        assert answer.status in expect, (path, answer.status, answer.body[:2000])
        return answer

    def settled(self, seconds: float = 120.0) -> None:
        """Wait until everything that happened has arrived everywhere."""
        settings = self.settings()
        log = open_log(settings)
        stores = [(service.open_store(settings), service.consumers) for service in suite.SERVICES.values()]
        try:
            assert progress.wait_until_settled(stores, log, seconds), self.run("status", "--json").stdout
        finally:
            log.close()
            for store, _ in stores:
                store.database.close()

    def ready(self, url: str) -> None:
        until(lambda: self._answers(url), f"{url} does not answer")

    def _answers(self, url: str) -> bool:
        for name, process in self.processes.items():
            assert process.poll() is None, self.told(name)
        try:
            return bool(self._pool.request("GET", url, timeout=1.0).status == 200)
        except urllib3.exceptions.HTTPError:
            return False


class EmbeddedSuite(Suite):
    """As `make run` starts it: one web process, one worker process, SQLite."""

    def start(self) -> None:
        port = free_port()
        self.environment["PORT"] = str(port)
        self.environment["SAMVIRKE_URL"] = self.url = f"http://127.0.0.1:{port}"
        self.run("migrate")
        self.start_web()
        self.start_worker()
        self.ready(f"{self.url}/membership/health/live")

    def start_web(self) -> None:
        self.spawn("web", "web", "all")

    def start_worker(self) -> None:
        self.spawn("worker", "worker", "all")


class ProductionSuite(Suite):
    """A web and a worker process per service, PostgreSQL and Kafka, one front door."""

    def __init__(self, folder: Path, make_database: Callable[[], str], kafka: str) -> None:
        super().__init__(folder)
        self.environment["SAMVIRKE_KAFKA"] = kafka
        for service in SERVICES:
            self.environment[f"SAMVIRKE_DATABASE_{service.upper()}"] = make_database()
        self._ports = {service: free_port() for service in SERVICES}
        self._proxy: Proxy | None = None

    def start(self) -> None:
        forget_topics(self.environment["SAMVIRKE_KAFKA"])
        self._proxy = Proxy(self._ports, "membership")
        self.url = f"http://127.0.0.1:{self._proxy.port}"
        self.environment |= {"SAMVIRKE_URL": self.url, "SAMVIRKE_INTERNAL_URL": self.url}
        self.run("migrate")
        for service in SERVICES:
            self.start_web(service)
            self.start_worker(service)
        for service in SERVICES:
            self.ready(f"{self.url}/{service}/health/live")

    def start_web(self, service: str) -> None:
        self.spawn(f"web-{service}", "web", service, PORT=str(self._ports[service]))

    def start_worker(self, service: str) -> None:
        self.spawn(f"worker-{service}", "worker", service)

    def stop(self) -> None:
        super().stop()
        if self._proxy is not None:
            self._proxy.close()


def command(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`samvirke …` to its end, in an environment of its own."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        code = fork([*arguments], environment, output, errors).wait(300)
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess([*arguments], code, output.read(), errors.read())


def until(true: Callable[[], bool], otherwise: str, seconds: float = _PATIENCE) -> None:
    """Wait for something that must come soon."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def forget_topics(bootstrap: str) -> None:
    """Topics have fixed names, so whatever an earlier suite left in the broker must go."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    present = {topic["name"] for topic in admin.describe_topics()}
    stale = sorted(present & set(suite.TOPICS))
    if stale:
        admin.delete_topics(stale)
        until(lambda: not {t["name"] for t in admin.describe_topics()} & set(stale), "topics stay")
    admin.close()
