"""What notices and mends a database or a topic that was restored, exchanged or cut short."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared import tables

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what an older installation lacks; a new one has got it with its other tables."""
    bind = op.get_bind()
    if "topic_id" not in {column["name"] for column in sa.inspect(bind).get_columns("publisher")}:
        op.add_column("publisher", sa.Column("topic_id", sa.Text))
    tables.metadata.create_all(bind)
    if bind.dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE TRIGGER recoveries_only_insert BEFORE UPDATE OR DELETE OR TRUNCATE ON recoveries "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER IF NOT EXISTS recoveries_no_{change.lower()} BEFORE {change} ON recoveries "
            "BEGIN SELECT RAISE(ABORT, 'rows of recoveries are only ever inserted'); END"
        )
