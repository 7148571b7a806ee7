"""A lost topic is written anew from the table, byte for byte, and nobody's effects are repeated."""

from __future__ import annotations

import json
import threading

import pytest

from shared.refilling import TopicDisagrees, TopicHasHole, refill
from shared.stopping import Stop
from shared.vouching import RecreatedLogError, vouch
from tests.integration.test_vouching import recreate
from tests.support.garage import Company
from tests.support.lost_databases import forget_record
from tests.support.parking_company import charges
from tests.support.running import until


def documents(company: Company) -> list[bytes]:
    return sorted(record.value or b"" for record in company.records())


def with_history(company: Company) -> None:
    for number in range(12):
        company.rent(f"p{number}", garage=f"g{number % 3}")
    company.publish()
    vouch(company.garage, company.log, company.topic)


def test_the_same_bytes_are_there_again_in_the_order_of_numbers(company: Company) -> None:
    with_history(company)
    before = documents(company)
    recreate(company)
    with pytest.raises(RecreatedLogError):
        vouch(company.garage, company.log, company.topic)

    told = refill(company.garage, company.log, company.topic, actor="operator")

    assert (told.present, told.sent) == (0, 12)
    assert documents(company) == before
    for partition in {record.partition for record in company.records()}:
        numbers = [
            json.loads(record.value or b"")["sequence"]
            for record in sorted(company.records(), key=lambda record: record.offset)
            if record.partition == partition
        ]
        assert numbers == sorted(numbers)
    vouch(company.garage, company.log, company.topic)


def test_consumers_go_on_in_the_new_topic_without_repeating_anything(company: Company) -> None:
    with_history(company)
    company.take_in()
    before = (company.rents(), company.rows(company.billing, charges))
    recreate(company)
    refill(company.garage, company.log, company.topic, actor="operator")
    company.rent("later", garage="g0")
    company.publish()
    stop = Stop()
    loop = threading.Thread(target=company.loop("one").run, args=(stop,))
    loop.start()
    try:
        until(lambda: company.rents() == before[0] | {"g0": 5}, "the new topic is not read")
    finally:
        stop.set()
        loop.join()

    later = [row for row in company.rows(company.billing, charges) if row["place"] == "later"]
    assert sorted(company.rows(company.billing, charges), key=repr) == sorted(before[1] + later, key=repr)
    assert company.waiting() == []


def test_a_refill_that_was_broken_off_goes_on(company: Company) -> None:
    with_history(company)
    before = documents(company)
    first = [r for r in company.records() if int(json.loads(r.value or b"")["sequence"]) <= 5]
    recreate(company)
    first.sort(key=lambda record: json.loads(record.value or b"")["sequence"])
    company.log.append(company.topic, [((r.key or b"").decode(), r.value or b"") for r in first])

    told = refill(company.garage, company.log, company.topic, actor="operator")

    assert (told.present, told.sent) == (5, 7)
    assert documents(company) == before
    assert refill(company.garage, company.log, company.topic, actor="operator").sent == 0


def test_a_topic_that_says_otherwise_is_left_alone(company: Company) -> None:
    with_history(company)
    foreign = json.loads(company.records()[0].value or b"") | {"id": "other"}
    recreate(company)
    company.log.append(company.topic, [(foreign["partitionkey"], json.dumps(foreign).encode())])

    with pytest.raises(TopicDisagrees, match="other-event"):
        refill(company.garage, company.log, company.topic, actor="operator")

    assert len(company.records()) == 1


def test_what_is_missing_before_later_events_of_its_key_is_not_put_behind_them(
    small_company: Company,
) -> None:
    with_history(small_company)
    forget_record(small_company, 4)

    with pytest.raises(TopicHasHole, match="lacks number 4"):
        refill(small_company.garage, small_company.log, small_company.topic, actor="operator")
