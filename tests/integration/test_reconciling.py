"""A fork is shown event by event, and ended by a decision with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from shared.database import Database
from shared.eventstore import Store
from shared.messages import Recorded
from shared.readmodels import Projection, Row
from shared.rebuilding import build_missing, rebuild
from shared.reconciling import ForkContradicts, ForkTouchesOurs, differences, keep_table, take_log
from shared.replaying import OwnEvents
from shared.tables import events, publisher, recoveries
from shared.vouching import ForkedLogError, vouch
from tests.integration.test_vouching import older
from tests.support.garage import Company, garage_store
from tests.support.lost_databases import forget_record, published, rows_of
from tests.support.parking_company import PlaceRented, garages, rented

MakeDatabase = Callable[[str], Database]
HOW = {"actor": "operator/test", "because": "a backup was restored"}


def forked(company: Company, make_database: MakeDatabase) -> Store:
    """Garage's database as an earlier backup holds it; two more events are on the topic."""
    company.rent("a")
    company.publish()
    backup = older(company, make_database)
    company.rent("b")
    company.free("a")
    company.publish()
    newer, company.garage = company.garage, backup
    return newer


def append_foreign(company: Company, **changes: Any) -> str:
    document = json.loads(company.records()[0].value or b"")
    document |= {"id": "foreign", "sequence": "00000000000000000002"} | changes
    company.log.append(company.topic, [(document["partitionkey"], json.dumps(document).encode())])
    return str(document["id"])


def test_a_fork_is_shown_event_by_event(company: Company, make_database: MakeDatabase) -> None:
    newer = forked(company, make_database)

    found = differences(company.garage, company.log, company.topic)

    assert [(one.number, one.difference, one.table_id, one.type) for one in found] == [
        (2, "not-in-table", None, "PlaceRented.v1"),
        (3, "not-in-table", None, "PlaceFreed.v1"),
    ]
    assert {one.topic_id for one in found} < {row["event_id"] for row in rows_of(newer, events)}
    assert differences(newer, company.log, company.topic) == []


def test_an_older_database_takes_back_what_the_log_has(company: Company, make_database: MakeDatabase) -> None:
    newer = forked(company, make_database)
    with pytest.raises(ForkedLogError):
        vouch(company.garage, company.log, company.topic)

    assert take_log(company.garage, company.log, company.topic, [], **HOW) == 2

    assert rows_of(company.garage, events, "position") == rows_of(newer, events, "position")
    assert rows_of(company.garage, rented) == rows_of(newer, rented)
    vouch(company.garage, company.log, company.topic)
    company.garage.check_halted()
    assert [row["because"] for row in company.rows(company.garage, recoveries)][-1] == HOW["because"]
    company.rent("c")
    assert company.publish() == 1
    assert differences(company.garage, company.log, company.topic) == []


def test_what_the_publisher_had_to_send_again_is_taken_back_once(
    company: Company, make_database: MakeDatabase
) -> None:
    newer = forked(company, make_database)
    with newer.database.writing() as connection:
        connection.execute(update(publisher).values(sent=1))  # it died before it could mark the rest
    published(newer, company.log, company.topic)
    assert len(company.records()) == 5

    assert take_log(company.garage, company.log, company.topic, [], **HOW) == 2

    assert rows_of(company.garage, events, "position") == rows_of(newer, events, "position")
    assert rows_of(company.garage, rented) == rows_of(newer, rented)
    assert differences(company.garage, company.log, company.topic) == []
    vouch(company.garage, company.log, company.topic)


def test_what_was_recorded_after_the_backup_comes_after_what_is_taken_back(
    company: Company, make_database: MakeDatabase
) -> None:
    forked(company, make_database)
    company.rent("elsewhere", garage="g2")

    take_log(company.garage, company.log, company.topic, [], **HOW)
    company.publish()

    assert differences(company.garage, company.log, company.topic) == []
    assert rebuild(OwnEvents(company.garage), promote=False).differences == []
    assert len(rows_of(company.garage, events)) == 4


