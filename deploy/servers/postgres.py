"""A PostgreSQL with an empty cluster, from the machine's own binaries."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from deploy.servers.programs import Program, ServerMissingError, free_port

_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server with its cluster in a temporary folder; it may be stopped and started.

    `durable` as in production, for the bench and for what kills it; other tests need not wait
    for a disk, since what they kill are our processes, never this server.
    """

    def __init__(self, owner: int, *, durable: bool = False, storage: Path | None = None) -> None:
        """Prepare the cluster, in `storage` if given; raises `ServerMissingError` without the binaries."""
        self._binaries = binaries()
        # A server refuses to run as root; and the way to its files must be open to whom it runs as.
        user = _unprivileged_user() if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="samvirke-postgres-"))
        self.cluster = (storage or self.folder) / "cluster"
        password, self._port = secrets.token_hex(16), free_port()
        (self.folder / "password").write_text(password)
        if user is not None:
            entry = pwd.getpwnam(user)
            for path in (self.folder, self.folder / "password", *([storage] if storage else [])):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        self._initdb(user)
        self.program = Program(self.folder, owner, "SIGINT", user)
        self.address = f"postgresql+psycopg://postgres:{password}@127.0.0.1:{self._port}"
        """Without a database."""
        self._options = {
            "port": str(self._port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "300",
        }
        self._options |= {"shared_buffers": "512MB"} if durable else _NOT_DURABLE

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [str(self._binaries / "postgres"), "-D", str(self.cluster)]
        command += [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        self.program.run(*command, until=self.answers)

    def stop(self) -> None:
        """Stop the server; what it stored stays."""
        self.program.stop()

    def remove(self) -> None:
        """Stop the server and delete what it stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, name: str) -> str:
        """Make an empty database; its address."""
        with psycopg.connect(self._server("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return f"{self.address}/{name}"

    def _initdb(self, user: str | None) -> None:
        command = [str(self._binaries / "initdb"), "-D", str(self.cluster), "-U", "postgres", "--no-sync"]
        command += [
            "-E",
            "UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            f"--pwfile={self.folder / 'password'}",
        ]
        as_user = {} if user is None else {"user": user, "extra_groups": []}
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_user)  # type: ignore[call-overload]
        if done.returncode != 0:
            message = f"PostgreSQL's initdb failed: {done.stderr.strip().splitlines()[-1]}"
            raise ServerMissingError(message)

    def answers(self) -> bool:
        """Whether it takes a connection."""
        try:
            with psycopg.connect(self._server("postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def _server(self, database: str) -> str:
        return f"{self.address.replace('+psycopg', '')}/{database}"


def binaries() -> Path:
    """The folder of the newest PostgreSQL on this machine; raises `ServerMissingError`."""
    roots = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"]
    found = [path for pattern in roots for path in Path("/").glob(pattern[1:])]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    usable = [path for path in found if (path / "initdb").exists() and (path / "postgres").exists()]
    if not usable:
        message = "PostgreSQL is missing: install it (Debian, Ubuntu: apt install postgresql)"
        raise ServerMissingError(message)
    return max(usable, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))])


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
