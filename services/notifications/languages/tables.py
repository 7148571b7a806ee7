"""Rows of chosen languages."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text

metadata = MetaData()

notice_languages = Table(
    "notice_languages",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("language", Text, nullable=False),
)
"""No row where the municipality has not chosen."""
