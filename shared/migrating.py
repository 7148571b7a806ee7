"""Bring a service's database to the shape that this code expects."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from shared.crashing import crashpoint
from shared.database import Database

_CORE = Path(__file__).parent / "migrations"

_MIGRATING = 7318349394477056
"""Key of the advisory lock that lets one process migrate while the others wait."""


def migrate(database: Database, own: Path | None = None) -> None:
    """Run the shared migrations and those in `own` that the database has not seen.

    Safe to call from several processes at once, and a second time.
    """
    from alembic import command  # a fifth of what a worker or a web process imports, and neither migrates
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_CORE))
    config.set_main_option("path_separator", "newline")
    folders = [_CORE / "versions", *([own / "versions"] if own and (own / "versions").is_dir() else [])]
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    with database.writing() as connection:
        if database.dialect == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")
        crashpoint("migrate.upgraded")
