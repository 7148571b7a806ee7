"""The one place that asks what time it is. Only doors ask; rules are told."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def _offset() -> timedelta:
    """How far an example installation or a test has moved the clock (`SAMVIRKE_CLOCK`)."""
    path = os.environ.get("SAMVIRKE_CLOCK")
    if not path:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(path).read_text(encoding="ascii")))
    except FileNotFoundError:
        return timedelta()


def now() -> datetime:
    """This moment in UTC, moved where an example installation has moved its clock."""
    return real_now() + _offset()


def real_now() -> datetime:
    """The machine's own moment in UTC: for leases, heartbeats and time limits only."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Norway, where every day of the suite begins."""
    return now().astimezone(OSLO).date()


def moment(instant: datetime) -> str:
    """`instant` as RFC 3339 UTC of fixed width, so that moments compare as text."""
    # Not strftime, which writes the years before 1000 without their zeros.
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def start_of(day: date) -> datetime:
    """The moment at which `day` begins in Norway."""
    return datetime(day.year, day.month, day.day, tzinfo=OSLO)


def day_of(recorded: str) -> date:
    """The Norwegian date of a moment in RFC 3339."""
    return datetime.fromisoformat(recorded).astimezone(OSLO).date()


def move_to(target: datetime) -> None:
    """Let every process that reads `SAMVIRKE_CLOCK` believe that it is `target`."""
    path = Path(os.environ["SAMVIRKE_CLOCK"])
    offset = (target - real_now()).total_seconds()
    unfinished = path.with_suffix(".new")
    unfinished.write_text(repr(offset), encoding="ascii")
    unfinished.replace(path)
