"""The contacts that membership has told of: ids, roles and dates, never a name."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Index, MetaData, Table, Text

metadata = MetaData()

known_contacts = Table(
    "known_contacts",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("roles", JSON, nullable=False),
    Column("erased_on", Date),
    Index("known_contacts_contact", "contact_id"),
)
"""`roles` is a list of {role, group_id, valid_from, valid_to}; a contact without one is gone."""
