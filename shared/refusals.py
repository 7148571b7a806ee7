"""Follow-ups that a rule refused: never lost, on the office's list until they go through or somebody settles them.

A follow-up that is refused again and again is one case: of each follow-up of a stream at most one lasts.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared import clock, ids
from shared.database import execute
from shared.errors import NotFound, RequestError
from shared.tables import refusals

Asked = tuple[str, str]
"""What is asked of whom: a follow-up and a stream."""


class RefusalUnknown(NotFound):
    """There is no such refused follow-up, or it does not wait any more."""

    code = "refusal-unknown"
    nb = "Denne oppfølgingen venter ikke lenger."


def record(
    connection: Connection,
    asked: Asked,
    *,
    cause: str,
    policy: str,
    key: str,
    refusal: RequestError,
    by_date: bool = False,
) -> None:
    """Note that what `policy` asked because of `cause` was refused: a new case, or once more the one that lasts.

    A case that the office has settled by hand comes back with a new event or another refusal, but not
    because the schedule, which asks every day (`by_date`), is told the same again.
    """
    follow_up, stream = asked
    now = clock.moment(clock.now())
    latest = {
        "last_cause": cause,
        "last_refused_at": now,
        "code": refusal.code,
        "message": refusal.message,
        "nb": refusal.nb,
    }
    lasts = _lasts(asked)
    known = connection.execute(select(refusals).where(*lasts)).mappings().one_or_none()
    if known is not None and known["last_cause"] == cause:
        return
    if known is not None and (known["settled_at"] is None or (by_date and known["code"] == refusal.code)):
        connection.execute(update(refusals).where(*lasts).values(times=refusals.c.times + 1, **latest))
        return
    if known is not None:
        ended = refusals.c.refusal_id == known["refusal_id"]
        connection.execute(update(refusals).where(ended).values(lasts=False))
    case = {"refusal_id": ids.new_id(), "follow_up": follow_up, "stream": stream, "cause": cause}
    first = {"policy": policy, "key": key, "refused_at": now, "times": 1, "lasts": True}
    # Somebody who records the same case at this moment does it for both.
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(refusals).values(case | first | latest).on_conflict_do_nothing())


def lasting(connection: Connection) -> set[Asked]:
    """Every follow-up that was refused when it was last asked for."""
    return set(execute(connection, "SELECT follow_up, stream FROM refusals WHERE lasts").fetchall())


def overcome(connection: Connection, cases: Collection[Asked], *, actor: str, because: str) -> None:
    """End the cases that last of these follow-ups; those on the list leave it."""
    settled = {"settled_at": clock.moment(clock.now()), "settled_by": actor, "settled_because": because}
    for asked in cases:
        lasts = _lasts(asked)
        connection.execute(
            update(refusals).where(*lasts, refusals.c.settled_at.is_(None)).values(settled)
        )  # fmt: skip
        connection.execute(update(refusals).where(*lasts).values(lasts=False))


def unsettled(connection: Connection) -> list[dict[str, Any]]:
    """Refusals that wait for the office, oldest first, each with the `refusal_id` that names it."""
    query = select(refusals).where(refusals.c.settled_at.is_(None)).order_by(refusals.c.refused_at)
    return [dict(row) for row in connection.execute(query).mappings()]


def waiting(connection: Connection, refusal_id: str) -> dict[str, Any]:
    """One refusal that waits; raises RefusalUnknown."""
    query = select(refusals).where(refusals.c.refusal_id == refusal_id, refusals.c.settled_at.is_(None))
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        message = "There is no such refusal waiting."
        raise RefusalUnknown(message, refusal_id=refusal_id)
    return dict(row)


def settle(connection: Connection, refusal_id: str, *, actor: str, because: str) -> dict[str, Any]:
    """Take a refusal off the list with the reason, and return it; raises RefusalUnknown.

    Of two who settle the same one, the second is told that it waits no longer.
    """
    row = waiting(connection, refusal_id)
    settled = {"settled_at": clock.moment(clock.now()), "settled_by": actor, "settled_because": because}
    still = (refusals.c.refusal_id == refusal_id, refusals.c.settled_at.is_(None))
    if connection.execute(update(refusals).where(*still).values(settled)).rowcount == 0:
        message = "Somebody settled it meanwhile."
        raise RefusalUnknown(message, refusal_id=refusal_id)
    return row | settled


def _lasts(asked: Asked) -> Any:
    follow_up, stream = asked
    return (refusals.c.follow_up == follow_up, refusals.c.stream == stream, refusals.c.lasts)
