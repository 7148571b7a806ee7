"""The event store and everything that is the same in every service."""

from __future__ import annotations

from alembic import op

from shared import tables

revision = "core_0001"
down_revision = None
branch_labels = None
depends_on = None

_INSERT_ONLY = ("events", "publications")

_POSTGRESQL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are only ever inserted', TG_TABLE_NAME; END $$;

CREATE FUNCTION await_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO unnumbered (position) VALUES (NEW.position); RETURN NULL; END $$;

CREATE TRIGGER events_await_number AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION await_number();
"""


def upgrade() -> None:
    """Create the tables; the database itself refuses to change what is only ever inserted."""
    tables.metadata.create_all(op.get_bind())
    op.execute("INSERT INTO publisher (id, sent) VALUES (1, 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL)
        for table in _INSERT_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_only_insert BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    op.execute(
        "CREATE TRIGGER events_await_number AFTER INSERT ON events "
        "BEGIN INSERT INTO unnumbered (position) VALUES (NEW.position); END"
    )
    for table in _INSERT_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever inserted'); END"
            )
