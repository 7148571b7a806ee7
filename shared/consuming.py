"""A consumer at work: read the partitions it holds and take in what is there."""

from __future__ import annotations

import contextlib
import logging
import time
from contextlib import closing

from shared import leases, positions
from shared.consumers import Consumer
from shared.crashing import crashpoint
from shared.database import AWAY
from shared.eventstore import Store
from shared.intake import PASSING, Intake
from shared.log import PARTITIONS, Log, LogUnavailableError, Place, Reader
from shared.positions import Position
from shared.presence import Presence
from shared.stopping import Stop
from shared.vouching import Vouched

BATCH = 1_000
_WAIT = 1.0
_LOOK = 1.0
"""Seconds between two looks at whether another worker has left its partitions."""

_BACK_OFF = (0.05, 0.2, 1.0, 5.0)

logger = logging.getLogger(__name__)


class PositionBeyondEndError(Exception):
    """The stored position lies behind the end of the topic: records were lost, or it is another one."""


class ConsumerLoop:
    """One consumer of one service in one worker."""

    def __init__(
        self, store: Store, log: Log, consumer: Consumer, presence: Presence, vouched: Vouched
    ) -> None:
        """`presence` says which worker this is, and that it lives; `vouched`, whether anything may be recorded."""
        self._store = store
        self._log = log
        self._consumer = consumer
        self._presence = presence
        self._vouched = vouched
        self._intake = Intake(store, consumer)
        self._held: dict[Place, Position] = {}
        self._renew_at = self._look_at = 0.0
        self._faults = 0

    def run(self, stop: Stop) -> None:
        """Take in records until `stop`; a passing fault is waited out, others are raised."""
        with closing(self._log.reader()) as reader, stop.waking(reader.wake):
            try:
                while not stop.is_set():
                    self._renew(reader)
                    self._take_some(reader, stop)
            finally:
                with self._store.database.writing() as connection:
                    leases.release(connection, self._consumer.name, self._presence.name)

    def _renew(self, reader: Reader) -> None:
        if time.monotonic() < self._renew_at and not self._may_take_over():
            return
        with self._store.database.writing() as connection:
            held = leases.claim(connection, self._consumer.name, self._presence)
        crashpoint("consumer.claimed")
        self._renew_at = time.monotonic() + leases.RENEWAL
        if held != {partition for _, partition in self._held} or self._is_another():
            self._assign(reader, held)

    def _is_another(self) -> bool:
        """Whether the topic was made anew since it was assigned; a log that is away is not waited for."""
        if not self._held or self._log.trouble():
            return False
        with contextlib.suppress(LogUnavailableError):
            identity = self._log.identity(self._consumer.topic)
            return any(position.topic_id != identity for position in self._held.values())
        return False

    def _may_take_over(self) -> bool:
        """Whether another worker has left, which shall not wait for the next renewal."""
        if len(self._held) == PARTITIONS or time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + _LOOK
        with self._store.reading() as connection:
            return leases.are_free(connection, self._consumer.name, self._presence)

    def _assign(self, reader: Reader, partitions: frozenset[int]) -> None:
        topic = self._consumer.topic
        identity = self._log.identity(topic)
        with self._store.database.writing() as connection:
            positions.begin(
                connection,
                consumer=self._consumer.name,
                service=self._consumer.service,
                topic=topic,
                topic_id=identity,
            )
            stored = positions.positions_of(connection, self._consumer.name)
            held = {place: stored[place] for place in stored if place[1] in partitions}
            for place, position in held.items():
                if position.topic_id != identity:
                    # Another incarnation of the topic: read from its beginning, what was seen is skipped by version.
                    held[place] = Position(identity, 0, position.sequence)
                    positions.move(connection, self._consumer.name, {place: (position, held[place])})
        for place, end in reader.ends(list(held)).items():
            if held[place].next_offset > end:
                message = (
                    f"{self._consumer.name} is at {held[place].next_offset} of {place}, which ends at {end}."
                )
                raise PositionBeyondEndError(message)
        self._held = held
        reader.assign({place: position.next_offset for place, position in held.items()})

    def _take_some(self, reader: Reader, stop: Stop) -> None:
        records = [r for r in reader.poll(BATCH, _WAIT) if (r.topic, r.partition) in self._held]
        if not records:
            return
        crashpoint("consumer.polled")
        try:
            self._held.update(self._intake.take(records, self._held))
            crashpoint("consumer.taken")
            self._faults = 0
        except PASSING as fault:
            if self._faults >= len(_BACK_OFF):
                raise
            logger.info("%s takes again after %s", self._consumer.name, type(fault).__name__)
            if isinstance(fault, AWAY):
                self._vouched.doubt()
            stop.wait(_BACK_OFF[self._faults])
            self._faults += 1
            if not self._vouched.wait(stop):
                return
            self._assign(reader, frozenset(partition for _, partition in self._held))
