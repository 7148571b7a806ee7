"""What happened lately in membership, as lines of the front page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, or_

from services.membership.wording import EVENTS
from shared.eventstore import Store
from shared.reading import recorded_of, recorded_query
from shared.tables import events

SEEN_BY_ALL = (
    "MunicipalityJoined",
    "MunicipalityLeft",
    "AgreementVersionPublished",
    "AgreementVersionExtended",
)
"""What a municipality's user sees of others: membership, nothing unfinished."""


def happened(
    connection: Connection,
    store: Store,
    names: Mapping[str, str],
    municipality_id: str | None,
    moment: str | None = None,
    most: int = 12,
) -> list[dict[str, Any]]:
    """The newest events first, as known at `moment`; for a municipality its own and what everybody may see."""
    query = recorded_query().order_by(events.c.position.desc()).limit(most)
    if moment is not None:
        query = query.where(events.c.recorded_at <= moment)
    if municipality_id is not None:
        common = events.c.type.in_([f"{name}.v1" for name in SEEN_BY_ALL])
        query = query.where(or_(events.c.key == municipality_id, common))
    recorded = recorded_of(connection, query, store.codec, store.service)
    return [
        {
            "text": EVENTS.get(one.type.split(".")[0], one.type),
            "municipality_id": one.key if one.key in names else None,
            "name": names.get(one.key),
            "recorded_at": one.recorded_at,
            "example": one.example,
        }
        for one in recorded
    ]
