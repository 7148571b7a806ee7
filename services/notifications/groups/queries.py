"""What a body or group is called."""

from __future__ import annotations

from sqlalchemy import Connection, select

from services.notifications.groups.tables import known_groups


def group_name(connection: Connection, group_id: str) -> str | None:
    """The group's name; None when groups has not told of it (yet)."""
    query = select(known_groups.c.name).where(known_groups.c.group_id == group_id)
    return connection.execute(query).scalar_one_or_none()
