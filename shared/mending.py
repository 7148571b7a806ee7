"""Replay what is parked, or give it up with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared import cloudevents, ids, parking, positions
from shared.cloudevents import InvalidDocument
from shared.consumers import Consumer
from shared.crashing import crashpoint
from shared.eventstore import Store
from shared.intake import apply
from shared.messages import Context


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
    """
    with store.reading() as connection:
        rows = parking.waiting(connection, consumer.name, key)
    by_key: dict[str, list[Any]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return [_replay_key(store, consumer, key, waiting, dry_run=dry_run) for key, waiting in by_key.items()]


def discard_first(store: Store, consumer: Consumer, *, key: str, actor: str, because: str) -> list[str]:
    """Give up the first waiting record of `key`; what it was stays in the ledger.

    Its version counts as seen, so that the record after it is no hole.
    """
    with store.transaction(_context(actor)) as transaction:
        rows = parking.waiting(transaction.connection, consumer.name, key)[:1]
        given_up = [
            row
            for row in rows
            if parking.mark_discarded(transaction.connection, row, actor=actor, because=because)
        ]
        for row in given_up:
            try:
                event = cloudevents.decode(row.value, _classes(consumer), consumer.service)
            except InvalidDocument:
                continue  # it belongs to no stream, so nothing waits for its version
            before = positions.versions_of(transaction.connection, consumer.name, [event.stream])
            if event.version > before.get(event.stream, 0):
                now = {event.stream: event.version}
                positions.keep_versions(transaction.connection, consumer.name, before, now)
    return [f"{row.topic}/{row.partition}@{row.record_offset}" for row in given_up]


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
    event = cloudevents.decode(row.value, _classes(consumer), consumer.service)
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


def _classes(consumer: Consumer) -> dict[str, Any]:
    return {event.type_name(): event for event in consumer.events}


def _context(actor: str) -> Context:
    return Context(actor=actor, correlation_id=ids.new_id())
