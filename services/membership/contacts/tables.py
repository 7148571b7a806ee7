"""Contacts and their terms (a read model), and the one table of persons, which is not."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

contact_rows = Table(
    "contacts",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("terms", JSON, nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""One row per contact. Each of `terms` has `role`, `group_id`, `valid_from`, `valid_to` (texts).

`version` is that of the municipality's stream of contacts.
"""

persons_metadata = MetaData()

persons = Table(
    "persons",
    persons_metadata,
    Column("contact_id", Text, primary_key=True),
    Column("municipality_id", Text, nullable=False),
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("erased", Boolean, nullable=False),
    Index("persons_municipality", "municipality_id"),
)
"""The only place of the whole suite that holds personal data; changed and blanked in place."""
