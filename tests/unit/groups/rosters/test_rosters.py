"""Rosters and coverage as of any date, and as they were known at any moment."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.groups.rosters.export import roster_csv
from services.groups.rosters.queries import coverage, facts, roster
from services.groups.rosters.waiting import items
from services.groups.seats.day_corrections import CorrectTerm
from services.groups.seats.domain import seats
from services.groups.seats.terms import AppointToSeat
from services.membership.contract import MunicipalityJoined, MunicipalityRegistered, Names
from shared import clock
from shared.readmodels import Row
from tests.support.examples.groups import HARSTAD, LEADER, LEADERS, LOPPA, leaders_network, professional_group

TODAY = date(2026, 9, 1)


def registered(municipality_id: str, name: str, number: str) -> Any:
    return MunicipalityRegistered(
        municipality_id=municipality_id,  # type: ignore[arg-type]  # one UUID, named by each contract
        organisation_number=None,
        number=number,
        names=Names(nb=name),
        county_number="56",
        valid_from=date(2020, 1, 1),
    )


def joined(municipality_id: str) -> Any:
    return MunicipalityJoined(
        municipality_id=municipality_id,  # type: ignore[arg-type]
        agreement_version=1,
        member_from=date(2026, 1, 1),
    )


def appoint(stage: Any, **changes: Any) -> None:
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "contact_id": LEADER,
        "contact_standing": "known",
        "role_ends": None,
        "role": "director",
        "deputy": False,
        "valid_from": date(2026, 2, 1),
    }
    stage.appoint(AppointToSeat(**(given | changes)))


@pytest.fixture
def network(stage: Any) -> Any:
    stage.happened(leaders_network(), professional_group())
    stage.told(registered(LOPPA, "Loppa", "5614"), registered(HARSTAD, "Harstad", "5503"))
    stage.told(joined(LOPPA), joined(HARSTAD))
    return stage


def roster_on(stage: Any, as_of: date, known_at: str | None = None) -> Row:
    with stage.store.reading() as connection:
        known = facts(connection, stage.store, as_of=as_of, known_at=known_at, group_id=LEADERS)
    found = roster(known, LEADERS, as_of)
    assert found is not None
    return found


def test_a_roster_shows_who_sits_and_what_is_vacant_on_the_day(network: Any) -> None:
    appoint(network)
    found = roster_on(network, TODAY)

    shown = [(seat["municipality"], seat["seat"], seat["vacant"]) for seat in found["seats"]]
    assert sorted(shown) == [
        ("Harstad", 1, True),
        ("Harstad", 2, True),
        ("Loppa", 1, False),
        ("Loppa", 2, True),
    ]
    assert roster_on(network, date(2026, 1, 31))["coverage"]["filled"] == 0
    assert roster_on(network, date(2025, 12, 31))["seats"] == []


def test_known_at_gives_the_roster_that_was_believed_before_a_correction(network: Any) -> None:
    appoint(network)
    before = clock.moment(clock.now())
    network.asked(
        seats,
        seats.stream(LOPPA, LEADERS),
        CorrectTerm(
            municipality_id=LOPPA,
            group_id=LEADERS,
            seat=1,
            term=1,
            valid_from=date(2026, 8, 1),
            valid_to=None,
            reason="Feil dato i brevet",
            contact_gone=None,
        ),
    )
    july = date(2026, 7, 1)

    assert roster_on(network, july)["coverage"]["filled"] == 0
    assert roster_on(network, july, known_at=before)["coverage"]["filled"] == 1


def test_coverage_names_the_members_that_nobody_sits_for(network: Any) -> None:
    appoint(network)
    with network.store.reading() as connection:
        first, second = coverage(facts(connection, network.store, as_of=TODAY), TODAY)

    assert [place["municipality"] for place in first["without"]] == ["Harstad"]
    assert (first["seats"], first["filled"], first["vacant"], first["represented"]) == (4, 1, 3, 1)
    assert [place["municipality"] for place in second["without"]] == ["Loppa", "Harstad"]


def test_a_term_that_ends_within_sixty_days_is_named_until_somebody_follows(network: Any) -> None:
    appoint(network, valid_to=date(2026, 10, 31))
    (ending,) = roster_on(network, TODAY)["coverage"]["ending"]
    assert ending["ends_on"] == date(2026, 10, 31)
    assert roster_on(network, date(2026, 8, 31))["coverage"]["ending"] == []

    appoint(network, valid_from=date(2026, 10, 31))
    assert roster_on(network, TODAY)["coverage"]["ending"] == []


def test_a_roster_as_csv_runs_no_formula_and_shows_what_is_vacant(network: Any) -> None:
    network.told(registered("01890000-0000-7000-8000-000000000003", "=1+1", "5699"))
    network.told(joined("01890000-0000-7000-8000-000000000003"))
    appoint(network)
    lines = roster_csv(roster_on(network, TODAY), mark=False).decode().splitlines()

    assert lines[0].split(";")[:5] == ["gruppe", "kommune", "kommunenummer", "plass", "status"]
    assert f"Ledernettverk;Loppa;5614;1;besatt;Kommunedirektør;nei;{LEADER};2026-02-01;;nei" in lines
    assert "Ledernettverk;'=1+1;5699;1;ledig;;;;;;nei" in lines


def test_what_waits_is_said_in_norwegian_with_a_place_to_go(network: Any) -> None:
    appoint(network, valid_to=date(2026, 10, 1))
    with network.store.reading() as connection:
        waiting = items(connection, network.store, TODAY)

    texts = [item["text"] for item in waiting]
    assert "Loppa har en ledig plass i Ledernettverk." in texts
    assert "Harstad har 2 ledige plasser i Ledernettverk." in texts
    assert "Loppa: perioden i Ledernettverk går ut 1. oktober 2026." in texts
    assert {item["href"] for item in waiting} == {f"/groups/kommuner/{LOPPA}", f"/groups/kommuner/{HARSTAD}"}
