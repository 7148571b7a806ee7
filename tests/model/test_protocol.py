"""Numbering, sending, taking in and fencing, in every order, with a fault at every step."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable

import pytest

from tests.model import consuming, publishing
from tests.model.consuming import Taking
from tests.model.exploring import FAULT, Exploration, explore
from tests.model.publishing import Publishing

FAULTS = int(os.environ.get("MODEL_FAULTS", "2"))
"""How many faults may come together, on both sides of the log."""


def published(
    guards: frozenset[str] = publishing.GUARDS,
    wrong_in: Callable[[Publishing, bool], str | None] = publishing.needless_in,
    faults: int = FAULTS,
) -> Exploration[Publishing]:
    return explore(Publishing(faults=faults), functools.partial(publishing.steps, guards=guards), wrong_in)


@functools.cache
def logs() -> dict[tuple[str, ...], int]:
    """Every log that publishers leave behind, with the faults that are left over for its consumers.

    A log that goes on in another one needs no trial of its own.
    """
    left: dict[tuple[str, ...], int] = {}
    for state in published().resting:
        log = tuple(record.event for record in state.log)
        left[log] = max(left.get(log, 0), state.faults)
    return {
        log: faults
        for log, faults in left.items()
        if not any(other[: len(log)] == log and left[other] >= faults for other in left if other != log)
    }


def taken_in(guards: frozenset[str] = consuming.GUARDS) -> list[Exploration[Taking]]:
    steps = functools.partial(consuming.steps, guards=guards)
    found = []
    for log, faults in sorted(logs().items(), key=lambda item: -item[1]):
        found.append(explore(Taking(log, faults=faults), steps, consuming.wrong_in))
        if found[-1].wrong:
            break
    return found


def test_whatever_fails_nothing_is_lost_out_of_order_or_sent_with_other_bytes() -> None:
    found = published()

    assert found.wrong is None, found.told()
    assert {step.split(",")[0] for step in found.steps} == {
        "append.inserted",
        "transaction.committed",
        "publisher.locked",
        "publisher.numbered",
        "publisher.numbers_committed",
        "publisher.resumed",
        "log.appended",
        "publisher.after_ack",
        "publisher.sent_kept",
        "publisher.cut_off",
        f"{FAULT} crash at append.inserted",
        f"{FAULT} crash",
        f"{FAULT} session lost",
        f"{FAULT} send fails",
    }


@pytest.mark.parametrize(
    ("guard", "wrong"),
    [
        ("one publisher at a time", "a repeat without a cause"),
        ("number on the connection that holds the lock", "a repeat without a cause"),
        ("number before sending", "a resend has other bytes"),
        ("number what is left, not what is later", "an event is lost"),
        ("resume from the table", "an event is lost"),
        ("mark after the acknowledgement", "an event is lost"),
    ],
)
def test_publishing_goes_wrong_without(guard: str, wrong: str) -> None:
    found = published(publishing.GUARDS - {guard})

    assert found.wrong == wrong, found.told()


def test_where_numbers_stand_once_two_publishers_only_repeat_themselves() -> None:
    two = publishing.GUARDS - {"one publisher at a time"}
    repeated = published(two, publishing.wrong_in, faults=0)
    assert repeated.wrong is None, repeated.told()

    numbered_twice = published(two - {"a number stands once"}, publishing.wrong_in, faults=0)
    assert numbered_twice.wrong is not None


def test_every_log_that_publishers_leave_has_its_effect_once_and_in_order() -> None:
    for found in taken_in():
        assert found.wrong is None, found.told()
        assert {state.effects for state in found.resting} <= {
            ("A1", "A2", "B1"),
            ("A1", "B1", "A2"),
            ("B1", "A1", "A2"),
        }


@pytest.mark.parametrize(
    ("guard", "wrong"),
    [
        ("skip and park by version", "an event has its effect twice"),
        ("compare and set the position, first", "an event has its effect twice"),
        ("effect and position in one transaction", "an event is lost"),
    ],
)
def test_taking_in_goes_wrong_without(guard: str, wrong: str) -> None:
    found = taken_in(consuming.GUARDS - {guard})[-1]

    assert found.wrong == wrong, found.told()


def test_a_lease_saves_work_and_guards_nothing() -> None:
    for found in taken_in(consuming.GUARDS - {"one worker by lease"}):
        assert found.wrong is None, found.told()
