"""Each event has its effect once, and what follows from it happens once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from shared import ids, leases, mending, positions
from shared.intake import Intake
from shared.log.embedded import EmbeddedLog
from shared.messages import Recorded
from shared.positions import PositionMovedError
from shared.reactions import Policy, Reaction
from shared.refilling import refill
from shared.stopping import Stop
from shared.tables import stream_progress
from tests.integration.test_vouching import recreate
from tests.support import parking_company
from tests.support.garage import Company
from tests.support.parking_company import PlaceFreed, charges
from tests.support.running import until


def test_every_event_changes_the_read_model_once(company: Company) -> None:
    for number in range(40):
        company.rent(f"p{number}", garage=f"g{number % 3}")
    company.publish()
    records = company.records()
    company.take_in(records=records[:25])
    company.take_in()
    company.take_in()

    assert company.rents() == {"g0": 14, "g1": 13, "g2": 13}


def test_a_record_that_comes_twice_is_skipped(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    assert record.value is not None
    small_company.log.append(small_company.topic, [("g1", record.value)])
    small_company.take_in()

    assert small_company.rents() == {"g1": 1}
    assert small_company.waiting() == []


def test_a_follow_up_happens_once_also_when_everything_is_read_again(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    small_company.take_in()
    with small_company.billing.database.writing() as connection:
        connection.exec_driver_sql("UPDATE consumer_positions SET next_offset = 0, sequence = 0")
        connection.execute(stream_progress.delete())
    small_company.take_in()

    assert [row["total"] for row in small_company.rows(small_company.billing, charges)] == [100]


def test_a_policy_that_looks_at_its_own_key_is_asked_about_many_at_once_and_sees_nothing_later_of_any(
    small_company: Company,
) -> None:
    asked: list[dict[str, int]] = []

    def react(causes: Sequence[Recorded[Any]], connection: Connection) -> list[list[Reaction]]:
        rents = {row.garage_id: row.rents for row in connection.execute(select(parking_company.garages))}
        asked.append({cause.event.garage_id: rents[cause.event.garage_id] for cause in causes})
        return [[] for _ in causes]

    for place in ("a", "b"):
        small_company.rent(place, garage="g1")
        small_company.rent(place, garage="g2")
    small_company.free("b", garage="g2")
    small_company.rent("c", garage="g3")
    small_company.publish()
    together = Policy(name="looking", on=(parking_company.PlaceRented,), react_together=react)
    by_garage = sorted(small_company.records(), key=lambda record: (record.key != b"g1", record.offset))
    small_company.take_in(small_company.broken(policies=[together]), by_garage)

    assert asked == [{"g1": 1}, {"g1": 2, "g2": 1, "g3": 1}, {"g2": 2}]


def test_any_other_policy_is_asked_before_anything_later_is_written(small_company: Company) -> None:
    seen: list[set[str]] = []

    def react(_cause: Recorded[Any], connection: Connection) -> list[Reaction]:
        seen.append(set(connection.execute(select(parking_company.garages.c.garage_id)).scalars()))
        return []

    small_company.rent("a", garage="g1")
    small_company.rent("a", garage="g2")
    small_company.publish()
    alone = Policy(name="looking", on=(parking_company.PlaceRented,), react=react)
    by_garage = sorted(small_company.records(), key=lambda record: record.key or b"")
    small_company.take_in(small_company.broken(policies=[alone]), by_garage)

    assert seen == [{"g1"}, {"g1", "g2"}]


def test_what_is_asked_about_many_at_once_is_charged_as_what_is_asked_one_by_one(
    small_company: Company,
) -> None:
    for number in range(12):
        small_company.rent(f"p{number}", garage=f"g{number % 5}")
    small_company.publish()
    small_company.take_in(small_company.broken(policies=[parking_company.charge_rents]))

    charged = small_company.rows(small_company.billing, charges)
    assert sorted((row["garage_id"], row["place"], row["total"]) for row in charged) == sorted(
        (f"g{number % 5}", f"p{number}", 100) for number in range(12)
    )


def test_under_another_identity_the_topic_is_read_again_and_nothing_has_its_effect_twice(
    small_company: Company,
) -> None:
    for place in ("a", "b"):
        small_company.rent(place)
    small_company.publish()
    small_company.take_in()
    with small_company.billing.database.writing() as connection:
        connection.exec_driver_sql("UPDATE consumer_positions SET next_offset = 0, topic_id = 'another'")
    small_company.rent("c")
    small_company.publish()
    small_company.take_in()

    assert small_company.rents() == {"g1": 3}
    assert sum(row["total"] for row in small_company.rows(small_company.billing, charges)) == 300


def lose_topic(company: Company) -> None:
    recreate(company)


def lose_file(company: Company) -> None:
    assert isinstance(company.log, EmbeddedLog)
    path = company.log._path
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    company.log = EmbeddedLog(path)
    company.log.create_topics([company.topic, company.billing_topic])


def work_while_it_is_lost(company: Company, lose: Callable[[Company], None]) -> None:
    """The consumer stands behind a repeat, hence behind the end of what a refill writes."""
    for place in ("a", "b"):
        company.rent(place)
    company.publish()
    first = company.records()[0]
    company.log.append(company.topic, [("g1", first.value or b"")])
    working = company.worker()
    working.start()
    try:
        until(lambda: company.held()[company.topic, first.partition].next_offset == 3, "it takes in nothing")
        lose(company)
        refill(company.garage, company.log, company.topic, actor="operator")
        company.rent("c")
        company.publish()
        until(lambda: company.rents() == {"g1": 3}, "what is new in the topic made anew stays unseen")
    finally:
        assert working.stop()


def test_a_topic_that_is_made_anew_under_a_consumer_at_work_is_read_from_its_beginning(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.2)

    work_while_it_is_lost(company, lose_topic)

    assert company.waiting() == []


def test_so_is_a_file_that_is_put_in_the_place_of_the_log(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.2)

    work_while_it_is_lost(small_company, lose_file)

    assert small_company.waiting() == []


def test_of_two_workers_on_one_partition_one_has_an_effect(small_company: Company) -> None:
    for number in range(20):
        small_company.rent(f"p{number}")
    small_company.publish()
    held, records = small_company.held(), small_company.records()
    outcomes: list[str] = []

    def take() -> None:
        try:
            Intake(small_company.billing, small_company.consumer).take(records, held)
            outcomes.append("took")
        except PositionMovedError:
            outcomes.append("too late")

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["too late", "too late", "too late", "took"]
    assert small_company.rents() == {"g1": 20}


def test_two_loops_share_the_partitions_and_hand_them_over(company: Company) -> None:
    for number in range(30):
        company.rent(f"p{number}", garage=f"g{number % 6}")
    company.publish()
    stop = Stop()
    loops = [threading.Thread(target=company.loop(name).run, args=(stop,)) for name in ("one", "two")]
    for thread in loops:
        thread.start()
    heard = company.billing.ear.count()
    while sum(company.rents().values()) < 30:
        company.billing.wait(1.0, heard)
    stop.set()
    for thread in loops:
        thread.join()

    assert company.rents() == {f"g{number}": 5 for number in range(6)}
    assert company.rows(company.billing, charges) != []


@pytest.mark.parametrize(("version", "counted"), [(9, 2), (1, 3)], ids=["parked", "taken in"])
def test_a_forged_number_makes_no_later_event_look_like_a_repeat(
    small_company: Company, version: int, counted: int
) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    forged: dict[str, Any] = json.loads(record.value or b"")
    forged |= {"id": ids.new_id(), "stream": "place-g1/x", "sequence": f"{10**15:020}"}
    forged["streamversion"] = forged["data"]["version"] = version
    small_company.log.append(small_company.topic, [("g1", json.dumps(forged).encode())])
    small_company.take_in()
    mending.discard_first(
        small_company.billing, small_company.consumer, key="g1", actor="operator/x", because="forged"
    )
    small_company.rent("b")
    small_company.publish()
    small_company.take_in()

    assert small_company.rents() == {"g1": counted}
    assert small_company.waiting() == []


def test_a_type_that_the_contract_does_not_know_yet_is_passed_over(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    newer: dict[str, Any] = json.loads(record.value or b"")
    newer |= {"id": ids.new_id(), "type": "no.digitrofi.PlacePainted.v1", "sequence": f"{2:020}"}
    newer["streamversion"] = newer["data"]["version"] = 2
    small_company.log.append(small_company.topic, [("g1", json.dumps(newer).encode())])
    small_company.take_in()

    with small_company.billing.reading() as connection:
        seen = positions.versions_of(connection, "garage", ["place-g1/a"])
    assert seen == {"place-g1/a": 2}
    assert small_company.waiting() == []


def test_the_journal_gets_every_document_as_it_came(small_company: Company) -> None:
    small_company.rent("a")
    small_company.free("a")
    small_company.publish()
    kept: list[bytes] = []

    def journal(connection: Connection, taken: Any) -> None:
        del connection
        kept.extend(document for _, document in taken)

    small_company.take_in(small_company.broken(journal=journal, projections=(), policies=(), ignores=()))

    assert kept == [record.value for record in small_company.records()]


def test_everything_is_handled_or_declared_as_ignored(small_company: Company) -> None:
    consumer = small_company.consumer

    assert consumer.handled() | set(consumer.ignores) == set(consumer.events)
    assert PlaceFreed not in consumer.handled()
