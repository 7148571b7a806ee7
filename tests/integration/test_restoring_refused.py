"""What stops a restore: nothing is brought back of which somebody must first say what it is worth."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.restoring import DatabaseNotEmpty, DocumentUnusable, LogIncomplete, restore
from shared.tables import events, recoveries
from tests.integration.test_vouching import recreate
from tests.support.garage import Company
from tests.support.lost_databases import MakeDatabase, forget_record, history, lose_garage, rows_of


def test_a_database_that_is_not_empty_is_left_alone(company: Company) -> None:
    history(company)
    before = rows_of(company.garage, events)

    with pytest.raises(DatabaseNotEmpty, match="14 rows of events"):
        restore(company.garage, company.log, company.topic, [], actor="operator")

    assert rows_of(company.garage, events) == before
    assert rows_of(company.garage, recoveries) == []


@pytest.mark.parametrize("value", [b"{", b'{"specversion":"1.0"}'], ids=["no JSON", "no event"])
def test_a_record_that_is_no_event_stops_it_with_its_place(
    company: Company, make_database: MakeDatabase, value: bytes
) -> None:
    history(company)
    company.log.append(company.topic, [("g1", value)])
    (place,) = [record for record in company.records() if record.value == value]
    found = lose_garage(company, make_database)

    with pytest.raises(DocumentUnusable, match=f"{place.partition}@{place.offset}"):
        restore(found, company.log, company.topic, [], actor="operator")
    assert rows_of(found, events) == []

    left_out = {(place.partition, place.offset)}
    told = restore(found, company.log, company.topic, [], actor="operator", leave_out=left_out)
    assert (told.events, len(told.left_out)) == (14, 1)


def test_a_document_that_contradicts_an_earlier_one_stops_it(
    small_company: Company, make_database: MakeDatabase
) -> None:
    history(small_company)
    append(small_company, json.loads(small_company.records()[0].value or b"") | {"id": "forged"})
    found = lose_garage(small_company, make_database)

    with pytest.raises(DocumentUnusable, match="contradicts"):
        restore(found, small_company.log, small_company.topic, [], actor="operator")

    assert rows_of(found, events) == []


@pytest.mark.parametrize(
    "otherwise",
    [
        {"source": "https://parking.example/elsewhere"},
        {"dataschema": "https://parking.example/garage/schemas/PlaceFreed.v1.json"},
        {"comment": "an extension that no service of ours knows"},
    ],
    ids=["another source", "another schema", "another shape"],
)
def test_a_document_that_the_service_would_not_publish_so_stops_it(
    small_company: Company, make_database: MakeDatabase, otherwise: dict[str, str]
) -> None:
    """A valid event throughout: what came back of it would go out as other bytes under its number."""
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    document = json.loads(record.value or b"")
    recreate(small_company)
    append(small_company, document | otherwise)
    found = lose_garage(small_company, make_database)

    with pytest.raises(DocumentUnusable, match="would not have written it so"):
        restore(found, small_company.log, small_company.topic, [], actor="operator")

    assert rows_of(found, events) == []
    recreate(small_company)
    append(small_company, document)
    assert restore(found, small_company.log, small_company.topic, [], actor="operator").events == 1


def test_a_number_that_is_missing_is_given_up_only_when_somebody_says_so(
    small_company: Company, make_database: MakeDatabase
) -> None:
    history(small_company)
    forget_record(small_company, 12)  # nothing later stands in its stream
    found = lose_garage(small_company, make_database)

    with pytest.raises(LogIncomplete, match="12"):
        restore(found, small_company.log, small_company.topic, [], actor="operator")
    told = restore(found, small_company.log, small_company.topic, [], actor="operator", accept_missing=True)

    assert (told.events, told.last, told.missing) == (13, 14, [12])
    (note,) = rows_of(found, recoveries)
    assert json.loads(note["detail"])["missing"] == [12]


def test_a_stream_with_a_hole_is_never_restored(small_company: Company, make_database: MakeDatabase) -> None:
    history(small_company)
    forget_record(small_company, 13)
    found = lose_garage(small_company, make_database)

    with pytest.raises(LogIncomplete, match="Version 2 of place-g0"):
        restore(found, small_company.log, small_company.topic, [], actor="operator", accept_missing=True)


def append(company: Company, document: dict[str, Any]) -> None:
    """Send a document as it stands, in the spelling of our own encoder."""
    value = json.dumps(document, separators=(",", ":")).encode()
    company.log.append(company.topic, [(document["partitionkey"], value)])
