"""The one-time links for signing in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "membership_0001"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signin_links",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("municipality_id", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text),
    )


def downgrade() -> None:
    op.drop_table("signin_links")
