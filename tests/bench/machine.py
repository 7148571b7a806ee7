"""What the figures depend on: processor, memory, disk, versions, and who else is at work."""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

PACKAGES = (
    "eventsourcing",
    "psycopg",
    "SQLAlchemy",
    "msgspec",
    "Flask",
    "gunicorn",
    "gevent",
    "kafka-python",
)


def sync_microseconds(folder: Path, times: int = 20) -> float:
    """The median time of writing 8 KiB and an fdatasync in `folder`."""
    block = os.urandom(8192)
    took: list[float] = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(times):
            file.seek(0)
            file.write(block)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return 1e6 * statistics.median(took)


def load() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]


def description() -> dict[str, str]:
    """The machine and the versions, as they stand beside the figures."""
    processor = _first("/proc/cpuinfo", r"model name\s*: (.+)") or platform.machine()
    kibibytes = int(_first("/proc/meminfo", r"MemTotal:\s+(\d+)") or 0)
    return {
        "processor": f"{os.cpu_count()} x {processor}",
        "memory": f"{kibibytes // 1024**2} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        **({"node": _said("node", "--version")} if shutil.which("node") else {}),
    }


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _first(file: str, pattern: str) -> str | None:
    path = Path(file)
    found = re.search(pattern, path.read_text()) if path.exists() else None
    return found[1] if found else None
