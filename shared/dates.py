"""Dates as text are written in one way, since what is recorded as text is compared as text."""

from __future__ import annotations

from datetime import date


def day_written(text: str) -> date:
    """The date that is written YYYY-MM-DD; raises ValueError, also for 20240101 and 2024-W01-1, which Python reads."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        message = f"{text} is not written YYYY-MM-DD."
        raise ValueError(message)
    return day
