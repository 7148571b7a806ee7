"""Event stores of other languages, from npm: message-db (functions of PostgreSQL) and emmett (Node)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
import psycopg
from sqlalchemy.engine import make_url

from deploy.servers import postgres
from shared import ids
from tests.bench.facts import Fact
from tests.bench.ground import driver_url
from tests.bench.peers.bare import discard
from tests.support.servers import ServerMissingError

_KEPT = Path(__file__).parents[1] / "node"
"""What is wanted, with versions and digests, and the script that runs in Node."""


@cache
def installed() -> Path:
    """The folder with both, installed beside this Python once; raises `ServerMissingError`.

    The script goes along, since Node looks for packages where a script stands.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise ServerMissingError("Node is missing: install it (Debian: apt install nodejs npm)")
    folder = Path(sys.prefix) / "node"
    lock, made = (_KEPT / "package-lock.json").read_text(), folder / "made"
    shutil.copytree(_KEPT, folder, dirs_exist_ok=True)
    if not made.exists() or made.read_text() != lock:
        done = subprocess.run([npm, "ci"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["it said nothing"]
            raise ServerMissingError(f"npm ci did not install the peers: {said[0]}")
        made.write_text(lock)
    return folder


class MessageDb:
    """message-db's own function, called as its clients do: one statement, one commit."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        """Made by `message_db`."""
        self._connection = connection

    def write(self, fact: Fact) -> None:
        """One event with the version that is expected; positions begin at 0, nothing is -1."""
        event = fact.event
        discard(
            self._connection.execute(
                "SELECT write_message(%s, %s, %s, %s, NULL, %s)",
                (ids.new_id(), fact.stream, event.type_name(), _data(fact), fact.version - 2),
                prepare=True,
            )
        )


@contextmanager
def message_db(url: str) -> Iterator[MessageDb]:
    """message-db, installed by its own script into the database at `url`; raises `ServerMissingError`."""
    database, place = installed() / "node_modules/@eventide/message-db/database", make_url(url)
    environment = {
        "PATH": f"{os.environ['PATH']}:{postgres.binaries()}",
        "DATABASE_NAME": str(place.database),
        "CREATE_DATABASE": "off",
        "PGHOST": str(place.host),
        "PGPORT": str(place.port),
        "PGUSER": str(place.username),
        "PGPASSWORD": str(place.password or ""),
    }
    subprocess.run(["bash", str(database / "install.sh")], env=environment, capture_output=True, check=True)
    options = "-c search_path=message_store,public"
    with psycopg.connect(driver_url(url), autocommit=True, options=options) as connection:
        yield MessageDb(connection)


def emmett(url: str, facts: Sequence[Fact]) -> float:
    """Let emmett append `facts` to the database at `url`; seconds. Raises `ServerMissingError`."""
    asked = (
        {
            "stream": fact.stream,
            "version": fact.version,
            "type": fact.event.type_name(),
            "data": json.loads(_data(fact)),
        }
        for fact in facts
    )
    done = subprocess.run(
        ["node", "append.mjs", driver_url(url)],
        cwd=installed(),
        input="\n".join(map(json.dumps, asked)),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _data(fact: Fact) -> str:
    return msgspec.json.encode(fact.event).decode()
