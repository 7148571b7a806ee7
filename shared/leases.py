"""Share the partitions of a consumer among its workers; who stops or dies hands them over.

Leases only save double work: that an effect happens once is guarded by the positions.
"""

from __future__ import annotations

import math
from datetime import timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared import clock
from shared.log import PARTITIONS
from shared.tables import heartbeats, leases

DURATION = timedelta(seconds=15)
RENEWAL = 5.0
"""Seconds between renewals; a dead worker's partitions are free after `DURATION`."""

PART = "consumers"

_AHEAD = 2 * DURATION
"""Whoever writes a later moment than this has a wrong clock: it must not keep others away until then."""


def claim(connection: Connection, consumer: str, owner: str) -> frozenset[int]:
    """Renew `owner`'s leases, give up what is more than its share, take what is free of it."""
    now = clock.real_now()
    over = (leases.c.until < clock.moment(now)) | (leases.c.until > clock.moment(now + _AHEAD))
    connection.execute(delete(leases).where(leases.c.consumer == consumer, over))
    rows = connection.execute(select(leases.c.partition, leases.c.owner).where(leases.c.consumer == consumer))
    held: dict[int, str] = {row.partition: row.owner for row in rows}
    workers = _workers(connection, consumer) | {owner} | set(held.values())
    share = math.ceil(PARTITIONS / len(workers))
    mine = sorted(partition for partition, holder in held.items() if holder == owner)
    if mine[share:]:
        release(connection, consumer, owner, mine[share:])
    until = clock.moment(now + DURATION)
    connection.execute(
        update(leases).where(leases.c.consumer == consumer, leases.c.owner == owner).values(until=until)
    )
    for partition in [p for p in range(PARTITIONS) if p not in held][: max(0, share - len(mine))]:
        _take(connection, consumer, partition, owner, until)
    query = select(leases.c.partition).where(leases.c.consumer == consumer, leases.c.owner == owner)
    return frozenset(connection.execute(query).scalars())


def release(connection: Connection, consumer: str, owner: str, partitions: list[int] | None = None) -> None:
    """Give up some of the leases, or all of them."""
    query = delete(leases).where(leases.c.consumer == consumer, leases.c.owner == owner)
    if partitions is not None:
        query = query.where(leases.c.partition.in_(partitions))
    connection.execute(query)


def presence(consumer: str, owner: str) -> str:
    """How a worker of `consumer` names itself in the heartbeats."""
    return f"{owner} {consumer}"


def _workers(connection: Connection, consumer: str) -> set[str]:
    now = clock.real_now()
    fresh = heartbeats.c.beat_at.between(clock.moment(now - DURATION), clock.moment(now + _AHEAD))
    query = select(heartbeats.c.owner).where(heartbeats.c.part == PART, fresh)
    named = (owner.split(" ", 1) for owner in connection.execute(query).scalars())
    return {names[0] for names in named if names[-1] == consumer}


def _take(connection: Connection, consumer: str, partition: int, owner: str, until: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {"consumer": consumer, "partition": partition, "owner": owner, "until": until}
    connection.execute(dialect.insert(leases).values(row).on_conflict_do_nothing())
