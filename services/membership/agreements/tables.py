"""Rows of agreement versions: what was published, and until when it holds now."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

agreement_version_rows = Table(
    "agreement_versions",
    metadata,
    Column("agreement_version", Integer, primary_key=True),
    Column("legal_form", Text, nullable=False),
    Column("host_municipality_id", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("notice_months", Integer, nullable=False),
    Column("notice_takes_effect", Text, nullable=False),
    Column("extension", Text, nullable=False),
    Column("checklist", JSON, nullable=False),
    Column("texts", JSON, nullable=False),
    Column("assumed", JSON, nullable=False),
    Column("extensions", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`version` is that of the stream; `extensions` tells who extended it, from which end to which."""
