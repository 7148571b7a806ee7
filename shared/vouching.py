"""Whether a service's database and its topic tell the same story, looked at by their ends.

Cheap enough for every start and every minute. What lies in the middle, `samvirke verify` compares.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, func, select, update

from shared import cloudevents, halting, notes
from shared.cloudevents import InvalidDocument
from shared.eventstore import Store
from shared.log import PARTITIONS, Log, LogMisconfiguredError, LogRecord
from shared.stopping import Stop
from shared.tables import events, publications, publisher

_LOOK_BACK = 1_000


class ForkedLogError(LogMisconfiguredError):
    """The topic holds events that the database does not, or other ones under the same number."""

    code = "log-forked"


class LostDatabaseError(ForkedLogError):
    """The topic holds the service's history, the database nothing at all."""

    code = "database-empty"


class RecreatedLogError(LogMisconfiguredError):
    """The topic is another one than that to which the database has published."""

    code = "log-recreated"


class ShortenedLogError(LogMisconfiguredError):
    """The topic has lost records that it had acknowledged."""

    code = "log-shortened"


class Vouched:
    """Whether table and topic were seen to agree since anybody last had a reason to doubt it.

    Who has lost a connection may be before another database, a standby that lacks the last events: what
    follows from an event, recorded there before that is noticed, could contradict what is published already.
    """

    def __init__(self) -> None:
        """Nobody has looked yet."""
        self._changed = threading.Condition()
        self._doubts, self._answered = 1, 0
        self._wakes: list[Callable[[], None]] = []

    @property
    def doubts(self) -> int:
        """How often somebody has doubted; read it before looking, hand it to `answer`."""
        return self._doubts

    @property
    def holds(self) -> bool:
        """Whether nobody has doubted since the last look."""
        return self._answered >= self._doubts

    def doubt(self) -> None:
        """Ask for another look."""
        with self._changed:
            self._doubts += 1
        for wake in list(self._wakes):
            wake()

    def answer(self, doubts: int) -> None:
        """All was well at a look that began when there were so many `doubts`."""
        with self._changed:
            self._answered = max(self._answered, doubts)
            self._changed.notify_all()

    def wait(self, stop: Stop) -> bool:
        """Wait until it holds; False when `stop` came first."""
        with stop.waking(self._look_again), self._changed:
            self._changed.wait_for(lambda: self.holds or stop.is_set())
        return not stop.is_set()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """While inside, a doubt calls `wake`, from any thread."""
        self._wakes.append(wake)
        try:
            yield
        finally:
            self._wakes.remove(wake)

    def _look_again(self) -> None:
        with self._changed:
            self._changed.notify_all()


def vouch(store: Store, log: Log, topic: str) -> None:
    """Raise the error that names how table and topic differ; return when their ends agree.

    A fork is written down, so that nobody records anything more; agreement ends that again.
    """
    try:
        identity = _agree(store, log, topic)
    except ForkedLogError as fork:
        with store.database.writing() as connection:
            halting.halt(connection, fork.code, str(fork))
        raise
    with store.reading() as connection:
        known = connection.execute(select(publisher.c.topic_id)).scalar_one()
        news = known != identity or halting.reason(connection) is not None
    if news:
        with store.database.writing() as connection:
            halting.resume(connection)
            connection.execute(update(publisher).values(topic_id=identity))


def _agree(store: Store, log: Log, topic: str) -> str:
    with store.reading() as connection:
        # Read before the topic: what another publisher sends meanwhile only makes the topic longer.
        sent, known = connection.execute(select(publisher.c.sent, publisher.c.topic_id)).one()
    identity, tail = log.identity(topic), log.tail(topic)
    highest = max((_read(record)[0] or 0 for record in tail), default=0)
    if highest < sent:  # an old event may have come once more, or a foreign record, and hide the last
        highest = max((_highest(log, record) for record in tail), default=0)
    with store.reading() as connection:
        for record in tail:
            _check_published(connection, record, store)
    if sent and known is not None and known != identity:
        message = (
            f"{topic} is not the topic to which {store.service} published {sent} events: it was made anew, "
            "or the database stands beside another log. `samvirke topics refill` fills it from the database."
        )
        raise RecreatedLogError(message)
    if highest < sent:
        message = (
            f"{topic} ends at number {highest}, though {sent} were acknowledged. "
            "`samvirke topics refill` sends the rest again."
        )
        raise ShortenedLogError(message)
    _check_beginning(log, topic)
    return identity


def _check_beginning(log: Log, topic: str) -> None:
    reader = log.reader()
    try:
        begins = reader.begins([(topic, number) for number in range(PARTITIONS)])
    finally:
        reader.close()
    for (_, partition), begin in sorted(begins.items()):
        if begin > 0:
            message = (
                f"{topic}/{partition} begins at {begin}: the records before it were deleted, though the topic is "
                "to be kept for ever. Delete the topic, then `samvirke topics refill` writes it anew."
            )
            raise ShortenedLogError(message)


def _check_published(connection: Connection, record: LogRecord, store: Store) -> None:
    number, event_id = _read(record)
    if number is None:
        return  # a foreign record at the end; the consumers park it, it is no event of ours
    query = (
        select(events.c.event_id)
        .join(publications, publications.c.position == events.c.position)
        .where(publications.c.sequence == number)
    )
    ours = connection.execute(query).scalar_one_or_none()
    if ours == event_id or event_id in notes.noted(connection, "disowned"):
        return
    if not connection.execute(select(func.count()).select_from(publications)).scalar_one():
        message = (
            f"The database of {store.service} has published nothing, yet {record.topic} holds number {number}. "
            f"`samvirke restore {store.service} --from-log` brings an empty database back."
        )
        raise LostDatabaseError(message)
    message = (
        f"{record.topic} holds event {event_id} as number {number}, the database of "
        f"{store.service} has {ours or 'none'} there; nothing more is numbered or sent. "
        f"`samvirke reconcile {store.service}` shows what differs and ends it."
    )
    raise ForkedLogError(message)


def _highest(log: Log, last: LogRecord) -> int:
    """The highest number that the end of a partition shows, 0 when there is none."""
    return max((_read(record)[0] or 0 for record in _before(log, last)), default=0)


def _before(log: Log, last: LogRecord) -> Sequence[LogRecord]:
    place = (last.topic, last.partition)
    reader = log.reader()
    try:
        at = max(reader.begins([place])[place], last.offset - _LOOK_BACK)
        reader.assign({place: at})
        found: list[LogRecord] = []
        while not found or found[-1].offset < last.offset:
            found += reader.poll(_LOOK_BACK, 10.0)
        return found
    finally:
        reader.close()


def _read(record: LogRecord) -> tuple[int | None, str | None]:
    try:
        found = cloudevents.decode(record.value, {}, "")
    except InvalidDocument:
        return None, None
    return found.sequence, found.event_id
