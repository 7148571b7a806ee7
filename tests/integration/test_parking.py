"""What cannot be taken in waits, alone with the followers of its key, until it is mended."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from sqlalchemy import Connection

from shared import ids, mending, parking
from shared.intake import PASSING, TooManyParkedError
from shared.messages import Recorded
from shared.readmodels import Projection, Row
from shared.tables import parked
from shared.vouching import vouch
from tests.support.garage import Company
from tests.support.parking_company import PlaceRented, charges, count_rent, garages

INVALID: list[tuple[str, bytes | None, str]] = [
    ("not JSON", b"{", "not-json"),
    ("nothing", None, "empty"),
    ("another thing", b"[]", "not-an-object"),
]


@pytest.mark.parametrize(("name", "value", "reason"), INVALID, ids=[name for name, _, _ in INVALID])
def test_a_record_that_is_no_event_parks_its_key_and_nothing_else(
    small_company: Company, name: str, value: bytes | None, reason: str
) -> None:
    del name
    small_company.rent("a", garage="g1")
    small_company.publish()
    small_company.log.append(small_company.topic, [("g1", value)])  # type: ignore[list-item]  # on purpose
    small_company.rent("b", garage="g1")
    small_company.rent("c", garage="g2")
    small_company.publish()
    small_company.take_in()

    assert small_company.rents() == {"g1": 1, "g2": 1}
    assert small_company.waiting() == [("g1", "parked", reason), ("g1", "blocked", "follows")]


def spoilt(company: Company, **changes: Any) -> bytes:
    document = json.loads(company.records()[0].value or b"")
    return json.dumps(document | {"id": ids.new_id()} | changes).encode()


@pytest.mark.parametrize(
    "changes",
    [{"sequence": "9" * 20}, {"stream": "".join(ids.new_id() for _ in range(250))}],
    ids=["its number", "its stream"],
)
def test_a_document_of_which_a_part_fits_into_no_database_parks_its_key_and_nothing_else(
    small_company: Company, changes: dict[str, str]
) -> None:
    small_company.rent("a", garage="g1")
    small_company.publish()
    small_company.log.append(small_company.topic, [("g1", spoilt(small_company, **changes))])
    small_company.rent("b", garage="g2")
    small_company.publish()
    small_company.take_in()

    assert small_company.rents() == {"g1": 1, "g2": 1}
    assert small_company.waiting() == [("g1", "parked", "bad-attribute")]
    vouch(small_company.garage, small_company.log, small_company.topic)


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_an_event_of_which_a_row_fits_into_no_index_is_parked_and_not_tried_for_ever(
    small_company: Company,
) -> None:
    small_company.rent("a", garage="g1")
    small_company.publish()
    data = json.loads(small_company.records()[0].value or b"")["data"]
    data["current"]["garage_id"] = "".join(ids.new_id() for _ in range(250))
    small_company.log.append(
        small_company.topic, [("g1", spoilt(small_company, stream="place-x", data=data))]
    )
    small_company.rent("b", garage="g2")
    small_company.publish()
    small_company.take_in()

    assert small_company.rents() == {"g1": 1, "g2": 1}
    assert small_company.waiting() == [("g1", "parked", "handler-failed")]


@pytest.mark.parametrize("key", ["\0", "".join(ids.new_id() for _ in range(250))], ids=["NUL", "long"])
def test_a_key_that_fits_into_no_database_is_parked_by_its_partition(
    small_company: Company, key: str
) -> None:
    small_company.log.append(small_company.topic, [(key, b"{")] * 2)
    small_company.rent("a", garage="g1")
    small_company.publish()
    small_company.take_in()

    partition = next(one.partition for one in small_company.records() if one.value == b"{")
    assert small_company.rents() == {"g1": 1}
    assert small_company.waiting() == [
        (f"partition {partition}", "parked", "not-json"),
        (f"partition {partition}", "blocked", "not-json"),
    ]


def test_after_a_discard_with_a_reason_the_followers_can_be_replayed(small_company: Company) -> None:
    small_company.log.append(small_company.topic, [("g1", b"{")])
    small_company.rent("a", garage="g1")
    small_company.publish()
    small_company.take_in()

    mending.discard_first(
        small_company.billing, small_company.consumer, key="g1", actor="operator/x", because="no event"
    )
    done = mending.replay(small_company.billing, small_company.consumer)

    assert [(result.taken, result.left) for result in done] == [(1, 0)]
    assert small_company.rents() == {"g1": 1}
    (ledger,) = small_company.rows(small_company.billing, parked)
    assert (ledger["state"], ledger["settled_by"], ledger["settled_because"]) == (
        "discarded",
        "operator/x",
        "no event",
    )


def failing(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
    if recorded.event.place == "bad":
        raise ZeroDivisionError("the fold has a bug")
    return count_rent(row, recorded)


def test_a_bug_whose_words_no_database_keeps_parks_its_key_all_the_same(small_company: Company) -> None:
    def telling(_row: Row | None, _recorded: Recorded[PlaceRented]) -> Row:
        raise ZeroDivisionError("what it was given: \0")

    broken = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: telling})])
    small_company.rent("a")
    small_company.publish()
    small_company.take_in(broken)
    mending.replay(small_company.billing, broken)

    (row,) = small_company.rows(small_company.billing, parked)
    assert (row["detail"], row["attempts"]) == (
        "ZeroDivisionError: what it was given: \N{REPLACEMENT CHARACTER}",
        2,
    )


def test_half_a_character_is_not_kept_either() -> None:
    assert parking._storable("\ud800") == "?"


def test_a_bug_parks_the_key_of_its_event_and_a_replay_mends_it(small_company: Company) -> None:
    for place, garage in (("a", "g1"), ("bad", "g1"), ("c", "g1"), ("d", "g2")):
        small_company.rent(place, garage=garage)
    small_company.publish()
    broken = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: failing})])
    small_company.take_in(broken)

    assert small_company.rents() == {"g1": 1, "g2": 1}
    assert small_company.waiting() == [("g1", "parked", "handler-failed"), ("g1", "blocked", "follows")]

    still = mending.replay(small_company.billing, broken)
    tried = mending.replay(small_company.billing, small_company.consumer, dry_run=True)
    assert (still[0].taken, still[0].left) == (0, 2)
    assert (tried[0].taken, tried[0].left) == (2, 0)
    assert small_company.rents() == {"g1": 1, "g2": 1}

    mending.replay(small_company.billing, small_company.consumer)

    assert small_company.rents() == {"g1": 3, "g2": 1}
    assert small_company.waiting() == []
    assert len(small_company.rows(small_company.billing, charges)) == 4


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_nothing_is_parked_since_a_process_stood_still_within_its_transaction(small_company: Company) -> None:
    """As one does that is suspended for a while, or whose machine is."""

    def stand_still(connection: Connection, _taken: object) -> None:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 1")
        time.sleep(0.2)

    small_company.rent("a")
    small_company.publish()

    with pytest.raises(PASSING):
        small_company.take_in(small_company.broken(journal=stand_still))
    small_company.take_in()

    assert small_company.waiting() == []
    assert small_company.rents() == {"g1": 1}


def test_a_hole_in_a_stream_is_parked_until_it_is_filled(small_company: Company) -> None:
    small_company.rent("a")
    small_company.free("a")
    small_company.rent("a", car="EK 2")
    small_company.publish()
    first, second, third = small_company.records()
    small_company.take_in(records=[first, third])

    assert small_company.waiting() == [("g1", "parked", "hole")]
    assert small_company.rents() == {"g1": 1}
    assert second.offset < third.offset


def test_too_many_parked_keys_stop_the_consumer(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "MAXIMUM_KEYS", 3)
    for number in range(5):
        small_company.log.append(small_company.topic, [(f"g{number}", b"{")])

    with pytest.raises(TooManyParkedError):
        small_company.take_in()

    assert small_company.waiting() == []


def test_a_record_under_another_key_than_its_document_says_is_parked(small_company: Company) -> None:
    small_company.rent("a", garage="g1")
    small_company.publish()
    (record,) = small_company.records()
    small_company.log.append(small_company.topic, [("g2", record.value or b"")])
    small_company.take_in()

    assert small_company.waiting() == [("g2", "parked", "key-differs")]
    assert small_company.rents() == {"g1": 1}


def always_failing(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
    del row, recorded
    raise ZeroDivisionError("every event meets the bug")


def test_a_bug_that_meets_every_event_stops_the_consumer(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "MAXIMUM_KEYS", 3)
    for number in range(6):
        small_company.rent("a", garage=f"g{number}")
    small_company.publish()
    broken = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: always_failing})])

    with pytest.raises(TooManyParkedError):
        small_company.take_in(broken)

    assert len(small_company.waiting()) == 3


def test_after_a_discard_the_next_version_is_no_hole(small_company: Company) -> None:
    small_company.rent("bad")
    small_company.free("bad")
    small_company.rent("bad", car="EK 2")
    small_company.publish()
    broken = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: failing})])
    small_company.take_in(broken)

    mending.discard_first(
        small_company.billing, small_company.consumer, key="g1", actor="operator/x", because="known bug"
    )
    (done,) = mending.replay(small_company.billing, small_company.consumer)

    assert (done.taken, done.left) == (2, 0)
    assert small_company.rents() == {"g1": 1}
