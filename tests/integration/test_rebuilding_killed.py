"""A rebuild that is killed leaves the live build alone, and nothing for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared import builds, rebuilding
from shared.replaying import OwnEvents
from tests.support.garage import Company
from tests.support.rebuilt import places, states, tables

DYING = """
import os, sys
from shared import builds, rebuilding
from shared.database import Database
from shared.replaying import OwnEvents
from tests.support.garage import garage_store

module, name, when = sys.argv[2:]
owner = {"builds": builds, "rebuilding": rebuilding}[module]
step = getattr(owner, name)

def die(*arguments, **named):
    if when == "after":
        step(*arguments, **named)
        arguments[0].commit()
    os._exit(137)

setattr(owner, name, die)
rebuilding.rebuild(OwnEvents(garage_store(Database(sys.argv[1]))), promote=True)
"""


@pytest.mark.parametrize(
    ("step", "left"),
    [
        (("builds", "create_build", "after"), ["live", "building"]),
        (("builds", "make_ready", "before"), ["live", "building"]),
        (("rebuilding", "compare", "before"), ["live", "ready"]),
        (("builds", "promote", "before"), ["live", "ready"]),
        (("builds", "promote", "after"), ["former", "live"]),
    ],
    ids=str,
)
def test_a_kill_between_two_steps_leaves_a_whole_build_live(
    small_company: Company, step: tuple[str, ...], left: list[str]
) -> None:
    small_company.rent("a")
    small_company.publish()
    url = small_company.garage.database.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", DYING, url, *step],
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )

    assert done.returncode == 137
    assert states(small_company) == left
    small_company.rent("b")
    assert places(small_company) == {"a", "b"}
    report = rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
    assert report.differences == []
    assert len(tables(small_company)) == 2
    assert states(small_company) == ["former", "live"]


def test_what_a_kill_has_left_is_tidied_away(small_company: Company) -> None:
    with small_company.garage.database.writing() as connection:
        number = builds.create_build(connection, "garage", small_company.garage.projections)
        builds.make_ready(connection, "garage", number)

    rebuilding.tidy(small_company.garage, small_company.log, [])

    assert tables(small_company) == ["rented__1"]
