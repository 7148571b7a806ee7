"""Pages of the feed: forwards for those who follow it, backwards for those who look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from services.notifications.feed.domain import (
    KNOWN_TYPES,
    SEEN_OF_OTHERS,
    CursorGone,
    CursorUnknown,
    FeedQuestion,
    check_types,
    matches,
)
from services.notifications.feed.tables import feed, feed_head
from shared import clock


@dataclass(frozen=True, kw_only=True)
class Page:
    """Documents of a page, and the event after which the next one begins (None: still no event at all)."""

    documents: list[str]
    cursor: str | None


def page(connection: Connection, question: FeedQuestion, municipality_id: str | None) -> Page:
    """One page of what a reader bound to `municipality_id` (None: not bound) may see.

    Raises CursorUnknown, CursorGone, and BadFeedQuestion for types that nobody knows.
    """
    # The head is read first: what is committed meanwhile comes on the next page, in its place.
    head = connection.execute(select(feed_head.c.position)).scalar_one()
    wanted = _wanted(connection, question.types)
    ascending = question.order == "asc"
    query = select(feed.c.event_id, feed.c.document).where(
        feed.c.document.is_not(None), feed.c.position <= head, visible_to(municipality_id), wanted
    )
    if question.subject is not None:
        query = query.where(feed.c.subject == question.subject)
    if question.after is not None:
        position = _position(connection, question.after)
        query = query.where(feed.c.position > position if ascending else feed.c.position < position)
    if question.since is not None:
        query = query.where(feed.c.position >= _first_since(connection, question.since, head))
    order = feed.c.position.asc() if ascending else feed.c.position.desc()
    rows = list(connection.execute(query.order_by(order).limit(question.limit)))
    documents = [row.document for row in rows]
    if len(rows) == question.limit:
        return Page(documents=documents, cursor=rows[-1].event_id)
    # Everything up to the end has been looked at, so the next question need not look again.
    end = head if ascending else select(func.min(feed.c.position)).scalar_subquery()
    cursor = connection.execute(select(feed.c.event_id).where(feed.c.position == end)).scalar_one_or_none()
    return Page(documents=documents, cursor=cursor)


def visible_to(municipality_id: str | None) -> ColumnElement[bool]:
    """Which rows somebody bound to that municipality may see; None sees all (decision 16)."""
    if municipality_id is None:
        return feed.c.position > 0
    own = feed.c.subject == f"municipality/{municipality_id}"
    return or_(own, feed.c.type.in_(sorted(SEEN_OF_OTHERS)))


def after_number(connection: Connection, service: str, number: int, limit: int) -> Sequence[Any]:
    """What the feed holds of a service after that number of its publisher, in the order of numbers."""
    query = (
        select(feed.c.sequence, feed.c.event_id, feed.c.recorded_at, feed.c.document)
        .where(feed.c.service == service, feed.c.sequence > number)
        .order_by(feed.c.sequence, feed.c.position)
        .limit(limit)
    )
    return connection.execute(query).all()


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """What a person looks for in the log; days are Norwegian days, `last_day` included."""

    type: str | None = None
    municipality_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def log_page(
    connection: Connection, sought: LogFilter, reader: str | None, number: int, size: int = 50
) -> tuple[list[dict[str, Any]], bool]:
    """Page `number` (from 1) of the log, newest first, and whether there is another one after it."""
    conditions = [feed.c.document.is_not(None), visible_to(reader)]
    if sought.type:
        conditions.append(feed.c.type == sought.type)
    if sought.municipality_id:
        conditions.append(feed.c.municipality_id == sought.municipality_id)
    if sought.first_day:
        conditions.append(feed.c.recorded_at >= clock.moment(clock.start_of(sought.first_day)))
    if sought.last_day:
        day_after = sought.last_day + timedelta(days=1)
        conditions.append(feed.c.recorded_at < clock.moment(clock.start_of(day_after)))
    query: Select[Any] = (
        select(feed).where(and_(*conditions)).order_by(feed.c.position.desc())
    ).limit(size + 1).offset((number - 1) * size)  # fmt: skip
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return rows[:size], len(rows) > size


def _wanted(connection: Connection, types: tuple[str, ...]) -> ColumnElement[bool]:
    if not types:
        return feed.c.position > 0
    known = KNOWN_TYPES
    if not all(any(matches(pattern, name) for name in known) for pattern in types):
        # A type of a later contract may have come through before this code knew it.
        known = known | set(connection.execute(select(feed.c.type).distinct()).scalars())
    check_types(types, known)
    meant = sorted(name for name in known if any(matches(pattern, name) for pattern in types))
    return feed.c.type.in_(meant) if meant else false()


def _position(connection: Connection, event_id: str) -> int:
    row = connection.execute(
        select(feed.c.position, feed.c.document.is_(None)).where(feed.c.event_id == event_id)
    ).one_or_none()
    if row is None:
        raise CursorUnknown(f"The feed holds no event {event_id}.", after=event_id)
    position, gone = row
    if gone:
        oldest = (
            select(feed.c.event_id).where(feed.c.document.is_not(None)).order_by(feed.c.position).limit(1)
        )
        raise CursorGone(
            "That event is kept no longer; go on from the oldest one.",
            after=event_id,
            oldest=connection.execute(oldest).scalar_one_or_none(),
        )
    return int(position)


def _first_since(connection: Connection, since: str, head: int) -> int:
    # Recorded moments of different services interleave; from the first one on nothing is left out.
    first = connection.execute(
        select(func.min(feed.c.position)).where(feed.c.recorded_at >= since)
    ).scalar_one()
    return int(first) if first is not None else head + 1
