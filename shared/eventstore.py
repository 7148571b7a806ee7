"""A service's events: decide on a stream, append, and keep the own read models in step."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from shared import halting, owning, reading
from shared.bells import Ear, bell_for
from shared.codec import Codec
from shared.crashing import crashpoint
from shared.database import Database
from shared.decider import Decider, Snapshot
from shared.errors import Conflict
from shared.messages import Context, Event, Recorded
from shared.readmodels import Projection, Row
from shared.revision import Revision, Together, present
from shared.transactions import Ground, Handled, Transaction

__all__ = ["Handled", "Store", "Transaction"]

State = TypeVar("State")
Command = TypeVar("Command")
E = TypeVar("E", bound=Event)
Result = TypeVar("Result")

_ATTEMPTS = 3
_HALT_SEEN = 1.0


class Store:
    """The events of one service, its own read models, and its database."""

    def __init__(
        self,
        *,
        service: str,
        events: Sequence[type[Event]],
        projections: Sequence[Projection],
        database: Database,
        source: str,
    ) -> None:
        """`source` is the absolute URI that published events name (service and network)."""
        self.service = service
        self.events = tuple(events)
        self.projections = tuple(projections)
        self.database = database
        self.source = source
        self.codec = Codec(events)
        self.bell = bell_for(database)
        self.ear = Ear(self.bell)
        self._present = Together(partial(present, database))
        self._owned = False
        self._halt_looked_at = -math.inf
        self._ground = Ground(
            service=service,
            source=source,
            codec=self.codec,
            projections=self.projections,
            database=database,
        )

    @contextmanager
    def transaction(self, context: Context) -> Iterator[Transaction]:
        """One transaction over events, read models and whatever else is written in it."""
        self.check_owner()
        with self.database.writing_at_the_driver() as driver:
            transaction = Transaction(self._ground, driver, context)
            yield transaction
            transaction.finish()
            crashpoint("transaction.before_commit")
        crashpoint("transaction.committed")
        self.bell.ring()

    def handle(
        self,
        decider: Decider[State, Command, E],
        stream: str,
        command: Command,
        context: Context,
        *,
        known: Snapshot[State] | None = None,
        event_id: str | None = None,
    ) -> Handled:
        """Decide on `command` and append, in a transaction of its own; see `retried`."""

        def attempt() -> Handled:
            with self.transaction(context) as transaction:
                return transaction.handle(decider, stream, command, known=known, event_id=event_id)

        return self.retried(attempt) if known is None else attempt()

    def retried(self, attempt: Callable[[], Result]) -> Result:
        """Call `attempt` again when somebody was faster, up to three times in all."""
        for turn in range(_ATTEMPTS):
            try:
                return attempt()
            except Conflict:
                if turn == _ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0.002, 0.02) * (turn + 1))  # noqa: S311  # jitter, not a secret
        raise AssertionError

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for queries."""
        self.check_owner()
        with self.database.reading() as connection:
            yield connection

    def check_owner(self) -> None:
        """Raise WrongDatabase when the database is another service's; asked of the database once."""
        if self._owned:
            return
        with self.database.reading() as connection:
            owning.check(connection, self.service, self.source)
        self._owned = True

    def check_halted(self) -> None:
        """Raise RecordingHalted while database and log disagree; asked of the database once a second."""
        if time.monotonic() - self._halt_looked_at < _HALT_SEEN:
            return
        with self.reading() as connection:
            halting.check(connection)
        self._halt_looked_at = time.monotonic()

    def revision(self) -> Revision | None:
        """What names the present state of events and own read models, None where it has no name."""
        self.check_owner()
        return self._present()

    def wait(self, seconds: float, since: int | None = None) -> bool:
        """Wait until something was committed here, at most `seconds` (see `Ear`)."""
        return self.ear.wait(seconds, since)

    def history(
        self, *, key: str | None = None, stream: str | None = None, until: str | None = None
    ) -> list[Recorded[Any]]:
        """The events of a key or of a stream, in the order of their appending.

        `until` (RFC 3339, inclusive) leaves out what was recorded later.
        """
        return self._history(key=key, stream=stream, until=until)

    def rows_known_at(self, projection: Projection, moment: str, key: str | None = None) -> list[Row]:
        """The rows of an own projection as they stood at `moment` (RFC 3339, inclusive)."""
        types = [event.type_name() for event in projection.on]
        known = self._history(key=key, types=types, until=moment)
        return list(reading.fold_rows(projection, known).values())

    def _history(self, **filters: Any) -> list[Recorded[Any]]:
        self.check_owner()
        with self.database.one_statement() as cursor:
            return reading.history(cursor, self.codec, self.service, self.database.dialect, **filters)

    def has_seen(self, service: str, stream: str, version: int) -> bool:
        """Whether every consumer of `service` here has taken in that version of `stream`."""
        if service == self.service:
            return True
        with self.reading() as connection:
            return reading.has_seen(connection, service, stream, version)

    def parts(self) -> dict[str, str | None]:
        """The parts that this service needs and what is wrong with each (None: nothing)."""
        return reading.parts(self.reading)
