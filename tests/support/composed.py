"""The suite in containers, met as the other ways of running are: HTTP at one address, and the command line."""

from __future__ import annotations

import json
import subprocess
from functools import cached_property
from pathlib import Path

from tests.support.containers import ROOT
from tests.support.running import SERVICES, Suite

_IN_THE_IMAGE = "/app"
_SETTLE = """
from deploy.samvirke import suite
from shared import progress
from shared.opening import open_log
from shared.settings import Settings

settings = Settings.from_environment()
stores = [(service.open_store(settings), service.consumers) for service in suite.SERVICES.values()]
raise SystemExit(not progress.wait_until_settled(stores, open_log(settings), {seconds}))
"""


class ComposeSuite(Suite):
    """`url` is nginx's address; the command line runs in the container of membership's web process."""

    def __init__(self, folder: Path, url: str, project: str) -> None:
        """The compose project runs already."""
        super().__init__(folder)
        self.url = url
        self._project = project

    def compose(self, *arguments: str, told: str | None = None) -> str:
        """Run a command of docker compose, such as `stop kafka`; what it printed."""
        return self._compose(*arguments, told=told).stdout

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`samvirke …` in a container, where the repository's files lie elsewhere."""
        inside = [argument.replace(str(ROOT), _IN_THE_IMAGE) for argument in arguments]
        return self._compose("exec", "-T", "membership-web", "samvirke", *inside, check=check)

    @cached_property
    def _office_token(self) -> str:
        # Valid for long, since the clock is moved.
        rights = [f"{service}:{right}" for service in SERVICES for right in ("read", "write")]
        scopes = [part for right in [*rights, "office"] for part in ("--scope", right)]
        return str(
            json.loads(self.run("token", "create", *scopes, "--days", "365", "--json").stdout)["token"]
        )

    @property
    def office(self) -> str:
        """A token of the office, signed inside."""
        return self._office_token

    def settled(self, seconds: float = 120.0) -> None:
        """Wait until everything that happened has arrived everywhere."""
        self.compose(
            "exec", "-T", "membership-web", "python", "-", told=_SETTLE.replace("{seconds}", str(seconds))
        )

    def _compose(
        self, *arguments: str, told: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        command = [
            "docker",
            "compose",
            "-f",
            str(ROOT / "docker-compose.yml"),
            "-p",
            self._project,
            *arguments,
        ]
        done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0 or not check, (arguments, done.stdout[-2000:], done.stderr[-2000:])
        return done
