"""The processes behind a service: publisher, consumers and schedule, each in a thread."""

from __future__ import annotations

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from shared import clock, housekeeping, ids, leases, rebuilding
from shared.consumers import Consumer
from shared.consuming import ConsumerLoop
from shared.database import AWAY
from shared.eventstore import Store
from shared.log import Log
from shared.presence import Presence
from shared.publishing import Publisher
from shared.reactions import Rule
from shared.scheduling import Schedule
from shared.stopping import Stop
from shared.tables import heartbeats
from shared.vouching import Vouched

_BEAT = 5.0
_SILENT = 6 * _BEAT
_PAUSES = (0.2, 1.0, 2.0, 5.0)
_PATIENCE = 3.0
"""Seconds after which a part that is to end is no longer waited for, unless it is within a transaction."""

logger = logging.getLogger(__name__)

Part = tuple[str, str]
"""What a thread is for (as health shows it), and its name."""


class Worker:
    """Everything of one service that runs beside its web processes.

    A part that fails says why in its heartbeat, waits, and begins again; the others go on.
    """

    def __init__(
        self,
        store: Store,
        make_log: Callable[[], Log],
        make_publisher: Callable[[Store, Log], Publisher],
        consumers: Sequence[Consumer],
        rules: Sequence[Rule],
    ) -> None:
        """`make_log` gives each thread a log of its own; `make_publisher` is the service's door."""
        self._store = store
        self._make_log = make_log
        self.name = f"{socket.gethostname()}-{os.getpid()}-{ids.new_id()[-6:]}"
        self._make_publisher = make_publisher
        self._consumers = consumers
        self._topics = [consumer.topic for consumer in consumers]
        self._presence = Presence(store.database, self.name)
        self._stop = Stop()
        self._vouched = Vouched()
        self._trouble: dict[Part, str | None] = {}
        self._parts: dict[Part, Callable[[], None]] = {("publisher", self.name): self._publish}
        self._parts["schedule", self.name] = lambda: self._schedule(rules)
        for consumer in consumers:
            part = (leases.PART, leases.presence(consumer.name, self.name))
            self._parts[part] = lambda consumer=consumer: self._consume(consumer)  # type: ignore[misc]
        self._began: dict[Part, float] = {}
        self._beaten = -math.inf
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every part in a thread of its own; WrongDatabase when the settings name another service's."""
        self._store.check_owner()
        self._trouble = dict.fromkeys(self._parts) | {
            ("log", self.name): None,
            (leases.PART, self.name): None,
        }
        self._presence.keep()
        self._beat()
        for part, run in self._parts.items():
            self._threads.append(threading.Thread(target=self._keep, args=(part, run), name=" ".join(part)))
        self._threads.append(threading.Thread(target=self._keep_beating, name="heartbeat"))
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 20.0) -> bool:
        """Let every part finish its transaction and end; False if one did not in time."""
        self.ask_to_end()
        return self.wait_until_ended(time.monotonic() + seconds)

    def ask_to_end(self) -> None:
        """Wake every part and tell it to end."""
        self._stop.set()

    def wait_until_ended(self, deadline: float) -> bool:
        """Wait for every part until `deadline` (`time.monotonic`), then hand over what this worker held.

        A part that only waits for the log, which may be away, is left to the end of the process: it
        holds nothing that could be lost. False if one was within a transaction until the deadline.
        """
        enough = time.monotonic() + _PATIENCE
        while (running := [t for t in self._threads if t.is_alive()]) and time.monotonic() < deadline:
            running[0].join(0.05)
            if time.monotonic() > enough and not self._store.database.is_at_work:
                break
        ended = not (running and self._store.database.is_at_work)
        farewell = threading.Thread(target=self._forget, name="farewell", daemon=True)
        farewell.start()
        farewell.join(max(1.0, deadline - time.monotonic()))
        return ended

    @property
    def alive(self) -> bool:
        """Whether the heartbeat has reached the database lately."""
        return time.monotonic() - self._beaten < _SILENT

    def _publish(self) -> None:
        with closing(self._make_log()) as log:
            publisher = self._make_publisher(self._store, log)
            log.check_topics([publisher.topic, *self._topics])
            publisher.run(self._stop, self._vouched)

    def _consume(self, consumer: Consumer) -> None:
        if not self._vouched.wait(self._stop):  # what were recorded in a fork could not be published
            return
        with closing(self._make_log()) as log:
            ConsumerLoop(self._store, log, consumer, self._presence, self._vouched).run(self._stop)

    def _schedule(self, rules: Sequence[Rule]) -> None:
        if self._vouched.wait(self._stop):
            Schedule(self._store, rules).run(self._stop)

    def _keep(self, part: Part, run: Callable[[], None]) -> None:
        turn = 0
        while not self._stop.is_set():
            self._began[part] = time.monotonic()
            try:
                run()
            except Exception as error:  # noqa: BLE001  # said in health and log; the part begins again
                self._trouble[part] = f"{type(error).__name__}: {error}"
                if isinstance(error, AWAY):
                    self._vouched.doubt()
                logger.warning("%s of %s failed: %s", " ".join(part), self._store.service, error)
            turn = 0 if self._recovered(part) else turn + 1
            self._began[part] = math.inf
            self._stop.wait(_PAUSES[min(turn, len(_PAUSES) - 1)])

    def _recovered(self, part: Part) -> bool:
        """Whether the part has run long enough to say that all is well with it."""
        return time.monotonic() - self._began.get(part, math.inf) > _PAUSES[-1]

    def _keep_beating(self) -> None:
        with closing(self._make_log()) as log:
            self._beat_until_stopped(log)

    def _beat_until_stopped(self, log: Log) -> None:
        tidied = -math.inf
        while not self._stop.wait(_BEAT):
            try:
                self._trouble["log", self.name] = log.trouble()
                self._trouble |= {part: None for part in self._parts if self._recovered(part)}
                self._presence.keep()
                self._beat()
                if time.monotonic() - tidied > housekeeping.INTERVAL:
                    housekeeping.tidy(self._store.database)
                    rebuilding.tidy(self._store, log, self._consumers)
                    tidied = time.monotonic()
            except Exception as error:  # noqa: BLE001  # nobody else says that the worker lives: a full disk must not end it
                logger.warning("heartbeat of %s failed: %s", self._store.service, error)

    def _beat(self) -> None:
        dialect = sqlite if self._store.database.dialect == "sqlite" else postgresql
        now = clock.moment(clock.real_now())
        with self._store.database.writing() as connection:
            for (part, owner), trouble in list(self._trouble.items()):
                row = {"part": part, "owner": owner, "beat_at": now, "trouble": trouble}
                statement = dialect.insert(heartbeats).values(row)
                kept = {"beat_at": now, "trouble": trouble}
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["part", "owner"], set_=kept)
                )
        self._beaten = time.monotonic()

    def _forget(self) -> None:
        owners = [owner for _, owner in self._trouble]
        try:
            with self._store.database.writing() as connection:
                for consumer in self._consumers:
                    leases.release(connection, consumer.name, self.name)
                connection.execute(delete(heartbeats).where(heartbeats.c.owner.in_(owners)))
        except SQLAlchemyError as error:
            logger.warning("%s is not there to be told that this worker ends: %s", self._store.service, error)
        self._presence.leave()
