"""Every state that steps lead to, breadth first, so that the first wrong one is found by the shortest way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

State = TypeVar("State", bound=Hashable)

Steps = Callable[[State], Iterable[tuple[str, State]]]
"""What may happen next: the name of each step and the state after it; faults are steps too."""

FAULT = "!"
"""Begins the name of a step that nobody wants: a crash, a lost connection, an unknown outcome."""


class Exploration(NamedTuple, Generic[State]):
    """What was found: every state, those in which only faults could still happen, and what went wrong."""

    states: int
    resting: list[State]
    steps: frozenset[str]
    wrong: str | None
    way: list[str]

    def told(self) -> str:
        """The shortest way to what went wrong, one step a line."""
        return "\n".join([f"{self.wrong}, after:", *(f"  {line}" for line in self.way)])


def explore(
    start: State, steps: Steps[State], wrong_in: Callable[[State, bool], str | None]
) -> Exploration[State]:
    """Go everywhere, or to the nearest state of which `wrong_in` (state, resting) has something to say."""
    before: dict[State, tuple[State, str] | None] = {start: None}
    resting: list[State] = []
    names: set[str] = set()
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        following = list(steps(state))
        rests = all(name.startswith(FAULT) for name, _ in following)
        wrong = wrong_in(state, rests)
        if wrong is not None:
            return Exploration(len(before), resting, frozenset(names), wrong, _way(before, state))
        if rests:
            resting.append(state)
        for name, after in following:
            names.add(name)
            if after not in before:
                before[after] = (state, name)
                waiting.append(after)
    return Exploration(len(before), resting, frozenset(names), None, [])


def _way(before: dict[State, tuple[State, str] | None], state: State) -> list[str]:
    lines: list[str] = []
    came = before[state]
    while came is not None:
        lines.append(f"{came[1]:<34} {state}")
        state, came = came[0], before[came[0]]
    return lines[::-1]
