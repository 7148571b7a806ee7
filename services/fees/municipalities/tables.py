"""Read model of what membership publishes, as far as a fee depends on it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

municipalities = Table(
    "municipalities",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("organisation_number", Text),
    Column("numbers", JSON, nullable=False),
    Column("names", JSON, nullable=False),
    Column("invited_on", Date),
    Column("reply_by", Date),
    Column("ceased_on", Date),
    Column("ceased_event_id", Text),
    Column("invented", Boolean, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`numbers` and `names` are lists of dated facts, each from its `valid_from` (ISO) on."""

populations = Table(
    "populations",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column("inhabitants", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_on", Date),
    Column("invented", Boolean, nullable=False),
    Column("event_id", Text, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("agreement_version", Integer, primary_key=True),
    Column("terms", JSON, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""Times of membership under one agreement version, begun or to begin; mostly one.

A term is `member_from`, `member_to` (first day outside, null: open), the events that said so
(`from_event_id`, `to_event_id`), and `ended` when it is over for good.
"""

hosts = Table(
    "agreement_hosts",
    metadata,
    Column("agreement_version", Integer, primary_key=True),
    Column("municipality_id", Text, nullable=False),
    Column("event_id", Text, nullable=False),
)
"""Which municipality hosts an agreement version, known before anybody joins under it."""
