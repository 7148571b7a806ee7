"""Databases that were made ready once and are copied since: making one ready takes longer than most tests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import inspect

from shared import builds
from shared.database import Database
from shared.migrating import migrate
from shared.readmodels import Projection

Models = Mapping[str, Sequence[Projection]]
"""Read models by the source that feeds them."""

_files: dict[Hashable, bytes] = {}


def migrated(database: Database, own: Path | None = None, models: Models | None = None) -> None:
    """Leave `database` as `migrate` does, with an empty live build of each of `models`."""
    wanted = models or {}
    tables = tuple((source, *(model.table for model in some)) for source, some in wanted.items())
    copied(database, (own, tables), lambda: _make_ready(database, own, wanted))


def copied(database: Database, what: Hashable, make: Callable[[], None]) -> None:
    """Leave `database` as `make` does; only a file that is not there yet can be a copy of what was made before."""
    path = database.path
    if path is None or path.exists():
        make()
    elif what in _files:
        path.write_bytes(_files[what])
    else:
        make()
        database.close()  # so that all of it is in the one file
        _files[what] = path.read_bytes()


def _make_ready(database: Database, own: Path | None, models: Models) -> None:
    with database.reading() as connection:
        if models and inspect(connection).has_table("builds"):
            return  # a copy of a template of the server
    migrate(database, own)
    with database.writing() as connection:
        for source, projections in models.items():
            if projections:
                builds.promote(connection, source, builds.create_build(connection, source, projections))
