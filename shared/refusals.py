"""Follow-ups that a rule refused: never lost, on the office's list until somebody settles them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from shared import clock
from shared.errors import NotFound, RequestError
from shared.tables import refusals


def record(
    connection: Connection, *, cause: str, policy: str, stream: str, key: str, refusal: RequestError
) -> None:
    """Note that what `policy` asked of `stream` because of `cause` was refused; once per such case."""
    known = select(refusals.c.code).where(
        refusals.c.cause == cause, refusals.c.policy == policy, refusals.c.stream == stream
    )
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
    """Refusals that wait for the office, oldest first."""
    query = select(refusals).where(refusals.c.settled_at.is_(None)).order_by(refusals.c.refused_at)
    return [dict(row) for row in connection.execute(query).mappings()]


def settle(connection: Connection, cause: str, policy: str, stream: str, because: str) -> None:
    """Take a refusal off the list with the reason; raises NotFound where nothing waits."""
    settled = connection.execute(
        update(refusals)
        .where(
            refusals.c.cause == cause,
            refusals.c.policy == policy,
            refusals.c.stream == stream,
            refusals.c.settled_at.is_(None),
        )
        .values(settled_at=clock.moment(clock.now()), settled_because=because)
    )
    if settled.rowcount == 0:
        message = "There is no such refusal waiting."
        raise NotFound(message, cause=cause, policy=policy, stream=stream)
