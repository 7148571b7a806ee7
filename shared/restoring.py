"""Bring a lost database back from the service's own topic, as the events themselves left it.

All of it is one transaction: an interrupted restore leaves an empty database behind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, func, select

from shared import logbook, notes, recoveries
from shared.consumers import Consumer
from shared.crashing import crashpoint
from shared.errors import Refused
from shared.eventstore import Store
from shared.log import Log
from shared.logbook import Stray, place_of
from shared.tables import consumer_positions, events, publications
from shared.takingback import DocumentUnusable, LogIncomplete, Taken, TakingBack, unusable

__all__ = ["DatabaseNotEmpty", "DocumentUnusable", "LogIncomplete", "Restored", "restore"]

_SHOWN = 10

Omitted = tuple[int, int]
"""Partition and offset of a record that the operator leaves out."""


class DatabaseNotEmpty(Refused):
    """A restore fills an empty database; what stands in this one would be overwritten or doubled."""

    code = "database-not-empty"
    nb = "Databasen er ikke tom."


@dataclass(kw_only=True)
class Restored(Taken):
    """What came back. `answered` counts keys, `left_out` names the places passed over."""

    service: str
    answered: int
    left_out: list[str] = field(default_factory=list)


def restore(
    store: Store,
    log: Log,
    topic: str,
    consumers: Sequence[Consumer],
    *,
    actor: str,
    leave_out: Collection[Omitted] = (),
    accept_missing: bool = False,
) -> Restored:
    """Fill the empty database of `store` with every event on `topic`, and count what came.

    Identities, versions, numbers and moments are those of the documents; positions in the table
    follow the numbers. Raises DatabaseNotEmpty, DocumentUnusable, LogIncomplete.
    """
    with recoveries.alone(store), store.database.writing() as connection:
        recoveries.hold_writers(connection)
        _check_empty(connection, store)
        work, left_out = TakingBack(store, connection), []
        for found in logbook.by_number(log, topic):
            if (found.record.partition, found.record.offset) in leave_out:
                left_out.append(place_of(found.record))
            elif isinstance(found, Stray):
                raise unusable(found.record, found.why)
            else:
                work.take(found)
        told = work.told
        if told.missing and not accept_missing:
            raise LogIncomplete(
                f"{topic} lacks {len(told.missing)} of {told.last} numbers ({_some(told.missing)}); "
                "with --accept-missing they are given up.",
                missing=told.missing,
            )
        keys = work.finish(log, topic, consumers)
        restored = Restored(**asdict(told), service=store.service, answered=keys, left_out=left_out)
        detail = asdict(restored)
        crashpoint("restore.finished")
        notes.note(connection, "restore", actor=actor, because="restored from the log", detail=detail)
    crashpoint("restore.committed")
    store.bell.ring()
    return restored


def _check_empty(connection: Connection, store: Store) -> None:
    for table in (events, publications, consumer_positions):
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if count:
            raise DatabaseNotEmpty(
                f"The database of {store.service} holds {count} rows of {table.name}; "
                "a restore needs an empty one."
            )


def _some(numbers: Sequence[int]) -> str:
    listed = ", ".join(str(number) for number in numbers[:_SHOWN])
    return listed + (", …" if len(numbers) > _SHOWN else "")
