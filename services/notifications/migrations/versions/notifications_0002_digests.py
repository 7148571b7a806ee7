"""A digest per service and day, which nobody changes once the day is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None

_GROWS = (
    "NEW.service = OLD.service AND NEW.day = OLD.day AND NEW.first_number = OLD.first_number"
    " AND NEW.last_number > OLD.last_number"
    " AND NOT EXISTS (SELECT 1 FROM digests WHERE service = OLD.service AND day > OLD.day)"
)

_POSTGRESQL = f"""
CREATE FUNCTION keep_published_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF {_GROWS} THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'a digest that was published is never changed';
END $$;
CREATE TRIGGER digests_kept BEFORE UPDATE OR DELETE ON digests
    FOR EACH ROW EXECUTE FUNCTION keep_published_digest();
CREATE TRIGGER digests_not_emptied BEFORE TRUNCATE ON digests
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Create the table; the chains are made of what the feed holds, with the next event of each service."""
    op.create_table(
        "digests",
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("first_number", sa.BigInteger, nullable=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_index("feed_service_sequence", "feed", ["service", "sequence"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL)
        return
    raised = "BEGIN SELECT RAISE(ABORT, 'a digest that was published is never changed'); END"
    op.execute(
        f"CREATE TRIGGER digests_kept BEFORE UPDATE ON digests FOR EACH ROW WHEN NOT ({_GROWS}) {raised}"
    )
    op.execute(f"CREATE TRIGGER digests_not_deleted BEFORE DELETE ON digests {raised}")
