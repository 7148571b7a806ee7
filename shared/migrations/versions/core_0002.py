"""Builds are kept by read model: one can be rebuilt alone, and keeps its former build."""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect, text

from shared import tables

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write a row per model in the place of one per source. Their shapes are reckoned anew."""
    connection = op.get_bind()
    if "model" in {column["name"] for column in inspect(connection).get_columns("builds")}:
        return  # a database that began with this version
    kept = list(connection.execute(text("SELECT * FROM builds WHERE state <> 'building'")).mappings())
    op.drop_table("builds")
    tables.builds.create(connection)
    for row in kept:
        for model in row["views"].split():
            columns = ("build", "source", "state", "shape", "started_at", "live_at")
            told = {name: row[name] for name in columns}
            connection.execute(tables.builds.insert().values(model=model, **told))
