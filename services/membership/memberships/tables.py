"""Rows of the ways through a version, and of municipalities that are no more."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

membership_rows = Table(
    "memberships",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("agreement_version", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("invited_on", Date),
    Column("reply_by", Date),
    Column("treatments", JSON, nullable=False),
    Column("resolution", JSON),
    Column("settled", JSON),
    Column("signature", JSON),
    Column("papers", JSON),
    Column("member_from", Date),
    Column("joining_cancelled", JSON),
    Column("joined", Boolean, nullable=False),
    Column("notice", JSON),
    Column("ends_on", Date),
    Column("left", Boolean, nullable=False),
    Column("left_because", Text),
    Column("earlier", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""One row per municipality and version. The steps are JSON, with their dates as texts.

`earlier` lists the intervals of memberships under the same version that ended before this
round. `version` is that of the stream.
"""

ceased_rows = Table(
    "municipalities_ceased",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("ceased_on", Date, nullable=False),
    Column("cause", Text, nullable=False),
)
"""Which municipalities were merged or split away, and from which day on."""
