"""Replay what is parked, or give it up with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared import cloudevents, halting, ids, parking, positions, turns
from shared.cloudevents import InvalidDocument, UnknownType
from shared.consumers import Consumer
from shared.crashing import crashpoint
from shared.errors import Refused
from shared.eventstore import Store
from shared.intake import apply
from shared.messages import Context, Recorded

Found = Recorded[Any] | UnknownType


class EarlierVersionWaits(Refused):
    """What is to be given up waits for an earlier version, which waits behind it: nothing is missing."""

    code = "earlier-version-waits"
    nb = "En tidligere hendelse i samme forløp venter også."


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What became of one key: how many records were taken in, how many are left and why."""

    consumer: str
    key: str
    taken: int
    left: int
    why: str = ""


class _UndoError(Exception):
    """Leaves a dry run's transaction without a trace."""


def replay(
    store: Store, consumer: Consumer, *, key: str | None = None, dry_run: bool = False
) -> list[Replayed]:
    """Take the waiting records of a key (or of all) in again, in their order, each in a transaction.

    A key stops at the first record that fails again; the others go on. A dry run tries a key's
    records together and undoes everything. What somebody else mends at the same time is his.
    Raises RecordingHalted while database and log disagree.
    """
    with store.reading() as connection:
        halting.check(connection)
        rows = parking.waiting(connection, consumer.name, key)
    by_key: dict[str, list[Any]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return [_replay_key(store, consumer, key, waiting, dry_run=dry_run) for key, waiting in by_key.items()]


def discard_first(store: Store, consumer: Consumer, *, key: str, actor: str, because: str) -> list[str]:
    """Give up the first record of `key` that failed, or what comes first behind it; the ledger keeps what it was.

    If it was the next of its stream, its version counts as seen, so that the record after it is no
    hole. What is missing before it is not given up with it. Raises EarlierVersionWaits.
    """
    with store.transaction(_context(actor)) as transaction:
        connection = transaction.connection
        rows = parking.waiting(connection, consumer.name, key)
        row = next((row for row in rows if row.state == "parked"), rows[0] if rows else None)
        if row is None or not parking.hold(connection, row):
            return []
        state = "discarded"
        event = _event(consumer, row)
        if event is not None:  # else it belongs to no stream, and nothing waits for its version
            before = positions.versions_of(connection, consumer.name, [event.stream])
            seen = before.get(event.stream, 0)
            if event.version == seen + 1:
                positions.keep_versions(connection, consumer.name, before, {event.stream: event.version})
            else:
                state = "dismissed"
                _refuse_before_earlier(event, seen, rows)
        parking.settle(connection, row, state, actor=actor, because=because)
    return [f"{row.topic}/{row.partition}@{row.record_offset}"]


def _refuse_before_earlier(event: Found, seen: int, rows: Sequence[Any]) -> None:
    heads = [head for row in rows if (head := turns.head(row)) and head.stream == event.stream]
    earlier = [head.version for head in heads if seen < head.version < event.version]
    if earlier:
        message = f"Version {min(earlier)} of {event.stream} waits as well: a replay takes it in first."
        raise EarlierVersionWaits(message)


def _replay_key(
    store: Store, consumer: Consumer, key: str, rows: Sequence[Any], *, dry_run: bool
) -> Replayed:
    taken, done, why = 0, 0, ""
    try:
        if dry_run:
            with store.transaction(_context("operator")) as transaction:
                for row in rows:
                    taken += _take(transaction, consumer, row)
                    done += 1
                transaction.flush()
                raise _UndoError  # noqa: TRY301  # leaving the transaction is the point
        for row in rows:
            with store.transaction(_context("operator")) as transaction:
                ours = _take(transaction, consumer, row)
            taken += ours
            done += 1
    except _UndoError:
        pass
    except Exception as error:  # noqa: BLE001  # whatever it is, it is why this key still waits
        why = f"{type(error).__name__}: {error}"
        if not dry_run:
            with store.database.writing() as connection:
                parking.failed_again(connection, rows[done], "failed-again", why)
    return Replayed(consumer=consumer.name, key=key, taken=taken, left=len(rows) - done, why=why)


def _take(transaction: Any, consumer: Consumer, row: Any) -> bool:
    """Whether it was still ours to take in; only after `release` is what others did seen."""
    if not parking.release(transaction.connection, row):
        return False
    crashpoint("mending.released")
    event = _decode(consumer, row)
    before = positions.versions_of(transaction.connection, consumer.name, [event.stream])
    seen = before.get(event.stream, 0)
    if event.version <= seen:
        return True
    if event.version > seen + 1:
        message = f"Version {seen + 1} of {event.stream} is missing."
        raise LookupError(message)
    positions.keep_versions(transaction.connection, consumer.name, before, {event.stream: event.version})
    apply(transaction, consumer, [(event, row.value or b"")])
    return True


def _event(consumer: Consumer, row: Any) -> Found | None:
    try:
        return _decode(consumer, row)
    except InvalidDocument:
        return None


def _decode(consumer: Consumer, row: Any) -> Found:
    classes = {event.type_name(): event for event in consumer.events}
    event = cloudevents.decode(row.value, classes, consumer.service)
    if event.key != row.key:
        raise InvalidDocument("key-differs", "The record's key is not the document's partitionkey.")
    return event


def _context(actor: str) -> Context:
    return Context(actor=actor, correlation_id=ids.new_id())
