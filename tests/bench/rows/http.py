"""The service of membership over HTTP, as it is deployed, beside the least that answers the same.

Both run under gunicorn with the settings of deployment and as many processes (`WEB_CONCURRENCY`),
on PostgreSQL. No worker runs beside them: what is measured is the way of a request.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from deploy.servers.programs import ROOT, free_port
from services.membership.contract import MunicipalityId
from shared import ids
from shared.web.tokens import BuiltinIssuer
from tests.bench.bench import Bench
from tests.bench.ground import Ground, driver_url, number_all
from tests.bench.load import drive, request
from tests.bench.networks import invent, join
from tests.bench.peers import minimal
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, percentiles
from tests.support.running import Suite

CLIENTS = 16
READS, WRITES = 500, 1_000
NETWORKS = (39, 357)
WORKERS = os.environ.get("WEB_CONCURRENCY", "1")
METRIC = "requests/s"
OURS, OURS_304 = "ours", "ours, 304 by ETag"
MEMORY, MEMORY_304 = "the same bytes from memory", "304 without a look"
CHECKED = "the same bytes from memory, token checked"
MINIMAL = "minimal Flask application"


def measure(bench: Bench) -> None:
    """The lists first: once there are commands that nobody numbers, no list is known to be unchanged."""
    with ExitStack() as stack:
        bodies = bench.ground.fresh_path("bodies")
        bodies.mkdir()
        installation = bench.ground.fresh_path("http")
        installation.mkdir()
        networks = [
            stack.enter_context(_network(bench.ground, installation, size, bodies)) for size in NETWORKS
        ]
        largest = networks[-1]
        least = stack.enter_context(_minimal(bench.ground, bodies, largest.suite))
        for network in networks:
            _measure_list(bench, network, least)
        _measure_commands(bench, largest, least)


class Network:
    """A network of members with its web process, and what its list looks like."""

    def __init__(self, suite: Suite, port: int, members: Sequence[MunicipalityId], bodies: Path) -> None:
        """The list's bytes are kept in `bodies` for who gives them from memory."""
        self.suite, self.port, self.members = suite, port, members
        self.name = str(len(members))
        self.path = "/membership/v1/members?limit=500"
        self.token = suite.office
        suite.url = f"http://127.0.0.1:{port}"
        answer = suite.call("GET", self.path, token=self.token)
        if len(answer.json["items"]) != len(members):
            message = f"the list of {len(members)} shows {len(answer.json['items'])}"
            raise RuntimeError(message)
        self.tag = answer.headers["ETag"]
        # Whoever asks a second time is the first to whom a process can say so at once.
        suite.call("GET", self.path, token=self.token, headers={"If-None-Match": self.tag})
        (bodies / self.name).write_bytes(answer.body)


def _measure_list(bench: Bench, network: Network, least: int) -> None:
    held = {"Authorization": f"Bearer {network.token}"}
    theirs = f'"{network.name}"'

    def asking(port: int, path: str, status: int, **headers: str) -> Callable[[], Figures]:
        return partial(_turn, port, lambda: [request("GET", path, **(held | headers))] * READS, status)

    bench.table(
        f"GET of a list of {network.name} members, {CLIENTS} clients",
        [
            Contender(OURS, asking(network.port, network.path, 200)),
            Contender(OURS_304, asking(network.port, network.path, 304, If_None_Match=network.tag)),
            Contender(MEMORY, asking(least, f"/bytes/{network.name}", 200)),
            Contender(CHECKED, asking(least, f"/checked-bytes/{network.name}", 200)),
            Contender(MEMORY_304, asking(least, f"/bytes/{network.name}", 304, If_None_Match=theirs)),
        ],
        [
            Goal(name=OURS, of=MEMORY, metric=METRIC, line=0.50),
            Goal(name=OURS_304, of=MEMORY, metric=METRIC, line=0.80),
            Goal(name=OURS_304, of=MEMORY_304, metric=METRIC, line=0.80),
        ],
    )


def _measure_commands(bench: Bench, network: Network, least: int) -> None:
    held = {"Authorization": f"Bearer {network.token}"}
    figures = itertools.count(1_000)

    def asked(prefix: str) -> list[bytes]:
        # One municipality after the other, so that no two clients ask for the same at once.
        return [
            request(
                "POST",
                f"{prefix}/municipalities/{one}/population",
                json.dumps({"as_of": "2026-01-01", "inhabitants": next(figures), "source": "SSB"}).encode(),
                **held,
                Idempotency_Key=ids.new_id(),
            )
            for one in itertools.islice(itertools.cycle(network.members), WRITES)
        ]

    bench.table(
        f"POST of a command, {CLIENTS} clients",
        [
            Contender(OURS, partial(_turn, network.port, partial(asked, "/membership/v1"), 201)),
            Contender(MINIMAL, partial(_turn, least, partial(asked, ""), 201)),
        ],
        [Goal(name=OURS, of=MINIMAL, metric=METRIC, line=0.75)],
    )


def _turn(port: int, make: Callable[[], Sequence[bytes]], status: int) -> Figures:
    requests = make()
    began = time.perf_counter()
    waited = drive(port, requests, clients=CLIENTS, expect=status)
    return {METRIC: len(requests) / (time.perf_counter() - began), **percentiles(waited)}


@contextmanager
def _network(ground: Ground, installation: Path, size: int, bodies: Path) -> Iterator[Network]:
    """`samvirke web membership` over a network of `size` members, all of it published.

    `installation` keeps the key of the tokens, which all networks share here.
    """
    with ground.store("postgresql") as store:
        members = invent(size)
        join(store, members)
        number_all(store)
        suite = Suite(installation)
        suite.environment["SAMVIRKE_DATABASE_MEMBERSHIP"] = store.database.url
        port = free_port()
        try:
            suite.spawn(f"web-{size}", "web", "membership", PORT=str(port), WEB_CONCURRENCY=WORKERS)
            suite.ready(f"http://127.0.0.1:{port}/membership/health/live")
            yield Network(suite, port, members, bodies)
        finally:
            suite.stop()


@contextmanager
def _minimal(ground: Ground, bodies: Path, suite: Suite) -> Iterator[int]:
    """The port of the minimal application, which takes the tokens that `suite` takes."""
    port, url = free_port(), driver_url(ground.url("postgresql"))
    minimal.prepare(url)
    key = BuiltinIssuer.of(suite.settings()).jwks()["keys"][0]
    environment: Mapping[str, str] = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "WEB_CONCURRENCY": WORKERS,
        "MINIMAL_DATABASE": url,
        "MINIMAL_KEY": json.dumps(key),
        "MINIMAL_BODIES": str(bodies),
    }
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.conf.py")]
    process = subprocess.Popen(
        [*gunicorn, "tests.bench.peers.minimal:application()"], cwd=ROOT, env=environment
    )
    try:
        suite.ready(f"http://127.0.0.1:{port}/bytes/{NETWORKS[0]}")
        yield port
    finally:
        process.terminate()
        process.wait(60)
