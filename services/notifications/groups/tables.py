"""Rows of what notifications knows of bodies and groups."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, MetaData, Table, Text

metadata = MetaData()

known_groups = Table(
    "known_groups",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seat_kind", Text, nullable=False),
    Column("example", Boolean, nullable=False),
)
