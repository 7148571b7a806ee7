"""Terms of contacts as a read model, and the one mutable table of persons."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, MetaData, Table, Text

metadata = MetaData()

contact_terms = Table(
    "contact_terms",
    metadata,
    Column("municipality_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("terms", JSON, nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("example", Boolean, nullable=False),
)
"""`terms` is a list of `domain.Term` as JSON; `version` is that of the last event about the contact.

One row per contact, since an event names a contact and never one of its terms.
"""

persons = Table(
    "persons",
    metadata,
    Column("contact_id", Text, primary_key=True),
    Column("municipality_id", Text, nullable=False),
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("erased_at", Text),
    Index("persons_municipality", "municipality_id"),
)
"""The only place of the suite with persons in it; erased, a row keeps its id and the moment alone.

No read model: it is made by a migration and never rebuilt, since no event knows what stands here.
"""
