"""Which municipalities have changed since an event (M-13), by the publisher's sequence."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from shared.errors import Malformed, RequestError
from shared.tables import events, publications


class EventNotNumbered(RequestError):
    """The event is recorded and not yet numbered; what comes after it is not known yet."""

    code = "event-not-numbered"
    status = 409
    nb = "Hendelsen er ikke nummerert ennå. Prøv igjen om litt."


def latest(connection: Connection) -> str | None:
    """The id of the newest numbered event, None before the first."""
    newest = select(func.max(publications.c.sequence)).scalar_subquery()
    query = (
        select(events.c.event_id)
        .join(publications, publications.c.position == events.c.position)
        .where(publications.c.sequence == newest)
    )
    found: str | None = connection.execute(query).scalar()
    return found


def changed_after(connection: Connection, event_id: str) -> set[str]:
    """Municipalities about which anything was numbered after the event.

    Raises Malformed for an id that is not of an event here, EventNotNumbered for one whose
    place in the sequence is not settled.
    """
    known = connection.execute(
        select(publications.c.sequence)
        .select_from(events.outerjoin(publications, publications.c.position == events.c.position))
        .where(events.c.event_id == event_id)
    ).one_or_none()
    if known is None:
        raise Malformed(
            "The parameter changedAfter cannot be used.", errors={"changedAfter": ["There is no such event."]}
        )
    if known[0] is None:
        raise EventNotNumbered("The event is not numbered yet.")
    query = (
        select(events.c.key)
        .join(publications, publications.c.position == events.c.position)
        .where(publications.c.sequence > known[0], events.c.subject.like("municipality/%"))
        .distinct()
    )
    return set(connection.execute(query).scalars())