def letters(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
    """The places of a garage as one number, in the order in which they were rented."""
    before, place = row["rents"] if row else 0, int(recorded.event.place, 16)
    return {"garage_id": recorded.event.garage_id, "rents": before * 16 + place}


def test_read_models_have_what_is_taken_back_before_what_was_recorded_after_the_backup(
    small_company: Company, make_database: MakeDatabase
) -> None:
    """It gets the later number, hence every rebuild and every consumer will see it so."""
    forked(small_company, make_database)
    in_order = Projection(table=garages, on={PlaceRented: letters})
    small_company.garage = garage_store(small_company.garage.database, [in_order])
    build_missing(small_company.garage, small_company.log, [])
    small_company.rent("c")

    take_log(small_company.garage, small_company.log, small_company.topic, [], **HOW)

    (row,) = rows_of(small_company.garage, garages)
    assert f"{row['rents']:x}" == "abc"


def test_nothing_is_taken_back_from_a_topic_that_lacks_something_itself(
    small_company: Company, make_database: MakeDatabase
) -> None:
    forked(small_company, make_database)
    forget_record(small_company, 2)
    before = rows_of(small_company.garage, events)

    with pytest.raises(ForkContradicts, match="lacks number 2 itself"):
        take_log(small_company.garage, small_company.log, small_company.topic, [], **HOW)

    assert rows_of(small_company.garage, events) == before


def test_two_events_in_one_place_are_not_mixed(company: Company, make_database: MakeDatabase) -> None:
    forked(company, make_database)
    company.rent("b", car="EK 9")  # the same stream as number 2 of the log
    before = rows_of(company.garage, events)

    with pytest.raises(ForkContradicts, match="Version 1 of place-g1"):
        take_log(company.garage, company.log, company.topic, [], **HOW)

    assert rows_of(company.garage, events) == before


def number_another_event(company: Company) -> None:
    """The backup publishes before it is looked at, and uses a number that the topic has."""
    company.rent("elsewhere", garage="g2")
    company.publish()


def send_other_bytes(company: Company) -> None:
    """The event that both sides have, told otherwise."""
    append_foreign(company, id=rows_of(company.garage, events)[0]["event_id"], sequence=f"{1:020}")


@pytest.mark.parametrize(
    ("tell_otherwise", "what"),
    [
        (number_another_event, "Number 2 is other-event"),
        (send_other_bytes, "Number 1 is other-bytes"),
    ],
    ids=["another event", "other bytes"],
)
def test_nothing_is_taken_back_where_one_number_tells_two_stories(
    small_company: Company,
    make_database: MakeDatabase,
    tell_otherwise: Callable[[Company], None],
    what: str,
) -> None:
    """What comes after that number would fit, and what the topic has under it would be lost."""
    forked(small_company, make_database)
    tell_otherwise(small_company)
    before = rows_of(small_company.garage, events)

    with pytest.raises(ForkContradicts, match=what):
        take_log(small_company.garage, small_company.log, small_company.topic, [], **HOW)

    assert rows_of(small_company.garage, events) == before


def test_foreign_events_of_unknown_streams_are_disowned(company: Company) -> None:
    company.rent("a")
    company.publish()
    append_foreign(company, stream="place-elsewhere")
    with pytest.raises(ForkedLogError):
        vouch(company.garage, company.log, company.topic)

    assert keep_table(company.garage, company.log, company.topic, **HOW) == 1

    vouch(company.garage, company.log, company.topic)
    company.rent("b")
    company.publish()
    assert differences(company.garage, company.log, company.topic) == []
    vouch(company.garage, company.log, company.topic)


def test_foreign_events_in_a_stream_of_ours_are_not_passed_over(company: Company) -> None:
    company.rent("a")
    company.publish()
    append_foreign(company)

    with pytest.raises(ForkTouchesOurs, match="foreign"):
        keep_table(company.garage, company.log, company.topic, **HOW)

    with pytest.raises(ForkedLogError):
        vouch(company.garage, company.log, company.topic)
