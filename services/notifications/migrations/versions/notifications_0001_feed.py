"""The merged feed: its positions are stored facts, kept by rebuild and backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0001"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the feed and its head; the first event gets position 1."""
    op.create_table(
        "feed",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("municipality_id", sa.Text),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("document", sa.Text),
    )
    op.create_index("feed_type", "feed", ["type", "position"])
    op.create_index("feed_subject", "feed", ["subject", "position"])
    op.create_index("feed_recorded_at", "feed", ["recorded_at", "position"])
    head = op.create_table(
        "feed_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "position": 0}])
