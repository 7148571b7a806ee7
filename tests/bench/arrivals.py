"""`samvirke worker` that also says when fees has committed what it took in from membership.

python -m tests.bench.arrivals FILE all
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

from deploy.samvirke.cli import main
from services.fees import contract as fees
from services.membership import contract as membership
from shared.intake import Intake
from shared.log import LogRecord, Place
from shared.positions import Position


def note_in(file: IO[bytes]) -> None:
    """From now on every take is followed by a line per event: the moment and the event's id.

    The moment is `time.perf_counter`, which all processes of a machine share on Linux.
    """
    take = Intake.take

    def noted(
        self: Intake, records: Sequence[LogRecord], held: Mapping[Place, Position]
    ) -> dict[Place, Position]:
        moved = take(self, records, held)
        moment = time.perf_counter()
        if self._store.service == fees.SERVICE and self.consumer.service == membership.SERVICE:
            ids = [msgspec.json.decode(record.value or b"{}").get("id") for record in records]
            file.write("".join(f"{moment} {event_id}\n" for event_id in ids).encode())
        return moved

    Intake.take = noted  # type: ignore[method-assign]


class Arrivals:
    """What such workers have said so far."""

    def __init__(self, path: Path) -> None:
        """`path` is the file that they write."""
        self._path = path
        self._read_up_to = 0
        self._said: dict[str, float] = {}

    def of(self, event_ids: Sequence[str], seconds: float) -> list[float]:
        """When each of the events had arrived; TimeoutError where that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            self._read()
            missing = sum(event_id not in self._said for event_id in event_ids)
            if not missing:
                return [self._said[event_id] for event_id in event_ids]
            if time.monotonic() > deadline:
                message = f"{missing} of {len(event_ids)} events have not arrived"
                raise TimeoutError(message)
            time.sleep(0.05)

    def _read(self) -> None:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read_up_to)
            for line in file:
                if not line.endswith(b"\n"):  # the rest is still to come
                    return
                self._read_up_to += len(line)
                moment, _, event_id = line.decode().strip().partition(" ")
                self._said.setdefault(event_id, float(moment))


if __name__ == "__main__":
    with Path(sys.argv[1]).open("ab", buffering=0) as notes:
        note_in(notes)
        main(["worker", *sys.argv[2:]], prog_name="samvirke")
