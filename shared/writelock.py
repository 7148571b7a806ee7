"""Take SQLite's lock for writing soon after another process has let it go."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

BUSY_TIMEOUT = 30
"""Seconds for which a SQLite connection waits for another process that writes."""

_STEP = 0.0005
"""Seconds between two looks, at first, at whether another process still writes."""

_PRIMARY = 0xFF
"""The part of SQLite's error codes that says what is wrong; the rest says more of it."""


def begin_writing(cursor: Any) -> None:
    """Begin a transaction that writes as soon as no other process is in one.

    SQLite's own waiting looks again in ever longer steps, up to a tenth of a second, and holds up an event
    loop meanwhile. Ours grow with the time waited so far, and so waste a twentieth of it at most.
    """
    began = time.monotonic()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or waited > BUSY_TIMEOUT:
                    raise
                time.sleep(_STEP + waited / 20)
            else:
                return
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")
