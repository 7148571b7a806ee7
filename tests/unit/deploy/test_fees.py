"""The office's two commands on the fees of a year: look, and confirm."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result

from deploy.samvirke import suite
from deploy.samvirke.cli import main
from services.membership.contract import MunicipalityId
from tests.support.fees_stage import Stage, joined, population, registered
from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED

OTHER = MunicipalityId("018f0000-0000-7000-8000-000000009999")
YEAR = "2026"


@pytest.fixture
def stage(installation: Installation) -> Stage:
    """One member whose fee can be determined."""
    made = Stage(suite.SERVICES["fees"].open_store(installation.settings()))
    made.told(registered(), population(2026, 846), joined(date(2026, 1, 1)))
    return made


@pytest.fixture
def lacking(stage: Stage) -> Stage:
    """And one whose figure is missing."""
    stage.told(registered(OTHER, "9999", "Eksempelvik"), joined(date(2026, 1, 1), OTHER))
    return stage


def confirm(*options: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, ["fees", "confirm", YEAR, *options], input=answer)


def test_the_table_is_headed_as_the_page_and_says_kroner(installation: Installation, stage: Stage) -> None:
    shown = installation.run("fees", "show", YEAR).stdout
    told = json.loads(installation.run("fees", "show", YEAR, "--json").stdout)

    for heading in ("Anslag", "Fastsatt", "Sum", "Dekket", "Å betale"):
        assert heading in shown
    assert "_ore" not in shown
    assert "estimated_ore" in told["fees"][0]


def test_with_json_nothing_but_the_result_is_on_standard_output(stage: Stage) -> None:
    done = confirm("--json", answer="y\n")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["newly_determined"] == 1
    assert f"{YEAR}: 1 fees, to pay " in done.stderr
    assert "Determine these?" in done.stderr


def test_members_that_cannot_be_determined_are_named_before_anybody_is_asked(lacking: Stage) -> None:
    done = confirm(answer="y\n")

    assert done.exit_code == 1
    assert "Determine these?" not in done.output
    assert done.stderr == (
        "samvirke: missing-not-acknowledged: Members cannot be determined:\n"
        "  9999 Eksempelvik: population-figure-missing\n"
        "--acknowledge-missing leaves them out.\n"
    )
    assert "FeeDetermined" not in lacking.said()


def test_who_accepts_that_sees_their_names_all_the_same(lacking: Stage) -> None:
    done = confirm("--acknowledge-missing", answer="y\n")

    assert done.exit_code == 0
    assert "9999 Eksempelvik: population-figure-missing" in done.stderr
    assert "1 fees determined" in done.stdout


def test_a_preview_that_is_outdated_is_refused_before_anything_else(lacking: Stage) -> None:
    done = confirm("--preview-hash", "of-yesterday")

    assert done.exit_code == 1
    assert done.stderr.startswith("samvirke: preview-outdated: ")
