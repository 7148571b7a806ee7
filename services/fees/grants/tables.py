"""Read model of grants."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, MetaData, Table, Text

metadata = MetaData()

grants = Table(
    "grants",
    metadata,
    Column("grant_id", Text, primary_key=True),
    Column("grantor", Text, nullable=False),
    Column("component", Text, nullable=False),
    Column("years", JSON, nullable=False),
    Column("reference", Text),
    Column("assumed", JSON, nullable=False),
    Column("awarded_at", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("revoked_at", Text),
    Column("revocation_reason", Text),
    Column("example", Boolean, nullable=False),
)
