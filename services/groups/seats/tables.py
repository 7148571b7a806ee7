"""Seats and the terms of those who sit in them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text

metadata = MetaData()

seats = Table(
    "seats",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("seat", Integer, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("choice_id", Text),
    Column("example", Boolean, nullable=False),
    Index("seats_group", "group_id"),
)
"""A seat is open from `valid_from`, before `valid_to`; `choice_id` names the sign-up it came from."""

seat_terms = Table(
    "seat_terms",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("seat", Integer, primary_key=True),
    Column("term", Integer, primary_key=True),
    Column("contact_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("deputy", Boolean, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("ended_because", Text),
    Column("example", Boolean, nullable=False),
    Index("seat_terms_group", "group_id"),
    Index("seat_terms_contact", "contact_id"),
)
"""A term without a day (`valid_to` = `valid_from`) never began and is kept as a trace."""
