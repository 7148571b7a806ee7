"""The forms "Velg faggrupper" that were sent."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Index, MetaData, Table, Text

metadata = MetaData()

group_choices = Table(
    "group_choices",
    metadata,
    Column("choice_id", Text, primary_key=True),
    Column("municipality_id", Text, nullable=False),
    Column("contact_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("group_ids", JSON, nullable=False),
    Column("chosen_on", Date, nullable=False),
    Column("effective_from", Date),
    Column("example", Boolean, nullable=False),
    Index("group_choices_municipality", "municipality_id"),
)
