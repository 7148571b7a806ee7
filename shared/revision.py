"""What names the state of a service's own events and of the tables that show them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from shared.database import Database, placeholders

Answer = TypeVar("Answer")

Revision = frozenset[tuple[str, str]]
"""Equal only where exactly the same events are committed and the same builds show them."""

MOST_UNNUMBERED = 64
"""While the publisher is further behind than this, the state is not named."""

_PRESENT = f"""
SELECT 'numbered', event_id FROM events
WHERE position = (SELECT position FROM publications ORDER BY sequence DESC LIMIT 1)
UNION ALL
SELECT 'waiting', event_id FROM events
WHERE position IN (SELECT position FROM unnumbered ORDER BY position LIMIT {MOST_UNNUMBERED + 1})
UNION ALL
SELECT model, live_at FROM builds WHERE state = 'live'
"""


def present(database: Database) -> Revision | None:
    """The state at this moment, None where too many events wait for a number.

    An event has either a number or waits for one, and numbers have no gaps: the last numbered
    event and those that wait name the whole set, also where a transaction that began early
    commits late. Events are named by id, for a restored database gives positions away again,
    builds by when they were shown, for readers may be led back to one. One statement, so that all
    of it is seen at one moment.
    """
    with database.one_statement() as cursor:
        cursor.execute(placeholders(_PRESENT, database.dialect))
        found = cursor.fetchall()
    waiting = sum(kind == "waiting" for kind, _ in found)
    return None if waiting > MOST_UNNUMBERED else frozenset(found)


class Together(Generic[Answer]):
    """A question that many ask at the same time, put once for all who came before it was put.

    Who comes later waits for the next one: the answer may be older than their coming otherwise.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        """`ask` puts the question; one at a time."""
        self._ask = ask
        self._asking = threading.Lock()
        self._joining = threading.Lock()
        self._next: Future[Answer] | None = None

    def __call__(self) -> Answer:
        """The answer, or what was raised in its place."""
        with self._joining:
            answer, first = self._next, self._next is None
            if answer is None:
                answer = self._next = Future()
        if first:
            self._put(answer)
        return answer.result()

    def _put(self, answer: Future[Answer]) -> None:
        try:
            with self._asking:
                self._close(answer)
                answer.set_result(self._ask())
        except BaseException as error:
            self._close(answer)
            answer.set_exception(error)
            raise

    def _close(self, answer: Future[Answer]) -> None:
        with self._joining:
            if self._next is answer:
                self._next = None
