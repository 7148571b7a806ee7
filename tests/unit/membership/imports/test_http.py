"""Imports over HTTP: tried, done whole, or refused with every wrong row named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from services.membership.imports.handlers import Asked
from services.membership.imports.plans import Plan
from shared.eventstore import Store
from shared.settings import Settings
from tests.support.membership_client import Visitor
from tests.support.membership_suite import asked

FILES = Path("deploy/networks/digitrofi")


def test_a_dry_run_tells_what_would_happen_and_records_nothing(
    office: Visitor, load: Callable[[Asked], Plan], store: Store
) -> None:
    load(asked("municipalities"))
    before = len(store.history())
    content = (FILES / "population.csv").read_bytes()
    answer = office.post_file("/imports/population?dry_run=true", content)

    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert (answer.json["dry_run"], answer.json["new"]) == (True, 273)
    assert answer.json["sums"][-1] == {"year": 2026, "rows": 39, "total": 246_506, "recorded": 0}
    assert len(answer.json["differences"]) == 10
    assert len(store.history()) == before


@pytest.mark.usefixtures("first_network")
def test_the_same_file_again_changes_nothing(office: Visitor, store: Store) -> None:
    before = len(store.history())
    answer = office.post_file("/imports/municipalities", (FILES / "municipalities.csv").read_bytes())

    assert answer.json is not None
    assert (answer.json["new"], answer.json["changed"], answer.json["unchanged"]) == (0, 0, 39)
    assert len(store.history()) == before


def test_a_day_of_publishing_and_a_source_come_with_the_file(
    office: Visitor, load: Callable[[Asked], Plan]
) -> None:
    load(asked("municipalities"))
    content = b"number_2024,year,population\n5501,2026,79943\n"
    path = "/imports/population?published_on=2026-02-24&source=SSB%2006913"
    assert office.post_file(path, content).status_code == 200

    found = office.get("/municipalities?number=5501&as_of=2026-06-30").json
    assert found is not None
    figure = found["items"][0]["population"]
    assert (figure["published_on"], figure["source"]) == ("2026-02-24", "SSB 06913")


@pytest.mark.usefixtures("first_network")
@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_wrong_rows_are_named_and_nothing_is_recorded(office: Visitor, store: Store, dry_run: str) -> None:
    before = len(store.history())
    content = b"number_2024,year,population\n5501,2026,80000\n5501,2025,0\n9999,2026,5\n"
    answer = office.post_file(f"/imports/population?dry_run={dry_run}", content)

    assert answer.status_code == 422
    assert answer.json is not None
    told = answer.json["details"]
    assert (answer.json["code"], told["count"]) == ("import-refused", 2)
    assert [(row["line"], row["column"], row["rule"]) for row in told["rows"]] == [
        (3, "population", "not-a-population"),
        (4, "number_2024", "unknown-number"),
    ]
    assert len(store.history()) == before


@pytest.mark.parametrize(
    ("path", "media_type", "status"),
    [
        ("/imports/fees", "text/csv", 404),
        ("/imports/population", "application/xml", 415),
        ("/imports/population?dry_run=perhaps", "text/csv", 422),
        ("/imports/population?published_on=i+fjor", "text/csv", 422),
    ],
)
def test_a_request_that_cannot_be_understood_is_refused(
    office: Visitor, path: str, media_type: str, status: int
) -> None:
    assert office.post_file(path, b"number_2024,year,population\n", media_type).status_code == status


def test_only_the_office_imports(app: Flask, settings: Settings) -> None:
    somebody = Visitor(app, settings, "6ba9f157-fe8d-5a49-bac7-e6530a947e09")

    assert somebody.post_file("/imports/municipalities", b"x").status_code == 403
    assert somebody.open("/import").status_code == 403
