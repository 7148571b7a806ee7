"""What a municipality is called, and by which number, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from services.notifications.municipalities.tables import known_municipalities


@dataclass(frozen=True, kw_only=True)
class KnownMunicipality:
    """Official names and number on the day asked for; None where there is none."""

    municipality_id: str
    name: str
    name_se: str | None
    name_fkv: str | None
    number: str | None
    example: bool

    @property
    def names(self) -> tuple[str, ...]:
        """All its official names, the Norwegian one first."""
        return tuple(name for name in (self.name, self.name_se, self.name_fkv) if name)


def municipality(connection: Connection, municipality_id: str, day: date) -> KnownMunicipality | None:
    """The municipality as of `day`; None when membership has not told of it (yet)."""
    query = select(known_municipalities).where(known_municipalities.c.municipality_id == municipality_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _known(row, day)


def municipalities(connection: Connection, day: date) -> dict[str, KnownMunicipality]:
    """All known municipalities by id, as of `day`."""
    rows = connection.execute(select(known_municipalities))
    return {row.municipality_id: _known(row, day) for row in rows}


def _known(row: Any, day: date) -> KnownMunicipality:
    names = _on(row.names, day) or {}
    number = _on(row.numbers, day) or {}
    return KnownMunicipality(
        municipality_id=row.municipality_id,
        name=names.get("nb", ""),
        name_se=names.get("se"),
        name_fkv=names.get("fkv"),
        number=number.get("number"),
        example=row.example,
    )


def _on(facts: Sequence[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """The fact that holds on `day`; before the first one, the first."""
    holding = [fact for fact in facts if fact["valid_from"] <= day.isoformat()]
    return holding[-1] if holding else next(iter(facts), None)
