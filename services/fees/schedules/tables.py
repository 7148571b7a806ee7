"""Read model of fee schedules: each as adopted last."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

schedules = Table(
    "schedules",
    metadata,
    Column("schedule_id", Text, primary_key=True),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer),
    Column("components", JSON, nullable=False),
    Column("proration", Text, nullable=False),
    Column("host_pays", Boolean, nullable=False),
    Column("decided_by", Text),
    Column("decided_on", Date),
    Column("assumed", JSON, nullable=False),
    Column("adopted_at", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("example", Boolean, nullable=False),
)
