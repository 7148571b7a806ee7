"""The checker finds every kind of error in histories that are wrong on purpose, and none in a good one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from deploy.proof.checker import check
from deploy.proof.evidence import Delivered, Evidence, SetAside, Stored
from deploy.proof.history import Operation

SERVICE, TOPIC, CONSUMER = "parking", "parking.events", "ledger"


def asked(number: int, **changes: Any) -> Operation:
    one = Operation(
        client="a", service=SERVICE, mark=f"m{number}", key=f"k{number}", called=number, returned=number + 0.5,
        outcome="ok", status=201, answer="same",
    )  # fmt: skip
    return msgspec.structs.replace(one, **changes)


def stored(number: int, stream: str, version: int, **changes: Any) -> Stored:
    return Stored(SERVICE, f"e{number}", stream, version, "key", number, f"m{number}")._replace(**changes)


def record(number: int, stream: str, version: int, **changes: Any) -> Delivered:
    return Delivered(
        SERVICE, 0, number - 1, "key", f"e{number}", stream, version, number, f"bytes of e{number}"
    )._replace(**changes)


EVENTS = [stored(1, "house-1", 1), stored(2, "house-2", 1), stored(3, "house-1", 2)]
RECORDS = [record(1, "house-1", 1), record(2, "house-2", 1), record(3, "house-1", 2)]
HISTORY = [asked(1), asked(2), asked(3)]
GOOD = Evidence(
    stored=EVENTS,
    delivered=RECORDS,
    journal={"e1": 1, "e2": 1, "e3": 1},
    progress={CONSUMER: (SERVICE, {"house-1": 2, "house-2": 1})},
    rows={"places": {"house-1": 3}},
    expected={"places": {"house-1": 3}},
    poison={TOPIC: {(0, 9)}},
    aside=[SetAside(CONSUMER, TOPIC, 0, 9, "parked")],
    listeners={TOPIC: [CONSUMER]},
)


def found(history: list[Operation] | None = None, **wrong: Any) -> set[tuple[str, str]]:
    listed = check(HISTORY if history is None else history, replace(GOOD, **wrong))
    return {(one.promise, one.kind) for one in listed}


def test_nothing_is_found_where_all_is_well() -> None:
    assert check(HISTORY, GOOD) == []


def test_repeated_deliveries_of_the_same_bytes_are_no_error() -> None:
    again = [*RECORDS, record(1, "house-1", 1, offset=3), record(3, "house-1", 2, offset=4)]

    assert found(delivered=again) == set()


def test_an_unknown_outcome_may_have_an_effect_or_none() -> None:
    assert found([*HISTORY[:2], asked(3, outcome="unknown"), asked(4, outcome="unknown")]) == set()


def test_a_database_that_is_away_may_refuse_for_a_while() -> None:
    refused = asked(4, outcome="unknown", status=503, told_when=True)

    assert found([*HISTORY, refused], outages=[(1.0, 3.0)]) == set()


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "an accepted command without an event": ({"history": [*HISTORY, asked(4)]}, ("G1", "lost")),
    "an event that is on no topic": ({"delivered": RECORDS[:2]}, ("G1", "lost")),
    "an event that is not in the feed": ({"journal": {"e1": 1, "e2": 1}}, ("G1", "lost")),
    "an event without a number": (
        {"stored": [*EVENTS[:2], stored(3, "house-1", 2, sequence=None)]},
        ("G1", "lost"),
    ),
    "two events without a number": (
        {"stored": [EVENTS[0], *(event._replace(sequence=None) for event in EVENTS[1:])]},
        ("G1", "lost"),
    ),
    "a number left out": ({"stored": [*EVENTS[:2], stored(3, "house-1", 2, sequence=4)]}, ("G1", "lost")),
    "a number given twice": (
        {"stored": [*EVENTS[:2], stored(3, "house-1", 2, sequence=2)]},
        ("G3", "double"),
    ),
    "a consumer that has not come to the end": (
        {"progress": {CONSUMER: (SERVICE, {"house-1": 1, "house-2": 1})}},
        ("G1", "lost"),
    ),
    "a record that nobody stored": (
        {"delivered": [*RECORDS, record(9, "house-9", 1)]},
        ("G1", "foreign"),
    ),
    "versions in the wrong order": (
        {"delivered": [record(3, "house-1", 2, offset=0), record(1, "house-1", 1, offset=1), RECORDS[1]]},
        ("G2", "out of order"),
    ),
    "a stream in two partitions": (
        {"delivered": [*RECORDS[:2], record(3, "house-1", 2, partition=1)]},
        ("G2", "out of order"),
    ),
    "a hole in a stream": (
        {"stored": [*EVENTS[:2], stored(3, "house-1", 3)]},
        ("G2", "out of order"),
    ),
    "a repeat with other bytes": (
        {"delivered": [*RECORDS, record(3, "house-1", 2, offset=3, digest="other")]},
        ("G2", "differs"),
    ),
    "an event twice in the feed": ({"journal": {"e1": 1, "e2": 2, "e3": 1}}, ("G3", "double")),
    "an event stored twice": ({"stored": [*EVENTS, EVENTS[2]]}, ("G3", "double")),
    "an invented event in the feed": ({"journal": {**GOOD.journal, "e9": 1}}, ("G3", "foreign")),
    "a row that counts an event twice": ({"rows": {"places": {"house-1": 4}}}, ("G3", "differs")),
    "a row too many": ({"rows": {"places": {"house-1": 3, "house-2": 1}}}, ("G3", "differs")),
    "a repeated command with two effects": (
        {"stored": [*EVENTS[:2], stored(3, "house-1", 2, mark="m1")], "history": HISTORY[:2]},
        ("G4", "double"),
    ),
    "a repeated command with two answers": (
        {"history": [*HISTORY, asked(1, answer="another")]},
        ("G4", "differs"),
    ),
    "a refused command with an effect": (
        {"history": [*HISTORY[:2], asked(3, outcome="refused")]},
        ("G4", "double"),
    ),
    "two conflicting commands both accepted": (
        {"history": [HISTORY[0], asked(2, rival="r"), asked(3, rival="r")]},
        ("G5", "both accepted"),
    ),
    "two conflicting commands of which one was refused and done": (
        {"history": [HISTORY[0], asked(2, rival="r"), asked(3, rival="r", outcome="unknown")]},
        ("G5", "both accepted"),
    ),
    "two conflicting commands both refused": (
        {"history": [*HISTORY, *(asked(n, rival="r", outcome="refused") for n in (7, 8))]},
        ("G5", "lost"),
    ),
    "a rebuild that differs": ({"differences": ["places of house-1"]}, ("G6", "differs")),
    "a bad record that was passed over": ({"aside": []}, ("G9", "lost")),
    "a good record that was set aside": (
        {"aside": [*GOOD.aside, SetAside(CONSUMER, TOPIC, 0, 1, "parked")]},
        ("G9", "lost"),
    ),
    "a command refused while Kafka alone was away": (
        {"history": [*HISTORY, asked(4, outcome="unknown", status=503, told_when=True)], "outages": [(3.0, 6.0)]},
        ("G15", "refused"),
    ),
    "a command refused without a word about when to ask again": (
        {"history": [*HISTORY, asked(4, outcome="unknown", status=503)]},
        ("G15", "refused"),
    ),
    "a loss that nobody has noticed": ({"unnoticed": ["an empty database"]}, ("G12", "unnoticed")),
    "a command that was answered by a defect": (
        {"history": [*HISTORY, asked(4, outcome="unknown", status=500)]},
        ("G14", "refused"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_found(case: str) -> None:
    wrong, finding = WRONG[case]

    assert finding in found(**wrong)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_accuses_no_promise_that_was_kept(case: str) -> None:
    wrong, (promise, _) = WRONG[case]
    also = {
        "an event that is on no topic": {"G1"},
        "a hole in a stream": {"G1", "G2"},
        "versions in the wrong order": {"G2"},
        "a number given twice": {"G1", "G3"},
        "an event stored twice": {"G1", "G2", "G3", "G4"},
        "a repeated command with two effects": {"G4"},
    }

    assert {one for one, _ in found(**wrong)} <= also.get(case, {promise})
