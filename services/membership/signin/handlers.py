"""Give out a one-time link, and let it be used once."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from services.membership.signin.domain import LINK_LIFETIME, OFFICE, SignInLinkInvalid, Visitor
from services.membership.signin.tables import signin_links
from shared import clock

_SECRET_BYTES = 32


def create_link(connection: Connection, scope: str, now: datetime) -> str:
    """The path of a new link for `scope`: `office` or a municipality's id.

    The link lets in once, within 15 minutes of `now`. Only a digest of it is kept, so that
    whoever reads the database cannot sign in. Raises ValueError for another scope.
    """
    municipality_id = None if scope == OFFICE else str(uuid.UUID(scope))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    connection.execute(delete(signin_links).where(signin_links.c.expires_at < clock.moment(now)))
    connection.execute(
        insert(signin_links).values(
            token_hash=_digest(secret),
            municipality_id=municipality_id,
            created_at=clock.moment(now),
            expires_at=clock.moment(now + LINK_LIFETIME),
        )
    )
    return f"/membership/logg-inn/{secret}"


def use_link(connection: Connection, secret: str, now: datetime) -> Visitor:
    """Who the link lets in; it is used up by this. Raises `SignInLinkInvalid`."""
    digest = _digest(secret)
    used = connection.execute(
        update(signin_links)
        .where(
            signin_links.c.token_hash == digest,
            signin_links.c.used_at.is_(None),
            signin_links.c.expires_at >= clock.moment(now),
        )
        .values(used_at=clock.moment(now))
    )
    if used.rowcount != 1:  # of two at the same moment, the database lets one change the row
        raise SignInLinkInvalid("The link was used before, has expired or does not exist.")
    found = connection.execute(
        select(signin_links.c.municipality_id).where(signin_links.c.token_hash == digest)
    ).scalar_one()
    return Visitor(found)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
