"""What everything about one municipality requires: that membership has told of it."""

from __future__ import annotations

from sqlalchemy import Connection

from services.notifications.municipalities.queries import KnownMunicipality, municipality
from shared import clock
from shared.errors import NotFound


class MunicipalityUnknown(NotFound):
    """Membership has not told of such a municipality (yet)."""

    code = "municipality-unknown"
    nb = "Kommunen finnes ikke, eller er ikke kjent her ennå."


def known_municipality(connection: Connection, municipality_id: str) -> KnownMunicipality:
    """The municipality as of today; raises MunicipalityUnknown."""
    found = municipality(connection, municipality_id, clock.today())
    if found is None:
        raise MunicipalityUnknown("There is no such municipality.")
    return found
