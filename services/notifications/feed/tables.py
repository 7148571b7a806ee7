"""The feed's own tables; their positions are facts, so they belong to migrations and not to a build."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()

feed = Table(
    "feed",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("municipality_id", Text),
    Column("recorded_at", Text, nullable=False),
    Column("document", Text),
)
"""`document` is the published text as it stands; None where it was taken away and only its place is kept."""

feed_head = Table(
    "feed_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
"""One row: the last position given. Whoever appends holds it until the commit."""
