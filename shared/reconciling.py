"""A fork between table and topic, event by event, and the two ways in which an operator may end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from shared import halting, notes, recoveries, sidebyside
from shared.consumers import Consumer
from shared.errors import Refused
from shared.eventstore import Store
from shared.log import Log
from shared.logbook import Entry
from shared.rebuilding import rebuild
from shared.replaying import OwnEvents
from shared.sidebyside import Pair
from shared.tables import events, publications, unnumbered
from shared.takingback import TakingBack


class ForkContradicts(Refused):
    """Both sides have recorded something under the same number or version; neither can take the other's."""

    code = "fork-contradicts"
    nb = "Databasen og loggen har registrert ulikt på samme plass."


class ForkTouchesOurs(Refused):
    """What is foreign on the topic stands in a stream of ours, and consumers may have taken it in."""

    code = "fork-touches-ours"
    nb = "Fremmede hendelser i loggen gjelder forløp som er våre."


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One number on which table and topic differ; None where a side has nothing there."""

    number: int | None
    difference: str
    table_id: str | None
    topic_id: str | None
    type: str | None
    stream: str | None
    recorded_at: str | None
    place: str | None


def differences(store: Store, log: Log, topic: str) -> list[Difference]:
    """Every difference in the order of numbers; what is numbered and not yet sent is none."""
    with store.reading() as connection:
        sent = sidebyside.acknowledged(connection)
        disowned = notes.noted(connection, "disowned")
    return [
        _described(pair)
        for pair in sidebyside.pairs(store, log, topic)
        if sidebyside.matters(pair, sent, disowned)
    ]


def take_log(
    store: Store, log: Log, topic: str, consumers: Sequence[Consumer], *, actor: str, because: str
) -> int:
    """Take back what the topic has and the table lacks; how many events that were.

    For an older database under a newer log. Raises ForkContradicts where the table has recorded
    something else in the same place: then nothing is changed.
    """
    with recoveries.alone(store):
        with store.database.writing() as connection:
            recoveries.hold_writers(connection)
            last, ahead = _ends(connection)
            work = TakingBack(store, connection, last=last, ahead=ahead)
            for pair in sidebyside.pairs(store, log, topic):
                if pair.difference in ("other-event", "other-bytes"):
                    raise _contradiction(f"Number {pair.number} is {pair.difference} at {pair.place}.")
                if pair.difference == "not-in-table" and isinstance(pair.topic, Entry):
                    if pair.topic.sequence > work.told.last:  # others are repeats of what was taken back here
                        _check_free(connection, pair.topic)
                    work.take(pair.topic)
            work.finish(log, topic, consumers)
            if work.told.missing:
                raise _contradiction(f"{topic} lacks number {work.told.missing[0]} itself.")
            waiting = connection.execute(select(func.count()).select_from(unnumbered)).scalar_one()
            detail = asdict(work.told)
            notes.note(connection, "take-log", actor=actor, because=because, detail=detail)
        if waiting and store.projections:
            # What was recorded after the backup is now later than what came back.
            rebuild(OwnEvents(store), promote=True)
    store.bell.ring()
    return work.told.events


def keep_table(store: Store, log: Log, topic: str, *, actor: str, because: str) -> int:
    """Disown events on the topic that are not this service's, and go on; how many those were.

    Only where they belong to streams that the table does not know: consumers may have taken them
    in, and a version of ours that comes later would look like a repeat. Raises ForkTouchesOurs.
    """
    found = [
        one for one in differences(store, log, topic) if one.difference in ("not-in-table", "other-event")
    ]
    with recoveries.alone(store), store.database.writing() as connection:
        for one in found:
            known = select(events.c.event_id).where(events.c.stream == one.stream).limit(1)
            if connection.execute(known).first() is not None:
                raise ForkTouchesOurs(
                    f"Event {one.topic_id} at {one.place} stands in {one.stream}, which is ours. Delete the topic, "
                    "`samvirke topics refill` writes it from the database, and rebuild what listens to it.",
                    place=one.place,
                )
        detail: dict[str, Any] = {"disowned": [one.topic_id for one in found]}
        notes.note(connection, "keep-table", actor=actor, because=because, detail=detail)
        halting.resume(connection)
    store.bell.ring()
    return len(found)


def _ends(connection: Connection) -> tuple[int, int]:
    """The highest number, and by how much the next position must lead the next number."""
    last = connection.execute(select(func.coalesce(func.max(publications.c.sequence), 0))).scalar_one()
    position = connection.execute(select(func.coalesce(func.max(events.c.position), 0))).scalar_one()
    return last, max(0, position - last)


def _check_free(connection: Connection, entry: Entry) -> None:
    same = (events.c.event_id == entry.event_id) | (
        (events.c.stream == entry.stream) & (events.c.version == entry.version)
    )
    found = connection.execute(select(events.c.event_id).where(same).limit(1)).scalar_one_or_none()
    if found is not None:
        raise _contradiction(
            f"Version {entry.version} of {entry.stream} was recorded here anew as {found} after the backup."
        )


def _contradiction(what: str) -> ForkContradicts:
    return ForkContradicts(
        f"{what} Both cannot stand. `samvirke restore` into an empty database takes the log's side whole."
    )


def _described(pair: Pair) -> Difference:
    event = pair.topic if isinstance(pair.topic, Entry) else pair.table
    return Difference(
        number=pair.number,
        difference=pair.difference or "",
        table_id=None if pair.table is None else pair.table.event_id,
        topic_id=pair.topic.event_id if isinstance(pair.topic, Entry) else None,
        type=None if event is None else event.type,
        stream=None if event is None else event.stream,
        recorded_at=None if event is None else event.recorded_at,
        place=pair.place,
    )
