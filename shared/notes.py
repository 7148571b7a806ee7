"""What an operator did to mend something, kept for ever with its reason."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from shared import clock
from shared.tables import recoveries


def note(connection: Connection, kind: str, *, actor: str, because: str, detail: dict[str, Any]) -> None:
    """Keep what was done, by whom and why, for ever."""
    connection.execute(
        insert(recoveries).values(
            kind=kind,
            at=clock.moment(clock.real_now()),
            actor=actor,
            because=because,
            detail=msgspec.json.encode(detail).decode(),
        )
    )


def noted(connection: Connection, name: str) -> set[Any]:
    """All that notes of this database list under `name`, for example the numbers given up as `missing`."""
    details = connection.execute(select(recoveries.c.detail)).scalars()
    return {item for detail in details for item in msgspec.json.decode(detail).get(name, [])}
