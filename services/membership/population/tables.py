"""Rows of inhabitants: the latest figure per municipality and date."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, MetaData, Table, Text

metadata = MetaData()

population_figures = Table(
    "population_figures",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column("inhabitants", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_on", Date),
    Column("replaces", BigInteger),
    Column("invented", Boolean, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`event_id` names the fact, so that whoever computes with a figure can say which one it was."""
