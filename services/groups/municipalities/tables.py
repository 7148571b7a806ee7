"""What membership has told of municipalities: names, numbers, and each version's dates."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

known_municipalities = Table(
    "known_municipalities",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("names", JSON, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("invented", Boolean, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`names` and `numbers` are lists of dated facts, oldest first, each with its `valid_from`."""

known_memberships = Table(
    "known_memberships",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("agreement_version", Integer, primary_key=True),
    Column("invited", Boolean, nullable=False),
    Column("rejected", Boolean, nullable=False),
    Column("joining_on", Date),
    Column("member_from", Date),
    Column("ends_on", Date),
    Column("left_on", Date),
    Column("earlier", JSON, nullable=False),
)
"""The way through one agreement version: `joining_on` is planned, `member_from` has come,
`ends_on` is the coming end by a notice of withdrawal, `left_on` has come. `earlier` lists the
memberships under the same version that ended before this way began, each from a day before another."""
