"""A rebuilt read model equals the live one, and whatever differs is shown row by row."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from shared import builds, rebuilding
from shared.builds import BuildLostError
from shared.rebuilding import Report
from shared.replaying import OwnEvents, TakenIn
from tests.support.garage import Company
from tests.support.parking_company import garage_rents, garages, rented


def rebuilt(company: Company, what: str, *, promote: bool) -> Report:
    """Rebuild the garage's own read model, or what billing takes in."""
    if what == "own":
        return rebuilding.rebuild(OwnEvents(company.garage), promote=promote)
    return rebuilding.rebuild(TakenIn(company.billing, company.log, company.consumer), promote=promote)


def test_the_own_read_models_rebuilt_are_the_same(small_company: Company) -> None:
    for number in range(10):
        small_company.rent(f"p{number}")
    small_company.publish()
    small_company.free("p3")

    report = rebuilt(small_company, "own", promote=True)

    assert (report.events, report.equal, report.differences) == (11, 9, [])
    assert len(small_company.rows(small_company.garage, rented)) == 9
    small_company.rent("later")
    assert len(small_company.rows(small_company.garage, rented)) == 10


def test_what_the_log_feeds_is_rebuilt_up_to_the_position(company: Company) -> None:
    for number in range(10):
        company.rent(f"p{number}", garage=f"g{number % 2}")
    company.publish()
    company.take_in()
    company.rent("not-yet-taken-in")
    company.publish()

    report = rebuilt(company, "taken in", promote=True)

    assert (report.events, report.equal, report.differences) == (10, 2, [])
    company.take_in()
    assert {row["garage_id"]: row["rents"] for row in company.rows(company.billing, garages)} == {
        "g0": 5,
        "g1": 6,
    }


def test_a_row_that_is_wrong_is_named_and_mended(small_company: Company) -> None:
    small_company.rent("a")
    with small_company.garage.database.writing() as connection:
        connection.execute(text("UPDATE rented__1 SET times = 9"))

    report = rebuilt(small_company, "own", promote=True)

    (difference,) = report.differences
    assert (difference.table, difference.key) == ("rented", ("g1", "a"))
    assert difference.live is not None
    assert difference.rebuilt is not None
    assert (difference.live["times"], difference.rebuilt["times"]) == (9, 1)
    assert rebuilt(small_company, "own", promote=False).differences == []


def test_a_look_without_taking_over_leaves_no_table_behind(small_company: Company) -> None:
    small_company.rent("a")
    rebuilt(small_company, "own", promote=False)

    with small_company.garage.reading() as connection:
        assert connection.dialect.get_table_names(connection).count("rented__2") == 0
        assert connection.dialect.get_table_names(connection).count("rented__1") == 1


def test_read_models_that_were_deleted_come_back(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    small_company.take_in()
    with small_company.billing.database.writing() as connection:
        connection.execute(text("DROP VIEW garages"))
        connection.execute(text("DROP TABLE garages__1"))

    rebuilt(small_company, "taken in", promote=True)

    assert [row["rents"] for row in small_company.rows(small_company.billing, garages)] == [1]


def test_a_repeat_on_the_topic_counts_once_in_a_rebuild(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    small_company.log.append(small_company.topic, [("g1", record.value or b"")])
    small_company.take_in()

    report = rebuilt(small_company, "taken in", promote=False)

    assert (report.equal, report.differences) == (1, [])


def test_what_is_parked_stays_out_of_a_rebuild(small_company: Company) -> None:
    small_company.rent("a", garage="g1")
    small_company.publish()
    small_company.log.append(small_company.topic, [("g1", b"{")])
    small_company.rent("b", garage="g1")
    small_company.publish()
    small_company.take_in()

    report = rebuilt(small_company, "taken in", promote=False)

    assert report.differences == []


def test_the_rest_that_is_asked_for_again_begins_where_it_did(small_company: Company) -> None:
    """The transaction in which it is read may have to be begun anew."""
    small_company.rent("a")
    small_company.publish()
    small_company.take_in()
    source = TakenIn(small_company.billing, small_company.log, small_company.consumer)
    source.begin()
    assert [event.version for batch in source.batches() for event in batch] == [1]
    small_company.free("a")
    small_company.publish()
    small_company.take_in()

    with small_company.billing.database.writing() as connection:
        source.hold(connection)
        first, second = [
            [event.version for batch in source.rest(connection) for event in batch] for _ in range(2)
        ]
    source.close()

    assert (first, second) == ([2], [2])


def test_a_build_that_another_rebuild_has_given_up_is_never_fed(small_company: Company) -> None:
    name = small_company.consumer.name
    with small_company.billing.database.writing() as connection:
        build = builds.create_build(connection, name, [garage_rents])
        builds.retire(connection, name, ["garages"], ("building",))

        with pytest.raises(BuildLostError, match="no longer building"):
            builds.make_ready(connection, name, build)

    assert rebuilt(small_company, "taken in", promote=True).promoted
