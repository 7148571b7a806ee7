"""A database knows whose it is: a service that is given another one's notices before it writes."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from shared.errors import Unavailable
from shared.tables import owner


class WrongDatabase(Unavailable):
    """The database that the settings name belongs to another service or another network."""

    code = "wrong-database"
    nb = "Tjenesten er satt opp med feil database."


def claim(connection: Connection, service: str, source: str) -> None:
    """Write down whose database this is, the first time; WrongDatabase when it is another's."""
    check(connection, service, source)
    if connection.execute(select(owner.c.id)).first() is None:
        connection.execute(insert(owner).values(id=1, service=service, source=source))


def check(connection: Connection, service: str, source: str) -> None:
    """Raise WrongDatabase unless the database is this service's, or nobody's yet."""
    row = connection.execute(select(owner.c.service, owner.c.source)).one_or_none()
    if row is not None and (row.service, row.source) != (service, source):
        message = (
            f"This database belongs to {row.source}, not to {source}; "
            f"SAMVIRKE_DATABASE_{service.upper()} must name the right one."
        )
        raise WrongDatabase(message)
