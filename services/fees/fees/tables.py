"""Read model of fees: one row per municipality and year, all that has been said about it."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, MetaData, Table, Text

metadata = MetaData()

fees = Table(
    "fees",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("quote", JSON(none_as_null=True)),
    Column("quote_event_id", Text),
    Column("quoted_at", Text),
    Column("estimate", JSON(none_as_null=True)),
    Column("estimate_event_id", Text),
    Column("estimated_at", Text),
    Column("proposal", JSON(none_as_null=True)),
    Column("proposal_event_id", Text),
    Column("proposed_at", Text),
    Column("determination", JSON(none_as_null=True)),
    Column("determination_event_id", Text),
    Column("determined_at", Text),
    Column("first_determined_ore", BigInteger),
    Column("corrected_at", Text),
    Column("waived_ore", BigInteger, nullable=False),
    Column("waivers", JSON, nullable=False),
    Column("deviations", Integer, nullable=False),
    Column("deviation", JSON(none_as_null=True)),
    Column("left", JSON(none_as_null=True)),
    Column("settlements", JSON, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`quote`, `estimate`, `proposal` and `determination` hold the arithmetic of the latest of each.

A correction takes the place of the determination; `first_determined_ore` keeps what it was.
`deviation` is the one to be settled, with its arithmetic under `expected`.
"""
