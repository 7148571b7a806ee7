"""The digests' own table: published for good, so it belongs to migrations and not to a build."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

metadata = MetaData()

digests = Table(
    "digests",
    metadata,
    Column("service", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("first_number", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)
"""A row per service and day of UTC. A service's last day grows; the database refuses to change the others."""
