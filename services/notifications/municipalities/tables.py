"""Rows of what notifications knows of municipalities: dated names and numbers."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, MetaData, Table, Text

metadata = MetaData()

known_municipalities = Table(
    "known_municipalities",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("names", JSON, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`names` and `numbers` are lists of dated facts, oldest first, each with its `valid_from`."""
