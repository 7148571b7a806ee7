"""A network of 357 municipalities with seven years of figures goes in, and its read models come anew."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from stdnum.no import orgnr

from deploy.samvirke import suite as doors
from shared.tables import builds
from tests.e2e.steps import assert_whole, feed
from tests.e2e.ways import embedded, production
from tests.support.running import SERVICES, Suite

YEARS = range(2020, 2027)
HERE, EVERYWHERE = 39, 357
"""Municipalities of the network, and of a country."""
SHOWN = (
    "/membership/v1/municipalities?limit=500",
    "/membership/v1/members?limit=500&standing=all",
    "/membership/v1/board",
    "/fees/v1/years/2026",
    "/fees/v1/schedules",
    "/groups/v1/coverage",
    "/notifications/v1/notices?limit=500",
)


def organisation_numbers(count: int) -> list[str]:
    """Numbers with a right check digit, of a range that no municipality has."""
    candidates = (f"{number}" for number in itertools.count(300_000_000))
    return list(itertools.islice(filter(orgnr.is_valid, candidates), count))


def write_files(folder: Path, count: int) -> tuple[Path, Path]:
    """A register and figures, made up but for the network's own municipalities, whose figures come first."""
    register, figures = folder / "municipalities.csv", folder / "population.csv"
    numbers = [f"{1000 + place}" for place in range(count)]
    rows = [
        f"{own},Oppdiktvik {number},,,{number}"
        for own, number in zip(organisation_numbers(count), numbers, strict=True)
    ]
    register.write_text("\n".join(["orgnr,name_nb,name_se,name_fkv,number_2020", *rows]))
    counted = [
        f"{number},{year},{1000 + 13 * int(number) % 9000 + year - 2020}"
        for number in numbers
        for year in YEARS
    ]
    figures.write_text("\n".join(["number_2020,year,population", *counted]))
    return register, figures


def imported(suite: Suite, kind: str, file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(suite.run("import", kind, str(file), "--json").stdout)
    return told


def views(connection: Connection) -> list[tuple[str, int]]:
    """Every read model of a database with the number of its live build."""
    live = connection.execute(select(builds.c.model, builds.c.build).where(builds.c.state == "live"))
    return [(model, number) for model, number in live]


def delete_read_models(suite: Suite) -> int:
    """Drop every view and table of every live build, as a broken disk or hand might; how many those were."""
    dropped = 0
    for service in doors.SERVICES.values():
        store = service.open_store(suite.settings())
        with store.database.writing() as connection:
            for view, number in views(connection):
                connection.execute(text(f'DROP VIEW "{view}"'))
                connection.execute(text(f'DROP TABLE "{view}__{number}"'))
                dropped += 1
        store.database.close()
    return dropped


def shown(suite: Suite) -> list[Any]:
    return [suite.get(path) for path in SHOWN]


@pytest.mark.parametrize(
    ("shared", "municipalities"),
    [embedded(HERE + 20), embedded(EVERYWHERE, long=True), production(EVERYWHERE)],
    indirect=["shared"],
)
def test_a_large_network_goes_in_without_hand_work_and_is_rebuilt_from_the_log(
    shared: Suite, tmp_path: Path, municipalities: int
) -> None:
    made_up = municipalities - HERE
    register, figures = write_files(tmp_path, made_up)
    own = Path(__file__).parents[2] / "deploy" / "networks" / "digitrofi" / "population.csv"

    assert imported(shared, "municipalities", register)["new"] == made_up
    assert imported(shared, "population", figures)["new"] == made_up * len(YEARS)
    assert imported(shared, "population", own)["rows"] == HERE * len(YEARS)
    assert imported(shared, "population", figures)["unchanged"] == made_up * len(YEARS)

    shared.settled()
    listed = shared.get("/membership/v1/municipalities?limit=500")["items"]
    real = [one for one in listed if not one["invented"]]
    assert len(real) == municipalities
    assert all(one["population"] for one in real)
    assert_whole(feed(shared))
    shared.run("verify")

    before = shown(shared)
    assert delete_read_models(shared) >= 15
    for service in SERVICES:
        shared.run("rebuild", service)
    shared.run("verify")
    assert shown(shared) == before


def test_a_row_that_was_changed_by_hand_is_named(shared: Suite) -> None:
    shared.settled()
    store = doors.SERVICES["groups"].open_store(shared.settings())
    with store.database.writing() as connection:
        number = dict(views(connection))["known_municipalities"]
        table = f"known_municipalities__{number}"
        key = connection.execute(text(f'SELECT municipality_id FROM "{table}" LIMIT 1')).scalar_one()
        connection.execute(text(f'DELETE FROM "{table}" WHERE municipality_id = :key'), {"key": key})
    store.database.close()
    told = shared.run("verify", check=False)
    mended = json.loads(shared.run("rebuild", "groups", "--json").stdout)

    assert told.returncode == 1
    assert f"groups row-differs: known_municipalities ('{key}',) is None" in told.stdout
    assert told.stderr.endswith("findings: 1, each with its remedy in its line\n")
    assert [found["key"] for report in mended for found in report["differences"]] == [[key]]
