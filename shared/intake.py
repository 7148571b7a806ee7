"""Take records of the log into a service: position, effect and follow-ups in one transaction."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from shared import cloudevents, ids, parking, positions, refusals
from shared.cloudevents import InvalidDocument, UnknownType
from shared.consumers import Consumer, Taken
from shared.crashing import crashpoint
from shared.database import AWAY, execute, is_too_long
from shared.errors import Conflict, Refused, Unavailable
from shared.eventstore import Store, Transaction
from shared.log import LogRecord, Place
from shared.messages import Context, Recorded
from shared.positions import Position, PositionMovedError
from shared.reactions import Policy, Reaction
from shared.rows import fold_into

PASSING = (
    Conflict,
    Unavailable,
    PositionMovedError,
    *AWAY,
)
"""Faults that go away by themselves: nothing is parked for them, the records are taken again."""

_ANSWERED = "SELECT key, sequence FROM answered WHERE consumer = ?"

logger = logging.getLogger(__name__)


class TooManyParkedError(Exception):
    """So many keys are parked that the code must be wrong; the consumer stops until it is mended."""


class Intake:
    """Applies records to one service for one consumer, each exactly once."""

    def __init__(self, store: Store, consumer: Consumer) -> None:
        """Used by one thread at a time."""
        self._store = store
        self.consumer = consumer
        self._classes = {event.type_name(): event for event in consumer.events}

    def take(self, records: Sequence[LogRecord], held: Mapping[Place, Position]) -> dict[Place, Position]:
        """Take `records` in, in their order, and return the positions after them.

        Raises one of `PASSING` when it should be tried again. A record that fails for another
        reason is parked, alone: then the batch is gone through one by one.
        """
        try:
            return self._take_together(records, held)
        except TooManyParkedError:
            raise
        except Exception as error:  # a bug in a fold or policy parks the key, never the partition
            if isinstance(error, PASSING) and not is_too_long(error):
                raise
            if len(records) > 1:
                moved = dict(held)
                for record in records:
                    moved.update(self.take([record], moved))
                return moved
            logger.exception("parking", extra={"consumer": self.consumer.name})
            return self._park_alone(records[0], held, error)

    def _take_together(
        self, records: Sequence[LogRecord], held: Mapping[Place, Position]
    ) -> dict[Place, Position]:
        decoded = [(record, self._decode(record)) for record in records]
        with self._store.transaction(self._context()) as transaction:
            moved = self._move(transaction, decoded, held)
            crashpoint("consumer.position_moved")
            waiting = parking.waiting_keys(transaction.connection, self.consumer.name)
            streams = [event.stream for _, event in decoded if not isinstance(event, InvalidDocument)]
            before = positions.versions_of(transaction.connection, self.consumer.name, streams)
            seen = dict(before)
            accepted: list[Taken] = []
            for record, event in decoded:
                topic_id = moved[record.topic, record.partition].topic_id
                if self._admit(transaction, topic_id, record, event, waiting, seen):
                    assert not isinstance(event, InvalidDocument)  # noqa: S101  # admitted ones are valid
                    accepted.append((event, record.value or b""))
            positions.keep_versions(transaction.connection, self.consumer.name, before, seen)
            if len(waiting) > parking.MAXIMUM_KEYS:
                message = f"{len(waiting)} keys of {self.consumer.name} are parked."
                raise TooManyParkedError(message)
            apply(transaction, self.consumer, accepted)
        return moved

    def _decode(self, record: LogRecord) -> Recorded[Any] | UnknownType | InvalidDocument:
        try:
            event = cloudevents.decode(record.value, self._classes, self.consumer.service)
        except InvalidDocument as invalid:
            return invalid
        if event.key.encode() != record.key:
            return InvalidDocument("key-differs", "The record's key is not the document's partitionkey.")
        return event

    def _move(
        self,
        transaction: Transaction,
        decoded: Sequence[tuple[LogRecord, Recorded[Any] | UnknownType | InvalidDocument]],
        held: Mapping[Place, Position],
    ) -> dict[Place, Position]:
        moved: dict[Place, Position] = dict(held)
        for record, event in decoded:
            place = (record.topic, record.partition)
            sequence = 0 if isinstance(event, InvalidDocument) else event.sequence or 0
            last = moved[place]
            moved[place] = Position(last.topic_id, record.offset + 1, max(last.sequence, sequence))
        places = {(record.topic, record.partition) for record, _ in decoded}
        changes = {place: (held[place], moved[place]) for place in places}
        positions.move(transaction.connection, self.consumer.name, changes)
        return moved

    def _admit(  # the whole story of one record is told in one place
        self,
        transaction: Transaction,
        topic_id: str,
        record: LogRecord,
        event: Recorded[Any] | UnknownType | InvalidDocument,
        waiting: set[str],
        seen: dict[str, int],
    ) -> bool:
        """Whether the event is new and in order; what is neither is skipped or parked.

        A repeat is known by its stream's version, never by its number: one forged number would
        make every later event of the partition look like a repeat, and be lost without a word.
        """
        key = parking.key_of(record)
        reason: tuple[str, str] | None = None
        event_id: str | None = None
        if isinstance(event, InvalidDocument):
            reason = (event.code, str(event))
        else:
            event_id = event.event_id
            if event.version <= seen.get(event.stream, 0):
                return False  # a repeat, or the same log under another identity
            if event.version > seen.get(event.stream, 0) + 1:
                reason = ("hole", f"Version {seen.get(event.stream, 0) + 1} of {event.stream} is missing.")
        if key in waiting or reason is not None:
            code, detail = reason or ("follows", "An earlier record of this key waits.")
            state = "blocked" if key in waiting else "parked"
            parking.park(
                transaction.connection,
                self.consumer.name,
                record,
                topic_id=topic_id,
                reason=code,
                detail=detail,
                event_id=event_id,
                state=state,
            )
            crashpoint("consumer.parked")
            waiting.add(key)
            return False
        assert not isinstance(event, InvalidDocument)  # noqa: S101  # those have a reason
        seen[event.stream] = event.version
        return True

    def _park_alone(
        self, record: LogRecord, held: Mapping[Place, Position], error: Exception
    ) -> dict[Place, Position]:
        event = self._decode(record)
        with self._store.transaction(self._context()) as transaction:
            moved = self._move(transaction, [(record, event)], held)
            waiting = parking.waiting_keys(transaction.connection, self.consumer.name)
            if len(waiting) >= parking.MAXIMUM_KEYS:
                message = f"{len(waiting)} keys of {self.consumer.name} are parked."
                raise TooManyParkedError(message) from error
            parking.park(
                transaction.connection,
                self.consumer.name,
                record,
                topic_id=held[record.topic, record.partition].topic_id,
                reason="handler-failed",
                detail=f"{type(error).__name__}: {error}",
                event_id=None if isinstance(event, InvalidDocument) else event.event_id,
            )
        return moved

    def _context(self) -> Context:
        return Context(actor=f"system/{self.consumer.name}", correlation_id=ids.new_id())


def apply(transaction: Transaction, consumer: Consumer, accepted: Sequence[Taken]) -> None:
    """The effect of records in order: rows, journal, then what policies ask for.

    Rows are written before a policy reads them, so that it sees everything up to its cause, and of
    the cause's key nothing later.
    """
    buffers = transaction.buffers(consumer.name, consumer.projections)
    if consumer.journal is not None and accepted:
        consumer.journal(transaction.connection, accepted)
    answered = functools.cache(lambda: _answered(transaction.connection, consumer))
    unwritten: list[Recorded[Any]] = []
    causes: dict[str, Recorded[Any]] = {}

    def write_and_react() -> None:
        fold_into(buffers, unwritten)
        unwritten.clear()
        crashpoint("consumer.rows_written")
        for policy in consumer.policies:
            react(transaction, policy, [cause for cause in causes.values() if type(cause.event) in policy.on])
        causes.clear()

    for event, _ in accepted:
        if isinstance(event, UnknownType):
            continue
        if event.key in causes:
            write_and_react()
        unwritten.append(event)
        if policies := _asked(consumer, event, answered):
            causes[event.key] = event
            if any(policy.react is not None for policy in policies):
                write_and_react()
    write_and_react()


def _asked(
    consumer: Consumer, event: Recorded[Any], answered: Callable[[], Mapping[str, int]]
) -> list[Policy]:
    policies = [policy for policy in consumer.policies if type(event.event) in policy.on]
    if policies and (event.sequence or 0) <= answered().get(event.key, -1):
        return []
    return policies


def _answered(connection: Connection, consumer: Consumer) -> dict[str, int]:
    """Up to which number each key had its follow-ups before this database was restored from the log."""
    return dict(execute(connection, _ANSWERED, (consumer.name,)).fetchall())


def react(transaction: Transaction, policy: Policy, causes: Sequence[Recorded[Any]]) -> None:
    """Carry out what `policy` asks because of `causes`; a refusal is recorded, not raised."""
    if causes:
        for cause, reactions in policy.reactions(causes, transaction.connection):
            _carry_out(transaction, policy, cause, reactions)


def _carry_out(
    transaction: Transaction, policy: Policy, cause: Recorded[Any], reactions: Iterable[Reaction]
) -> None:
    """What was refused before and goes through now leaves the office's list."""
    asked: dict[str, int] = {}
    refused: set[refusals.Asked] = set()
    for reaction in reactions:
        context = Context(
            actor=f"system/{policy.name}",
            correlation_id=cause.correlation_id,
            causation_id=cause.event_id,
            example=cause.example or reaction.example,
        )
        turn = asked[reaction.stream] = asked.get(reaction.stream, -1) + 1
        event_id = ids.derived_id(cause.event_id, policy.name, reaction.stream, str(turn))
        try:
            transaction.handle(
                reaction.decider, reaction.stream, reaction.command, event_id=event_id, context=context
            )
            crashpoint("policy.reacted")
        except Refused as refusal:
            refused.add((policy.asks, reaction.stream))
            refusals.record(
                transaction.connection,
                (policy.asks, reaction.stream),
                cause=cause.event_id,
                policy=policy.name,
                key=reaction.decider.key(reaction.stream),
                refusal=refusal,
            )
    through = {(policy.asks, stream) for stream in asked} - refused
    if through:
        through &= refusals.lasting(transaction.connection)
    if through:
        because = "went through at a later attempt"
        refusals.overcome(transaction.connection, through, actor=f"system/{policy.name}", because=because)
