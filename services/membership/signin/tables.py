"""The one-time links that were given out; not a read model, so it has a migration of its own."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text

metadata = MetaData()

signin_links = Table(
    "signin_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("municipality_id", Text),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
)
"""`token_hash` is the SHA-256 of the link's secret; `municipality_id` None lets in the office."""
