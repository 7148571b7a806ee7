"""Kafka brokers (KRaft) on the machine's own Java."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deploy.servers.programs import ROOT, Program, ServerMissingError, free_port

_CLUSTER = "c2Ftdmlya2UtdGVzdHMtMQ"
_PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners={listeners},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={advertised}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map={protocols}
log.dirs={storage}
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
_LOGGING = """\
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
    """One broker with its storage in a temporary folder; it may be stopped and started."""

    def __init__(
        self,
        owner: int,
        *,
        node: int = 1,
        controllers: Mapping[int, int] | None = None,
        doors: Mapping[str, tuple[int, int]] | None = None,
        storage: Path | None = None,
    ) -> None:
        """Prepare the storage; raises `ServerMissingError` without a JRE or the jars.

        `controllers` are the ports of a cluster's controllers by node. `doors` are further listeners by
        name: the port that the broker listens on, and the one that it tells its clients to come to.
        """
        self.folder = Path(tempfile.mkdtemp(prefix="samvirke-kafka-"))
        self.port = free_port()
        self.program = Program(self.folder, owner, "SIGTERM")
        self._storage = (storage or self.folder) / "storage"
        self._java = [java(), "-Xmx512m", "-Xms256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        self._java += [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"]
        self._java += ["-cp", f"{jars()}/*"]
        self._properties = self.folder / "server.properties"
        self._properties.write_text(
            self._told(
                node, controllers or {node: free_port()}, {"PLAINTEXT": (self.port,) * 2, **(doors or {})}
            )
        )
        (self.folder / "log4j2.properties").write_text(_LOGGING)
        self._format()

    @property
    def bootstrap(self) -> str:
        """Where clients begin: host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the broker and wait until it serves."""
        self.launch()
        self.program.wait_until(self._serves)

    def launch(self) -> None:
        """Start the broker; alone in a cluster that needs others, it does not serve yet."""
        self.program.log.unlink(missing_ok=True)
        self.program.launch(*self._java, "kafka.Kafka", str(self._properties))

    def stop(self) -> None:
        """Stop the broker; what it stored stays."""
        self.program.stop()

    def empty(self) -> None:
        """Let a stopped broker come back as a new machine would: with nothing of what it stored."""
        shutil.rmtree(self._storage)
        self._format()

    def remove(self) -> None:
        """Stop the broker and delete what it stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _told(self, node: int, controllers: Mapping[int, int], doors: Mapping[str, tuple[int, int]]) -> str:
        return _PROPERTIES.format(
            node=node,
            voters=",".join(f"{one}@127.0.0.1:{port}" for one, port in controllers.items()),
            listeners=",".join(f"{name}://127.0.0.1:{port}" for name, (port, _) in doors.items()),
            advertised=",".join(f"{name}://127.0.0.1:{told}" for name, (_, told) in doors.items()),
            protocols=",".join(f"{name}:PLAINTEXT" for name in [*doors, "CONTROLLER"]),
            controller=controllers[node],
            storage=self._storage,
        )

    def _format(self) -> None:
        format_storage = ["kafka.tools.StorageTool", "format", "-t", _CLUSTER]
        command = [*self._java, *format_storage, "-c", str(self._properties)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            message = f"Kafka's storage could not be prepared: {(done.stderr or done.stdout).strip()[-300:]}"
            raise ServerMissingError(message)

    def _serves(self) -> bool:
        log = self.program.log
        return log.exists() and "Kafka Server started" in log.read_text(errors="replace")


def java() -> str:
    """The machine's Java; raises `ServerMissingError`."""
    java = shutil.which("java")
    if java is None:
        message = "Kafka needs Java: install a JRE and Maven (Debian, Ubuntu: apt install default-jre maven)"
        raise ServerMissingError(message)
    return java


def jars() -> Path:
    """The folder of Kafka's jars, fetched once by Maven from the committed list; raises `ServerMissingError`."""
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
