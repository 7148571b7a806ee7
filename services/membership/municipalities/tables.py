"""Rows of the register: one per municipality, with all its dated facts."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, MetaData, Table, Text

metadata = MetaData()

municipality_rows = Table(
    "municipalities",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("facts", JSON, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`facts` is `identity.Municipality` as JSON; `version` is that of the municipality's stream.

Found by any name or number ever means looking through all of them: the whole country has 357.
"""
