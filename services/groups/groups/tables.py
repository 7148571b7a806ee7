"""The groups as they stand, with every mandate they have had."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

network_groups = Table(
    "network_groups",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("decision_rule", Text, nullable=False),
    Column("seat_kind", Text, nullable=False),
    Column("seats_per_municipality", Integer, nullable=False),
    Column("employed_by_host", Boolean, nullable=False),
    Column("composition", JSON, nullable=False),
    Column("assumed", JSON, nullable=False),
    Column("established_on", Date, nullable=False),
    Column("archived_on", Date),
    Column("mandates", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`mandates` is a list of {mandate_version, text, decided_by, adopted_on}, oldest first;
`version` is the stream's, for `If-Match`."""
