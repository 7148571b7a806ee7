"""Databases that were migrated once and are copied since: migrating takes longer than most tests."""

from __future__ import annotations

from pathlib import Path

from shared.database import Database
from shared.migrating import migrate

_files: dict[Path | None, bytes] = {}


def migrated(database: Database, own: Path | None = None) -> None:
    """Leave `database` as `migrate` does; only a file that is not there yet can be a copy."""
    path = database.path
    if path is None or path.exists():
        migrate(database, own)
    elif own in _files:
        path.write_bytes(_files[own])
    else:
        migrate(database, own)
        database.close()  # so that all of it is in the one file
        _files[own] = path.read_bytes()
