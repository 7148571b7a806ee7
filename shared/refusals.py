"""Follow-ups that a rule refused: never lost, on the office's list until somebody settles them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from shared import clock, ids
from shared.errors import NotFound, RequestError
from shared.tables import refusals


class RefusalUnknown(NotFound):
    """There is no such refused follow-up, or it does not wait any more."""

    code = "refusal-unknown"
    nb = "Denne oppfølgingen venter ikke lenger."


def record(
    connection: Connection, *, cause: str, policy: str, stream: str, key: str, refusal: RequestError
) -> None:
    """Note that what `policy` asked of `stream` because of `cause` was refused; once per such case."""
    known = select(refusals.c.code).where(*_same(cause, policy, stream))
    if connection.execute(known).first() is None:
        connection.execute(
            insert(refusals).values(
                cause=cause,
                policy=policy,
                stream=stream,
                code=refusal.code,
                message=refusal.message,
                nb=refusal.nb,
                key=key,
                refused_at=clock.moment(clock.now()),
            )
        )


def is_known(connection: Connection, cause: str) -> bool:
    """Whether something was refused for this cause already."""
    return connection.execute(select(refusals.c.code).where(refusals.c.cause == cause)).first() is not None


def unsettled(connection: Connection) -> list[dict[str, Any]]:
    """Refusals that wait for the office, oldest first, each with the `refusal_id` that names it."""
    query = select(refusals).where(refusals.c.settled_at.is_(None)).order_by(refusals.c.refused_at)
    return [_named(dict(row)) for row in connection.execute(query).mappings()]


def waiting(connection: Connection, refusal_id: str) -> dict[str, Any]:
    """One refusal that waits; raises RefusalUnknown."""
    for row in unsettled(connection):
        if row["refusal_id"] == refusal_id:
            return row
    message = "There is no such refusal waiting."
    raise RefusalUnknown(message, refusal_id=refusal_id)


def settle(connection: Connection, refusal_id: str, *, actor: str, because: str) -> dict[str, Any]:
    """Take a refusal off the list with the reason, and return it; raises RefusalUnknown.

    Of two who settle the same one, the second is told that it waits no longer.
    """
    row = waiting(connection, refusal_id)
    settled = {"settled_at": clock.moment(clock.now()), "settled_by": actor, "settled_because": because}
    still = (*_same(row["cause"], row["policy"], row["stream"]), refusals.c.settled_at.is_(None))
    if connection.execute(update(refusals).where(*still).values(settled)).rowcount == 0:
        message = "Somebody settled it meanwhile."
        raise RefusalUnknown(message, refusal_id=refusal_id)
    return row | settled


def overcome(connection: Connection, *, cause: str, policy: str, stream: str) -> None:
    """Take off the list what has gone through at a later attempt; nothing where nothing waits."""
    connection.execute(
        update(refusals)
        .where(*_same(cause, policy, stream), refusals.c.settled_at.is_(None))
        .values(
            settled_at=clock.moment(clock.now()),
            settled_by=f"system/{policy}",
            settled_because="went through at a later attempt",
        )
    )


def _same(cause: str, policy: str, stream: str) -> tuple[ColumnElement[bool], ...]:
    return (refusals.c.cause == cause, refusals.c.policy == policy, refusals.c.stream == stream)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"refusal_id": ids.derived_id(row["cause"], row["policy"], row["stream"])}
