"""The other half: two consumers take one partition in, with a lease that may be stolen.

Nothing flows back from here, so it is enough to try every log that the publishers can leave behind;
a reader that has come to any point of it knows nothing of what follows. The steps are those of
`shared/consuming.py` and `shared/intake.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.exploring import FAULT

GUARDS = frozenset(
    {
        "skip and park by version",
        "compare and set the position, first",
        "effect and position in one transaction",
        "one worker by lease",
    }
)


class Consumer(NamedTuple):
    """What one worker knows; `lease` is whether the partition still is its own."""

    at: str = "waiting"
    lease: bool = False
    held: int = 0
    end: int = 0
    seen: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class Taking(NamedTuple):
    """The log, what is committed of position and effects, and the workers."""

    log: tuple[str, ...]
    position: int = 0
    effects: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    consumers: tuple[Consumer, ...] = (Consumer(), Consumer())
    faults: int = 2

    def __repr__(self) -> str:
        held = " ".join(f"{c.at}{'' if c.lease or c.at == 'waiting' else '(stolen)'}" for c in self.consumers)
        return f"log {' '.join(self.log)}, position {self.position}, effects {list(self.effects)}, {held}"


def steps(state: Taking, guards: frozenset[str] = GUARDS) -> Iterator[tuple[str, Taking]]:
    """Everything that may happen next."""
    for index, consumer in enumerate(state.consumers):
        yield from _takes(state, guards, index, consumer)
        if state.faults:
            yield from _fails(state, index, consumer)


def _takes(
    state: Taking, guards: frozenset[str], index: int, consumer: Consumer
) -> Iterator[tuple[str, Taking]]:
    match consumer.at:
        case "waiting":
            taken = any(other.lease for other in state.consumers)
            if not taken or "one worker by lease" not in guards:
                reading = Consumer("reading", lease=True, held=state.position)
                yield "consumer.claimed", _now(state, index, reading)
        case "reading":
            if not consumer.lease:
                yield "consumer.released", _now(state, index, Consumer())
            for end in sorted({consumer.held + 1, len(state.log)} - {consumer.held, len(state.log) + 1}):
                polled = consumer._replace(at="polled", end=end)
                yield "consumer.polled", _now(state, index, polled)
        case "polled":
            yield from _moves(state, guards, index, consumer)
        case "moved":
            new = _admitted(state, guards, consumer)
            yield "consumer.rows_written", _now(state, index, consumer._replace(at="effected", new=new))
        case _:
            yield "consumer.taken", _committed(state, index, consumer)


def _moves(
    state: Taking, guards: frozenset[str], index: int, consumer: Consumer
) -> Iterator[tuple[str, Taking]]:
    """The row of the position is locked by who moves it first; the other waits, then sees it moved."""
    moved = consumer._replace(at="moved", seen=state.effects)
    if "compare and set the position, first" not in guards:
        yield "consumer.position_moved", _now(state, index, moved)
    elif state.position != consumer.held:
        again = consumer._replace(at="reading", held=state.position, end=0)
        yield "consumer.outrun", _now(state, index, again)
    elif not any(other.at in ("moved", "effected") for other in state.consumers):
        early = "effect and position in one transaction" not in guards
        after = state._replace(position=consumer.end) if early else state
        yield "consumer.position_moved", _now(after, index, moved)


def _admitted(state: Taking, guards: frozenset[str], consumer: Consumer) -> tuple[str, ...]:
    """The events that have an effect: the next version of their stream; what comes again is skipped."""
    news = state.log[consumer.held : consumer.end]
    if "skip and park by version" not in guards:
        return news
    seen = list(consumer.seen)
    for event in news:
        if event not in seen and (event != "A2" or "A1" in seen):
            seen.append(event)
    return tuple(seen[len(consumer.seen) :])


def _committed(state: Taking, index: int, consumer: Consumer, *, told: bool = True) -> Taking:
    """Who was not `told` that the commit succeeded reads the position again, as after any fault."""
    done = state._replace(position=consumer.end, effects=state.effects + consumer.new)
    return _now(done, index, Consumer("reading", consumer.lease, held=consumer.end) if told else Consumer())


def _fails(state: Taking, index: int, consumer: Consumer) -> Iterator[tuple[str, Taking]]:
    after = state._replace(faults=state.faults - 1)
    if consumer.at == "waiting":
        return
    yield f"{FAULT} crash, consumer {consumer.at}", _now(after, index, Consumer())
    if consumer.lease:
        yield f"{FAULT} lease stolen, {consumer.at}", _now(after, index, consumer._replace(lease=False))
    if consumer.at == "effected":
        yield f"{FAULT} commit, outcome unknown", _committed(after, index, consumer, told=False)


def wrong_in(state: Taking, _resting: bool) -> str | None:
    """What must never be seen in a read model, or missing from it where the position says it was taken in."""
    if len(set(state.effects)) < len(state.effects):
        return "an event has its effect twice"
    if "A2" in state.effects and "A1" not in state.effects[: state.effects.index("A2")]:
        return "a stream is out of order"
    open_early = any(other.at in ("moved", "effected") for other in state.consumers)
    if not open_early and not set(state.log[: state.position]) <= set(state.effects):
        return "an event is lost"
    return None


def _now(state: Taking, index: int, consumer: Consumer) -> Taking:
    consumers = list(state.consumers)
    consumers[index] = consumer
    return state._replace(consumers=tuple(sorted(consumers)))
