"""The read model of notices."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

notices = Table(
    "notices",
    metadata,
    Column("notice_id", Text, primary_key=True),
    Column("municipality_id", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("template_version", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("language_missing", Text),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("mandatory", Boolean, nullable=False),
    Column("trigger_event_id", Text, nullable=False),
    Column("trigger_type", Text, nullable=False),
    Column("raised_at", Text, nullable=False),
    Column("read_at", Text),
    Column("example", Boolean, nullable=False),
    Index("notices_list", "audience", "municipality_id", "raised_at"),
)
"""`read_at` is None while nobody has read it."""
