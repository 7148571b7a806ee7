"""Contact persons: the one mutable, erasable table; no event knows what stands in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "membership_0002"
down_revision = "membership_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "persons",
        sa.Column("contact_id", sa.Text, primary_key=True),
        sa.Column("municipality_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("erased_at", sa.Text),
    )
    op.create_index("persons_municipality", "persons", ["municipality_id"])


def downgrade() -> None:
    op.drop_table("persons")
