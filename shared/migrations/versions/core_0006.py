"""What is parked lies in an incarnation of its topic."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import inspect, text

from shared import tables

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table anew, for the incarnation belongs to its key; a database that began with this has it."""
    connection = op.get_bind()
    if "topic_id" in {column["name"] for column in inspect(connection).get_columns("parked")}:
        return
    positions = {
        (row["consumer"], row["topic"], row["partition"]): row
        for row in connection.execute(text("SELECT * FROM consumer_positions")).mappings()
    }
    kept = [dict(row) for row in connection.execute(text("SELECT * FROM parked")).mappings()]
    op.drop_table("parked")
    tables.parked.create(connection)
    for row in kept:
        position = positions.get((row["consumer"], row["topic"], row["partition"]))
        connection.execute(tables.parked.insert().values(row | {"topic_id": _incarnation(row, position)}))


def _incarnation(row: dict[str, Any], position: Any) -> str:
    """That of the consumer's position; one that has not come as far was in an earlier one, whose name is lost."""
    if position is None or row["record_offset"] >= position["next_offset"]:
        return ""
    return str(position["topic_id"])
