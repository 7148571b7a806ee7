"""What an operator does in a trial: commands, of which some die in the middle, and what mends bad records."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from deploy.proof.outcome import Tally
from deploy.proof.plan import Deck, fault_of
from deploy.proof.processes import SAID, start_command
from deploy.samvirke import suite
from deploy.samvirke.said import REFUSED, UNREACHABLE
from shared.crashing import STATUS

_MOST_IN_FRONT = 50
_TRIES = 10
REASON = "put there by samvirke prove"


class Operator:
    """Somebody at the command line of the installation under trial."""

    def __init__(self, environment: Mapping[str, str], decks: Mapping[str, Deck], tally: Tally) -> None:
        """`environment` names the servers without a relay: who mends is cut off from nothing."""
        self._environment, self._decks, self._tally = environment, decks, tally

    def do(self, *arguments: str) -> None:
        """A command that must succeed; raises RuntimeError with what was said."""
        status = self._run(*arguments)
        if status != 0:
            said = Path(self._environment[SAID])
            last = said.read_text(errors="replace")[-1_000:] if said.exists() else "it did not begin"
            message = f"samvirke {' '.join(arguments)} ended with {status}: {last}"
            raise RuntimeError(message)

    def crash(self, kind: str, *arguments: str, refused: bool = False) -> str | None:
        """A command that dies at the next crash point of `kind`; where, None when it went through to its end.

        `refused` says that it may also be refused. A server that is recovering may not answer it, and says so.
        """
        point = self._decks[kind].draw().point
        ended = start_command(arguments, self._environment, point).wait(120)
        if ended is not None and ended.status == STATUS:
            self._tally.faults[fault_of(kind)] += 1
            self._tally.points[point] += 1
            return point
        self._decks[kind].put_back(point)
        if ended is None or ended.status not in (0, UNREACHABLE, *([REFUSED] if refused else [])):
            self._tally.trouble.append(f"{' '.join(arguments)} ended with {ended}")
        return None

    def _run(self, *arguments: str) -> int | None:
        for _ in range(_TRIES):
            ended = start_command(arguments, self._environment).wait(300)
            status = None if ended is None else ended.status
            if status != UNREACHABLE:
                break
            time.sleep(1)
        return status

    def mend(self, service: suite.Service, topic: str, key: str) -> None:
        """Every bad record in front of good ones is given up, the rest replayed."""
        if not any(consumer.topic == topic for consumer in service.consumers):
            return
        for _ in range(_MOST_IN_FRONT):
            self.do("parked", "discard", service.name, key, "--reason", REASON)
            self.crash("mending", "parked", "replay", service.name, key, refused=True)
            if self._run("parked", "replay", service.name, key) == 0:
                return
        self._tally.trouble.append(f"{service.name} has no end of bad records of {key}")
