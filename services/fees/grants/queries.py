"""Which grants there are, and which hold in a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from services.fees.grants.tables import grants
from shared.rowsql import all_rows


def all_grants(connection: Connection) -> list[dict[str, Any]]:
    """Every grant, revoked ones included, in the order of their awards."""
    return sorted(all_rows(connection, grants), key=lambda row: (row["awarded_at"], row["grant_id"]))


def holding(awarded: Sequence[dict[str, Any]], year: int) -> list[dict[str, Any]]:
    """Of `all_grants`, those that hold in the year."""
    return [grant for grant in awarded if year in grant["years"] and grant["revoked_at"] is None]
