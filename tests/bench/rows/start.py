"""The second start of the whole suite, to its first answered page, beside what importing its packages takes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import urllib3

from deploy.servers.programs import ROOT, free_port
from tests.bench.bench import Bench
from tests.bench.result import Goal
from tests.bench.rounds import Contender, Figures, per_second

OURS, LIMIT = "`samvirke serve` to the first page", "limit: import of the packages"
METRIC = "seconds"
# As pyproject.toml names the dependencies, under the names by which they are imported.
PACKAGES = (
    "alembic babel click cryptography flask flask_smorest flask_wtf gevent gunicorn kafka crc32c marshmallow"
    " msgspec prometheus_client psycopg jwt stdnum rich sqlalchemy urllib3 uuid_utils"
)


def measure(bench: Bench) -> None:
    """The first start, which makes the databases and the example, is not timed."""
    folder = bench.ground.fresh_path("start")
    folder.mkdir()
    _serve(folder)
    bench.table(
        "the second start, to the first answered page",
        [Contender(OURS, lambda: _serve(folder)), Contender(LIMIT, _import)],
        [Goal(name=OURS, of=LIMIT, metric=METRIC, line=3.0, sense="at most")],
        rounds=min(bench.rounds, 3),
    )


def _import() -> Figures:
    code = f"import {', '.join(PACKAGES.split())}"
    rate = per_second(METRIC, 1, lambda: subprocess.run([sys.executable, "-c", code], check=True))
    return {METRIC: 1 / rate[METRIC]}


def _serve(folder: Path) -> Figures:
    port = free_port()
    environment = os.environ | {"SAMVIRKE_DATA": str(folder), "PORT": str(port), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.samvirke", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _until_a_page(f"http://127.0.0.1:{port}/membership/", process, folder / "out.log")
        return {METRIC: time.perf_counter() - began}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _until_a_page(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    pool = urllib3.PoolManager(retries=False, timeout=10.0)
    while process.poll() is None:
        try:
            if pool.request("GET", url, redirect=False).status < 500:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.02)
    said = re.sub(r"\s+", " ", log.read_text()[-500:])
    message = f"the suite ended before it answered: {said}"
    raise RuntimeError(message)
