"""Write a topic anew from the table of its service: the same bytes under the same numbers, in order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from shared import notes, recoveries, sidebyside
from shared.crashing import crashpoint
from shared.errors import Refused
from shared.eventstore import Store
from shared.log import Log
from shared.sidebyside import Pair
from shared.tables import publisher

_BATCH = 1_000


class TopicDisagrees(Refused):
    """The topic holds what the table does not tell, so that filling it up would mix two histories."""

    code = "topic-disagrees"
    nb = "Loggen inneholder noe annet enn databasen."


class TopicHasHole(Refused):
    """Later events of the same key are on the topic already; what is missing would come after them."""

    code = "topic-has-hole"
    nb = "Loggen mangler hendelser foran andre som er der."


@dataclass(frozen=True, kw_only=True)
class Refilled:
    """How many numbers were on the topic already, and how many were sent again."""

    topic: str
    present: int
    sent: int


def refill(store: Store, log: Log, topic: str, *, actor: str) -> Refilled:
    """Send again whatever the topic had acknowledged and lacks now. A second time goes on where one was broken off.

    Consumers find the new topic by its identity, read it from its beginning and skip by version.
    Raises TopicDisagrees and TopicHasHole.
    """
    with recoveries.alone(store):
        with store.reading() as connection:
            acknowledged = sidebyside.acknowledged(connection)
        present, missing = _look(store, log, topic, acknowledged)
        batch: list[tuple[str, bytes]] = []
        for row in sidebyside.table_of(store, min(missing, default=acknowledged) - 1):
            if row.sequence in missing:
                batch.append((row.key, row.document))
            if len(batch) == _BATCH:
                log.append(topic, batch)
                batch = []
        if batch:
            log.append(topic, batch)
        crashpoint("refill.sent")
        identity = log.identity(topic)
        with store.database.writing() as connection:
            connection.execute(update(publisher).values(topic_id=identity))
            if missing:
                detail = {"topic": topic, "topic_id": identity, "sent": len(missing), "present": present}
                because = "the topic lacked what was published"
                notes.note(connection, "refill", actor=actor, because=because, detail=detail)
    store.bell.ring()
    return Refilled(topic=topic, present=present, sent=len(missing))


def _look(store: Store, log: Log, topic: str, acknowledged: int) -> tuple[int, set[int]]:
    """How many numbers are there, and which are not."""
    present, missing = 0, set()
    behind: dict[str, int] = {}
    for pair in sidebyside.pairs(store, log, topic):
        difference = pair.difference
        if difference in ("not-in-table", "other-event", "other-bytes"):
            raise TopicDisagrees(_told(pair, store))
        if pair.table is None:
            continue  # a stray is nobody's history
        if difference is None:
            present += 1
            if pair.table.key in behind:
                raise TopicHasHole(
                    f"{topic} lacks number {behind[pair.table.key]} and holds the later {pair.number} of the same "
                    "key. Delete the topic and refill it anew: consumers go on by version.",
                    missing=behind[pair.table.key],
                )
        elif pair.table.sequence <= acknowledged:
            missing.add(pair.table.sequence)
            behind.setdefault(pair.table.key, pair.table.sequence)
    return present, missing


def _told(pair: Pair, store: Store) -> str:
    return (
        f"{pair.place} holds number {pair.number} otherwise than the database ({pair.difference}); "
        f"`samvirke reconcile {store.service}` shows it."
    )
