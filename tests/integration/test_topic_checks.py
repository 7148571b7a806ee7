"""Where a topic differs from its table, or somebody has not taken it in, that is found; what is on its way is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, update

from shared import mending
from shared.consumers import Consumer
from shared.log import Log, Reader
from shared.tables import consumer_positions, parked, publisher, stream_progress
from shared.topicchecks import Listener, topic_findings
from tests.support.garage import Company


def codes(company: Company, *, log: Log | None = None, consumer: Consumer | None = None) -> list[str]:
    listeners = [Listener(company.billing, consumer or company.consumer)]
    found = topic_findings(company.garage, log or company.log, company.topic, listeners)
    return [finding.code for finding in found]


def told(company: Company) -> None:
    """Three events, published and taken in."""
    company.rent("a")
    company.rent("b")
    company.free("a")
    company.publish()
    company.take_in()


def documents(company: Company) -> list[dict[str, Any]]:
    found = [json.loads(record.value or b"") for record in company.records()]
    return sorted(found, key=lambda document: str(document["sequence"]))


def put(company: Company, *changed: dict[str, Any]) -> None:
    company.log.append(
        company.topic,
        [
            (
                document["partitionkey"],
                json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(),
            )
            for document in changed
        ],
    )


def test_a_topic_that_tells_what_its_table_tells_gives_no_finding(company: Company) -> None:
    told(company)
    put(company, documents(company)[0])  # a repeat with the same bytes
    company.rent("on-its-way")

    assert codes(company) == []


def move(company: Company, some: list[dict[str, Any]]) -> None:
    """Let the garage publish to another topic, on which just `some` lie, in this order."""
    company.topic = f"{company.topic}.anew"
    company.log.create_topics([company.topic])
    put(company, *some)


class Meanwhile:
    """A log in which something more is published between the look at the table and the look at the topic."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def __getattr__(self, name: str) -> Any:
        return getattr(self._company.log, name)

    def reader(self) -> Reader:
        self._company.rent("meanwhile")
        self._company.publish()
        return self._company.log.reader()


def test_what_is_published_while_somebody_looks_is_no_finding(company: Company) -> None:
    told(company)

    assert codes(company, log=Meanwhile(company)) == []  # type: ignore[arg-type]  # the rest is delegated


def test_what_the_topic_lacks_is_found_once_it_was_acknowledged(company: Company) -> None:
    told(company)
    move(company, documents(company)[:2])

    assert codes(company) == ["not-on-topic"]

    with company.garage.database.writing() as connection:
        connection.execute(update(publisher).values(sent=2))

    assert codes(company) == []


def test_other_events_other_bytes_and_unknown_numbers_are_found(company: Company) -> None:
    told(company)
    first = documents(company)[0]
    put(
        company,
        first | {"id": "foreign"},
        first | {"actor": "somebody"},
        first | {"id": "unknown", "sequence": "00000000000000000009"},
    )

    assert codes(company) == ["other-event", "other-bytes", "not-in-table"]


def test_numbers_out_of_order_on_the_topic_are_found(company: Company) -> None:
    told(company)
    one, two, three = documents(company)
    move(company, [one, three, two])

    assert codes(company) == ["late"]


def test_a_record_that_is_no_event_is_a_finding_only_where_nobody_set_it_aside(company: Company) -> None:
    told(company)
    company.log.append(company.topic, [("g1", b"not JSON")])

    assert codes(company) == []  # nobody has come to it

    company.take_in()

    assert codes(company) == []  # it is parked

    mending.discard_first(company.billing, company.consumer, key="g1", actor="operator/test", because="test")

    assert codes(company) == []  # it was given up, and the ledger says so

    with company.billing.database.writing() as connection:
        connection.execute(delete(parked))

    assert codes(company) == ["passed-over"]


def test_an_event_that_a_consumer_is_past_and_has_not_taken_in_is_found(company: Company) -> None:
    told(company)
    with company.billing.database.writing() as connection:
        connection.execute(update(stream_progress).values(version=1))

    assert codes(company) == ["not-taken-in"]

    with company.billing.database.writing() as connection:
        connection.execute(update(consumer_positions).values(topic_id="an earlier one"))

    assert codes(company) == []  # under another identity the consumer begins anew


def test_an_event_that_the_journal_lacks_is_found(company: Company) -> None:
    told(company)
    first = documents(company)[0]["id"]
    everything = {document["id"] for document in documents(company)}
    whole = replace(company.consumer, journalled=lambda _: everything)
    lacking = replace(company.consumer, journalled=lambda _: everything - {first})

    assert codes(company, consumer=whole) == []
    assert codes(company, consumer=lacking) == ["not-in-journal"]
