"""What has been done to the tables behind the suite's back is found, and said with its remedy."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from shared.eventstore import Store
from shared.tablechecks import table_findings
from tests.support.garage import Company


def unguarded(store: Store, *statements: str) -> None:
    """Change what is only ever inserted, as somebody does who takes the database's own guards away."""
    with store.database.writing() as connection:
        for table in ("events", "publications"):
            if store.database.dialect == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for change in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{change}"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def garage(small_company: Company) -> Store:
    """Four events in two streams, all numbered."""
    small_company.rent("a")
    small_company.rent("b")
    small_company.free("a")
    small_company.free("b")
    small_company.publish()
    return small_company.garage


def found(store: Store) -> list[tuple[str, str]]:
    return [(finding.code, finding.what) for finding in table_findings(store)]


def test_whole_tables_give_no_finding(small_company: Company, garage: Store) -> None:
    small_company.rent("c")  # recorded, and waiting for its number

    assert found(garage) == []


def test_a_version_that_is_gone_is_found(garage: Store) -> None:
    unguarded(garage, "DELETE FROM events WHERE position = 1")

    codes = dict(found(garage))

    assert set(codes) == {"versions-not-contiguous", "event-missing"}
    assert "1 events with 1 versions from 2 to 2" in codes["versions-not-contiguous"]
    assert "number 1 " in codes["event-missing"]


def test_the_last_version_that_is_gone_is_found_by_its_number(garage: Store) -> None:
    unguarded(garage, "DELETE FROM events WHERE position = 4")

    assert [code for code, _ in found(garage)] == ["event-missing"]


def test_numbers_that_are_gone_are_found_wherever_they_stood(garage: Store) -> None:
    unguarded(garage, "DELETE FROM publications WHERE sequence IN (1, 3)")

    assert [pair for pair in found(garage) if pair[0] == "numbers-missing"] == [
        ("numbers-missing", "1 numbers from 1 to 1 were given to no event"),
        ("numbers-missing", "1 numbers from 3 to 3 were given to no event"),
    ]
    assert [code for code, _ in found(garage)].count("never-numbered") == 2


def test_the_last_number_that_is_gone_is_found_by_what_was_acknowledged(garage: Store) -> None:
    unguarded(garage, "DELETE FROM publications WHERE sequence = 4")

    assert ("numbers-missing", "4 numbers were acknowledged and only 3 are given") in found(garage)


def test_a_number_that_an_operator_gave_up_is_no_finding(garage: Store) -> None:
    note = (
        "INSERT INTO recoveries (kind, at, actor, because, detail) "
        "VALUES ('restore', 'then', 'operator/test', 'lost', '{\"missing\"\\:[5]}')"
    )
    unguarded(garage, note, "UPDATE publications SET sequence = 6 WHERE sequence = 4")

    assert found(garage) == [("numbers-missing", "1 numbers from 4 to 4 were given to no event")]


def test_two_numbers_that_changed_places_are_found(garage: Store) -> None:
    unguarded(
        garage,
        "UPDATE publications SET position = -1 WHERE sequence = 1",
        "UPDATE publications SET position = 1 WHERE sequence = 3",
        "UPDATE publications SET position = 3 WHERE sequence = 1",
    )

    assert [code for code, _ in found(garage)] == ["numbered-out-of-order"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("INSERT INTO unnumbered (position) VALUES (2)", "numbered-twice"),
        ("DELETE FROM publications WHERE sequence = 4", "never-numbered"),
    ],
)
def test_the_remedy_for_what_is_left_between_the_tables_mends_it(
    small_company: Company, garage: Store, statement: str, code: str
) -> None:
    unguarded(garage, statement)
    broken = [finding for finding in table_findings(garage) if finding.code == code]

    unguarded(garage, broken[0].remedy.split("`")[1])
    small_company.publish()

    assert [finding for finding in table_findings(garage) if finding.code == code] == []


def test_a_finding_is_one_line_with_its_remedy(garage: Store) -> None:
    unguarded(garage, "DELETE FROM events WHERE position = 4")

    (line,) = [str(finding) for finding in table_findings(garage)]

    assert line == (
        "garage event-missing: number 4 was given to an event that is no longer there. Remedy: "
        "`samvirke restore garage --from-log` into an empty database brings back what the log holds."
    )
