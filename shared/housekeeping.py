"""What a database no longer needs: old receipts, and earlier contents of changed pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from shared import clock
from shared.database import Database
from shared.tables import receipts

RETENTION = timedelta(hours=24)
"""How long the answer to a request with an `Idempotency-Key` is kept (I-18)."""

INTERVAL = 3_600.0
"""Seconds between two rounds of a worker."""


def tidy(database: Database) -> None:
    """One round; safe at any time and from several workers."""
    with database.writing() as connection:
        forget_old_receipts(connection, clock.now())
    database.drop_old_pages()


def forget_old_receipts(connection: Connection, now: datetime) -> int:
    """Remove the receipts that are past their retention; how many there were."""
    oldest = clock.moment(now - RETENTION)
    return connection.execute(delete(receipts).where(receipts.c.created_at < oldest)).rowcount
