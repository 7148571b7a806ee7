"""Servers from the machine's own programs: PostgreSQL's binaries, and Kafka's jars on a JRE."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds that a server is given to answer."""


class ServerMissingError(Exception):
    """A server cannot be had on this machine; the message says what to install."""


class Program:
    """A server process behind a guardian that ends it together with the test run."""

    def __init__(self, folder: Path, owner: int, ending: str, user: str | None = None) -> None:
        """`ending` is the name of the signal that asks the server to end, `owner` the run's process."""
        self.folder, self.owner, self.ending, self.user = folder, owner, ending, user

    def run(self, *command: str, until: Callable[[], bool]) -> None:
        """Start `command` and wait until it answers; raises `ServerMissingError` when it does not."""
        guardian = [sys.executable, str(Path(__file__).with_name("guardian.py"))]
        subprocess.run(
            [*guardian, str(self.owner), self.ending, self.user or "-", str(self.log), *command],
            start_new_session=True,
            check=True,
        )
        give_up = time.monotonic() + PATIENCE
        while not until():
            if not (self.folder / "pid").exists() or time.monotonic() > give_up:
                self.stop()
                message = f"{command[0]} did not start: {self.last_line()}"
                raise ServerMissingError(message)
            time.sleep(0.1)

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.folder / "log"

    def last_line(self) -> str:
        """What the server said last, for a message to people."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "no output")

    def stop(self) -> None:
        """End the server, and wait until it has ended; nothing happens when it is not running."""
        stop(self.folder)


def stop(folder: Path) -> None:
    """End the server that was started in `folder`, by whichever process, and wait until it has ended."""
    running = folder / "pid"
    if not running.exists():
        return
    give_up = time.monotonic() + PATIENCE
    with suppress(ProcessLookupError, FileNotFoundError):  # it has just ended by itself
        os.kill(int(running.read_text()), signal.SIGTERM)
        while running.exists() and time.monotonic() < give_up:
            time.sleep(0.05)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------------------- PostgreSQL

NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres(owner: int, *, durable: bool = False) -> tuple[str, Path]:
    """Start a PostgreSQL with an empty cluster: its address without a database, and its folder.

    `durable` as in production, for the bench; tests need not wait for a disk, since what they
    kill are our processes, never this server.
    """
    binaries = _postgres_binaries()
    # A server refuses to run as root; and the way to its files must be open to whom it runs as.
    user = _unprivileged_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="samvirke-postgres-"))
    password, port = secrets.token_hex(16), free_port()
    (folder / "password").write_text(password)
    if user is not None:
        entry = pwd.getpwnam(user)
        for path in (folder, folder / "password"):
            os.chown(path, entry.pw_uid, entry.pw_gid)
    _initdb(binaries / "initdb", folder, user)
    program = Program(folder, owner, "SIGINT", user)
    address = f"postgresql+psycopg://postgres:{password}@127.0.0.1:{port}"
    options = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "300",
    }
    options |= {"shared_buffers": "512MB"} if durable else NOT_DURABLE
    command = [str(binaries / "postgres"), "-D", str(folder / "cluster")]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    program.run(*command, until=lambda: _answers(address))
    return address, folder


def _postgres_binaries() -> Path:
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


def _initdb(initdb: Path, folder: Path, user: str | None) -> None:
    command = [str(initdb), "-D", str(folder / "cluster"), "-U", "postgres", "--no-sync", "-E", "UTF8"]
    command += ["--locale=C", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
    as_user = {} if user is None else {"user": user, "extra_groups": []}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_user)  # type: ignore[call-overload]
    if done.returncode != 0:
        message = f"PostgreSQL's initdb failed: {done.stderr.strip().splitlines()[-1]}"
        raise ServerMissingError(message)


def _answers(address: str) -> bool:
    try:
        with psycopg.connect(address.replace("+psycopg", "") + "/postgres", connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


# --------------------------------------------------------------------------------- Kafka

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/storage
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
# A broker that comes back waits until its former self has been given up.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# Hundreds of small topics: the files of each are made small at first.
log.index.size.max.bytes=1048576
"""

LOGGING = """\
status = WARN
appender.console.type = Console
appender.console.name = STDOUT
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = STDOUT
logger.kafka.name = kafka.server.KafkaRaftServer
logger.kafka.level = INFO
"""


class Kafka:
    """One broker (KRaft) with its storage in a temporary folder; it may be stopped and started."""

    def __init__(self, owner: int) -> None:
        """Prepare the storage; raises `ServerMissingError` without a JRE or the jars."""
        self.folder = Path(tempfile.mkdtemp(prefix="samvirke-kafka-"))
        self.port = free_port()
        self._program = Program(self.folder, owner, "SIGTERM")
        self._java = [_java(), "-Xmx512m", "-Xms256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        self._java += [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"]
        self._java += ["-cp", f"{_jars()}/*"]
        self._properties = self.folder / "server.properties"
        self._properties.write_text(
            PROPERTIES.format(port=self.port, controller=free_port(), folder=self.folder)
        )
        (self.folder / "log4j2.properties").write_text(LOGGING)
        format_storage = ["kafka.tools.StorageTool", "format", "-t", "c2Ftdmlya2UtdGVzdHMtMQ"]
        command = [*self._java, *format_storage, "-c", str(self._properties)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            message = f"Kafka's storage could not be prepared: {(done.stderr or done.stdout).strip()[-300:]}"
            raise ServerMissingError(message)

    @property
    def bootstrap(self) -> str:
        """Where clients begin: host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the broker and wait until it serves."""
        self._program.log.unlink(missing_ok=True)
        self._program.run(*self._java, "kafka.Kafka", str(self._properties), until=self._serves)

    def stop(self) -> None:
        """Stop the broker; what it stored stays."""
        self._program.stop()

    def remove(self) -> None:
        """Stop the broker and delete what it stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _serves(self) -> bool:
        log = self._program.log
        return log.exists() and "Kafka Server started" in log.read_text(errors="replace")


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        message = "Kafka needs Java: install a JRE and Maven (Debian, Ubuntu: apt install default-jre maven)"
        raise ServerMissingError(message)
    return java


def _jars() -> Path:
    """The folder of Kafka's jars, fetched once by Maven from the committed list."""
    listed = ROOT / "deploy/kafka/pom.xml"
    mark = hashlib.sha256(listed.read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "samvirke"
    jars = cache / f"kafka-{mark}"
    if jars.exists():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        message = "Kafka's jars need Maven: install it (Debian, Ubuntu: apt install maven)"
        raise ServerMissingError(message)
    cache.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=cache))
    command = [maven, "-q", "-B", "-f", str(listed), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, f"-DoutputDirectory={making}"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(making, ignore_errors=True)
        message = f"Maven could not fetch Kafka's jars: {done.stdout.strip().splitlines()[:1]}"
        raise ServerMissingError(message)
    if not jars.exists():
        making.rename(jars)
    return jars
