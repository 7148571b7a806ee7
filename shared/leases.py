"""Share the partitions of a consumer among its workers; who stops or dies hands them over at once.

Leases only save double work: that an effect happens once is guarded by the positions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared import clock
from shared.log import PARTITIONS
from shared.presence import Presence
from shared.tables import heartbeats, leases

DURATION = timedelta(seconds=15)
"""How long a worker that lives and does not renew keeps its partitions: three renewals, so that neither
a slow transaction nor a pause of the machine moves them. Whoever is known to be gone keeps nothing."""

RENEWAL = 5.0
"""Seconds between renewals."""

PART = "consumers"

_AHEAD = 2 * DURATION
"""Whoever writes a later moment than this has a wrong clock: it must not keep others away until then."""


def claim(connection: Connection, consumer: str, presence: Presence) -> frozenset[int]:
    """Renew the leases of who is `presence`, give up what is more than its share, take what is free of it."""
    now, owner = clock.real_now(), presence.name
    workers = _workers(connection, consumer)
    gone = presence.gone(connection, workers | set(_holders(connection, consumer).values()))
    over = or_(leases.c.until < clock.moment(now), leases.c.until > clock.moment(now + _AHEAD))
    free = or_(over, leases.c.owner.in_(gone))
    connection.execute(delete(leases).where(leases.c.consumer == consumer, free))
    held = _holders(connection, consumer)
    workers = (workers - gone) | {owner} | set(held.values())
    share = math.ceil(PARTITIONS / len(workers))
    mine = sorted(partition for partition, holder in held.items() if holder == owner)
    if mine[share:]:
        release(connection, consumer, owner, mine[share:])
    until = clock.moment(now + DURATION)
    connection.execute(
        update(leases).where(leases.c.consumer == consumer, leases.c.owner == owner).values(until=until)
    )
    unheld = [partition for partition in range(PARTITIONS) if partition not in held]
    _take(connection, consumer, unheld[: max(0, share - len(mine))], owner, until)
    query = select(leases.c.partition).where(leases.c.consumer == consumer, leases.c.owner == owner)
    return frozenset(connection.execute(query).scalars())


def are_free(connection: Connection, consumer: str, presence: Presence) -> bool:
    """Whether partitions wait for somebody; cheap enough to ask between two renewals."""
    held = _holders(connection, consumer)
    return len(held) < PARTITIONS or bool(presence.gone(connection, set(held.values())))


def release(connection: Connection, consumer: str, owner: str, partitions: list[int] | None = None) -> None:
    """Give up some of the leases, or all of them."""
    query = delete(leases).where(leases.c.consumer == consumer, leases.c.owner == owner)
    if partitions is not None:
        query = query.where(leases.c.partition.in_(partitions))
    connection.execute(query)


def presence(consumer: str, owner: str) -> str:
    """How a worker of `consumer` names itself in the heartbeats."""
    return f"{owner} {consumer}"


def _holders(connection: Connection, consumer: str) -> dict[int, str]:
    rows = connection.execute(select(leases.c.partition, leases.c.owner).where(leases.c.consumer == consumer))
    return {row.partition: row.owner for row in rows}


def _workers(connection: Connection, consumer: str) -> set[str]:
    now = clock.real_now()
    fresh = heartbeats.c.beat_at.between(clock.moment(now - DURATION), clock.moment(now + _AHEAD))
    query = select(heartbeats.c.owner).where(heartbeats.c.part == PART, fresh)
    named = (owner.split(" ", 1) for owner in connection.execute(query).scalars())
    return {names[0] for names in named if names[-1] == consumer}


def _take(connection: Connection, consumer: str, partitions: Sequence[int], owner: str, until: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = [
        {"consumer": consumer, "partition": partition, "owner": owner, "until": until}
        for partition in partitions
    ]
    if rows:
        connection.execute(dialect.insert(leases).on_conflict_do_nothing(), rows)
