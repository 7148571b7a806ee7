"""Whether a service's own tables are whole: versions, numbers, and nothing left between them.

The database's keys and triggers should make every finding here impossible. Whoever looks from
outside does not trust them: a dump may have been loaded without them, or a row taken out by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, distinct, func, or_, select

from shared import notes
from shared.eventstore import Store
from shared.findings import FROM_LOG, Finding
from shared.tables import events, publications, publisher, unnumbered


def table_findings(store: Store) -> list[Finding]:
    """Everything that is wrong in the tables at one moment; writers go on meanwhile."""
    with store.reading() as connection:
        if store.database.dialect == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        found = [
            *_versions(connection),
            *_order(connection),
            *_numbers(connection),
            *_left_between(connection),
        ]
    return [
        Finding(service=store.service, code=code, what=what, remedy=remedy.format(service=store.service))
        for code, what, remedy in found
    ]


_Found = Iterator[tuple[str, str, str]]


def _versions(connection: Connection) -> _Found:
    """Versions of a stream go from 1 to as many as it has events."""
    count, first, last = (
        func.count(distinct(events.c.version)),
        func.min(events.c.version),
        func.max(events.c.version),
    )
    query = (
        select(events.c.stream, count, first, last, func.count())
        .group_by(events.c.stream)
        .having(or_(first != 1, last != count, func.count() != count))
        .order_by(events.c.stream)
    )
    for stream, versions, lowest, highest, rows in connection.execute(query):
        what = f"{stream} has {rows} events with {versions} versions from {lowest} to {highest}"
        yield "versions-not-contiguous", what, FROM_LOG


def _order(connection: Connection) -> _Found:
    """Of one stream, a later version has a later number."""
    numbered = (
        select(
            events.c.stream,
            events.c.version,
            publications.c.sequence,
            func.lag(publications.c.sequence)
            .over(partition_by=events.c.stream, order_by=events.c.version)
            .label("before"),
            func.lag(events.c.version)
            .over(partition_by=events.c.stream, order_by=events.c.version)
            .label("earlier"),
        )
        .select_from(events.outerjoin(publications, publications.c.position == events.c.position))
        .subquery()
    )
    query = select(numbered.c.stream, numbered.c.version, numbered.c.sequence, numbered.c.before).where(
        numbered.c.earlier.is_not(None),
        numbered.c.sequence.is_not(None),
        or_(numbered.c.before.is_(None), numbered.c.before > numbered.c.sequence),
    )
    for stream, version, sequence, former in connection.execute(query):
        what = (
            f"version {version} of {stream} has number {sequence}, the version before it {former or 'none'}"
        )
        yield "numbered-out-of-order", what, FROM_LOG


def _numbers(connection: Connection) -> _Found:
    """Numbers go from 1 without gaps, but for those that an operator has given up, and all name an event."""
    before = func.lag(publications.c.sequence, 1, 0).over(order_by=publications.c.sequence)
    numbers = select(publications.c.sequence, before.label("before")).subquery()
    gaps = connection.execute(select(numbers).where(numbers.c.sequence != numbers.c.before + 1))
    given_up = notes.noted(connection, "missing")
    for number, former in gaps:
        lacking = [n for n in range(former + 1, number) if n not in given_up]
        if lacking:
            what = f"{len(lacking)} numbers from {lacking[0]} to {lacking[-1]} were given to no event"
            yield "numbers-missing", what, FROM_LOG
    query = (
        select(publications.c.sequence)
        .outerjoin(events, events.c.position == publications.c.position)
        .where(events.c.position.is_(None))
    )
    for number in connection.execute(query).scalars():
        yield "event-missing", f"number {number} was given to an event that is no longer there", FROM_LOG
    sent: int = connection.execute(select(publisher.c.sent)).scalar_one()
    last: Any = connection.execute(select(func.coalesce(func.max(publications.c.sequence), 0))).scalar_one()
    if sent > last:
        what = f"{sent} numbers were acknowledged and only {last} are given"
        yield "numbers-missing", what, FROM_LOG


def _left_between(connection: Connection) -> _Found:
    """Every event has a number or waits for one, and none both."""
    every = events.outerjoin(publications, publications.c.position == events.c.position).outerjoin(
        unnumbered, unnumbered.c.position == events.c.position
    )
    columns = select(events.c.event_id, events.c.position).select_from(every).order_by(events.c.position)
    neither = columns.where(publications.c.position.is_(None), unnumbered.c.position.is_(None))
    for event_id, position in connection.execute(neither):
        remedy = f"`INSERT INTO unnumbered (position) VALUES ({position})` hands it to the publisher"
        yield "never-numbered", f"event {event_id} has no number and does not wait for one", remedy
    both = columns.where(publications.c.position.is_not(None), unnumbered.c.position.is_not(None))
    for event_id, position in connection.execute(both):
        remedy = f"`DELETE FROM unnumbered WHERE position = {position}` lets the publisher go on"
        yield "numbered-twice", f"event {event_id} has a number and waits for another one", remedy
