"""Half of the protocol: writers commit, two publishers number and send, everything may fail.

A step is named by the crash point that it leads to. `guards` says which mechanisms are in place;
without them all it is `shared/publishing.py` as somebody might have written it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.exploring import FAULT

EVENTS = ("A1", "A2", "B1")
"""Two events of one stream and one of another, all of one key."""

GUARDS = frozenset(
    {
        "one publisher at a time",
        "number on the connection that holds the lock",
        "number before sending",
        "number what is left, not what is later",
        "resume from the table",
        "mark after the acknowledgement",
        "a number stands once",
    }
)


class Record(NamedTuple):
    """An event under its number: what the log holds, and what the bytes of a document depend on."""

    number: int
    event: str

    def __repr__(self) -> str:
        return f"{self.number}:{self.event}"


Records = tuple[Record, ...]


class Publisher(NamedTuple):
    """What one process knows; `session` is whether the database still holds its lock for it."""

    at: str = "waiting"
    session: bool = False
    batch: Records = ()


class Publishing(NamedTuple):
    """Tables, log and processes. `inserted` is in the order of positions, which is not that of commits."""

    inserted: tuple[str, ...] = ()
    committed: frozenset[str] = frozenset()
    numbered: Records = ()
    sent: int = 0
    log: Records = ()
    publishers: tuple[Publisher, ...] = (Publisher(), Publisher())
    excused: tuple[int, ...] = ()
    faults: int = 2

    def __repr__(self) -> str:
        held = " ".join(
            f"{p.at}{'' if p.session or p.at == 'waiting' else '(cut off)'}" for p in self.publishers
        )
        done = "".join(sorted(self.committed))
        return f"committed {done or '-'}, table {list(self.numbered)}, sent {self.sent}, log {list(self.log)}, {held}"

    def to_number(self, guards: frozenset[str]) -> list[str]:
        """The committed events that await a number, in the order of their positions."""
        known = {record.event for record in self.numbered}
        after = 0
        if "number what is left, not what is later" not in guards and known:
            after = 1 + max(self.inserted.index(event) for event in known)
        return [event for event in self.inserted[after:] if event in self.committed and event not in known]


def steps(state: Publishing, guards: frozenset[str] = GUARDS) -> Iterator[tuple[str, Publishing]]:
    """Everything that may happen next."""
    yield from _appends(state)
    for index, publisher in enumerate(state.publishers):
        yield from _publishes(state, guards, index, publisher)
        if state.faults:
            yield from _fails(state, index, publisher)


def _appends(state: Publishing) -> Iterator[tuple[str, Publishing]]:
    for event in EVENTS:
        if event not in state.inserted:
            if event != "A2" or "A1" in state.committed:
                yield "append.inserted", state._replace(inserted=(*state.inserted, event))
        elif event not in state.committed:
            yield "transaction.committed", state._replace(committed=state.committed | {event})
            if state.faults:
                rolled_back = tuple(other for other in state.inserted if other != event)
                yield (
                    f"{FAULT} crash at append.inserted",
                    state._replace(inserted=rolled_back, faults=state.faults - 1),
                )


def _publishes(
    state: Publishing, guards: frozenset[str], index: int, publisher: Publisher
) -> Iterator[tuple[str, Publishing]]:
    if publisher.at == "waiting":
        taken = any(other.session for other in state.publishers)
        if not taken or "one publisher at a time" not in guards:
            yield "publisher.locked", _now(state, index, Publisher("locked", session=True))
        return
    if publisher.at == "ready":
        yield from _sends(state, guards, index, publisher)
        return
    if publisher.at == "sent":
        yield "publisher.after_ack", _now(state, index, publisher._replace(at="acknowledged"))
        return
    if not publisher.session and "number on the connection that holds the lock" in guards:
        yield "publisher.cut_off", _now(state, index, Publisher())
        return
    locked = Publisher("locked", publisher.session)
    if publisher.at == "locked":
        yield from _chooses(state, guards, index, publisher)
    elif publisher.at == "numbering":
        table = _with(state.numbered, publisher.batch)
        if table is None and "a number stands once" in guards:
            yield "publisher.refused", _now(state, index, Publisher())
            return
        numbered = state.numbered + publisher.batch if table is None else table
        going_on = locked if "resume from the table" in guards else publisher._replace(at="ready")
        yield "publisher.numbers_committed", _now(state._replace(numbered=numbered), index, going_on)
    elif publisher.at == "acknowledged":
        numbered = _with(state.numbered, publisher.batch) or state.numbered
        marked = state._replace(numbered=numbered, sent=publisher.batch[-1].number)
        yield "publisher.sent_kept", _now(marked, index, locked)


def _chooses(
    state: Publishing, guards: frozenset[str], index: int, publisher: Publisher
) -> Iterator[tuple[str, Publishing]]:
    left = tuple(record for record in state.numbered if record.number > state.sent)
    if left and "resume from the table" in guards:
        yield "publisher.resumed", _now(state, index, publisher._replace(at="ready", batch=left))
        return
    last = max((record.number for record in state.numbered), default=0)
    fresh = tuple(Record(last + n, event) for n, event in enumerate(state.to_number(guards), start=1))
    if fresh:
        first = "numbering" if "number before sending" in guards else "ready"
        yield "publisher.numbered", _now(state, index, publisher._replace(at=first, batch=fresh))


def _sends(
    state: Publishing, guards: frozenset[str], index: int, publisher: Publisher
) -> Iterator[tuple[str, Publishing]]:
    if "mark after the acknowledgement" not in guards and state.sent < publisher.batch[-1].number:
        yield "publisher.sent_kept", state._replace(sent=publisher.batch[-1].number)
        return
    sent = state._replace(log=state.log + publisher.batch)
    yield "log.appended", _now(sent, index, publisher._replace(at="sent"))


def _fails(state: Publishing, index: int, publisher: Publisher) -> Iterator[tuple[str, Publishing]]:
    """What was in flight in a fault may come once more; nothing else may."""
    excused = tuple(sorted(state.excused + tuple(record.number for record in publisher.batch)))
    after = state._replace(excused=excused, faults=state.faults - 1)
    if publisher.at != "waiting":
        yield f"{FAULT} crash, publisher {publisher.at}", _now(after, index, Publisher())
    if publisher.session:
        yield f"{FAULT} session lost, {publisher.at}", _now(after, index, publisher._replace(session=False))
    if publisher.at == "ready":
        for landed in range(len(publisher.batch) + 1):
            some = after._replace(log=state.log + publisher.batch[:landed])
            yield f"{FAULT} send fails, {landed} landed", _now(some, index, Publisher())


def wrong_in(state: Publishing, resting: bool) -> str | None:
    """What must never be seen in the log or, when all has come to rest, missing from it."""
    first: dict[int, str] = {}
    for record in state.log:
        if first.setdefault(record.number, record.event) != record.event:
            return "a resend has other bytes"
    if len(set(first.values())) < len(first):
        return "an event has two numbers"
    if list(first) != list(range(1, len(first) + 1)):
        return "numbers are out of order"
    order = list(first.values())
    if "A2" in order and "A1" not in order[: order.index("A2")]:
        return "a stream is out of order"
    if resting and set(order) != set(EVENTS):
        return "an event is lost"
    return None


def needless_in(state: Publishing, resting: bool) -> str | None:
    """Besides what is wrong, what is sent again although no fault had met it."""
    numbers = [record.number for record in state.log]
    if any(numbers.count(number) > 1 + state.excused.count(number) for number in numbers):
        return "a repeat without a cause"
    return wrong_in(state, resting)


def _now(state: Publishing, index: int, publisher: Publisher) -> Publishing:
    publishers = list(state.publishers)
    publishers[index] = publisher
    return state._replace(publishers=tuple(sorted(publishers)))


def _with(table: Records, batch: Records) -> Records | None:
    """The table with the batch in it; None where a number or an event stands there already."""
    if {r.number for r in table} & {r.number for r in batch} or {r.event for r in table} & {
        r.event for r in batch
    }:
        return None
    return table + batch
