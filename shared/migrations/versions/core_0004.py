"""Who took a refused follow-up off the list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, unless the tables were created with it."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("refusals")}
    if "settled_by" not in known:
        op.add_column("refusals", sa.Column("settled_by", sa.Text))
