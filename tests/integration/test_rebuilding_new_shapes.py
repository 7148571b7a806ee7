"""A read model whose table has changed is built anew, alone, and never written by who does not know it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Column, MetaData, Text, inspect, text

from shared import refusals
from shared.errors import Unavailable
from shared.messages import Recorded
from shared.migrating import migrate
from shared.readmodels import Projection, Row
from shared.rebuilding import build_missing, former_builds
from tests.support.garage import Company, garage_store
from tests.support.parking_company import PlaceRented, on_place_rented, rented, rented_places


def with_another_column() -> Projection:
    """The garage's read model as the next version of the program has it."""
    table = rented.to_metadata(MetaData())
    table.append_column(Column("on", Text))

    def on_rented(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
        return on_place_rented(row, recorded) | {"on": recorded.event.rented_on.isoformat()}

    return replace(rented_places, table=table, on={PlaceRented: on_rented})


def test_a_table_of_a_new_shape_is_built_when_the_suite_is_migrated(small_company: Company) -> None:
    small_company.rent("a")
    new = garage_store(small_company.garage.database)
    new.projections = (with_another_column(),)

    (report,) = build_missing(new, small_company.log, [])

    assert (report.promoted, report.models) == (True, [])
    (row,) = small_company.rows(new, new.projections[0].table)
    assert (row["place"], row["on"]) == ("a", "2026-03-01")
    assert build_missing(new, small_company.log, []) == []
    with new.reading() as connection:  # nobody can feed both, so there is no way back
        assert former_builds(connection, new.projections) == {}
        assert not inspect(connection).has_table("rented__1")


def test_who_runs_an_older_version_is_told_to_come_again_and_writes_nothing(small_company: Company) -> None:
    small_company.rent("a")
    new = garage_store(small_company.garage.database)
    new.projections = (with_another_column(),)
    build_missing(new, small_company.log, [])

    with pytest.raises(Unavailable):
        small_company.rent("b")

    assert len(small_company.garage.history()) == 1


def test_a_database_that_kept_its_builds_by_source_is_brought_along(small_company: Company) -> None:
    small_company.rent("a")
    with small_company.garage.database.writing() as connection:
        connection.execute(text("DROP TABLE builds"))
        connection.execute(
            text(
                "CREATE TABLE builds (source TEXT, build INTEGER, state TEXT, shape TEXT, views TEXT,"
                " started_at TEXT, live_at TEXT)"
            )
        )
        connection.execute(
            text("INSERT INTO builds VALUES ('garage', 1, 'live', 'x', 'rented', '2026-01-01', '2026-01-01')")
        )
        connection.execute(text("UPDATE alembic_version SET version_num = 'core_0001'"))

    migrate(small_company.garage.database)
    (report,) = build_missing(small_company.garage, small_company.log, [])

    assert report.promoted
    small_company.rent("b")
    assert {row["place"] for row in small_company.rows(small_company.garage, rented)} == {"a", "b"}


def test_refused_follow_ups_of_an_older_database_become_one_case_for_each_stream(
    small_company: Company,
) -> None:
    rows = [
        ("c1", "a", "2026-01-01", None),
        ("c2", "a", "2026-01-02", "2026-01-03"),
        ("c3", "a", "2026-01-04", None),
        ("c4", "b", "2026-01-04", None),
    ]
    with small_company.garage.database.writing() as connection:
        connection.execute(text("DROP TABLE refusals"))
        connection.execute(
            text(
                "CREATE TABLE refusals (cause TEXT, policy TEXT, stream TEXT, code TEXT, message TEXT, nb TEXT,"
                " key TEXT, refused_at TEXT, settled_at TEXT, settled_because TEXT,"
                " PRIMARY KEY (cause, policy, stream))"
            )
        )
        for cause, stream, refused_at, settled_at in rows:
            connection.execute(
                text("INSERT INTO refusals VALUES (:c, 'p', :s, :c, 'No.', 'Nei.', 'k', :r, :t, NULL)"),
                {"c": cause, "s": stream, "r": refused_at, "t": settled_at},
            )
        connection.execute(text("UPDATE alembic_version SET version_num = 'core_0003'"))

    migrate(small_company.garage.database)
    with small_company.garage.database.writing() as connection:
        waiting = {row["stream"]: row for row in refusals.unsettled(connection)}
        assert connection.execute(text("SELECT count(*) FROM refusals")).scalar_one() == len(rows)
        refusals.overcome(connection, [("p", "a")], actor="system/p", because="went through")
        left = [row["stream"] for row in refusals.unsettled(connection)]

    assert {stream: (row["cause"], row["code"], row["times"]) for stream, row in waiting.items()} == {
        "a": ("c1", "c3", 2),
        "b": ("c4", "c4", 1),
    }
    assert left == ["b"]
