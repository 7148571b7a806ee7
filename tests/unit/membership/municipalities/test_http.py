"""Municipalities over HTTP."""

from __future__ import annotations

import pytest
from flask import Flask

from shared.settings import Settings
from tests.support.conditions import changes_only_what_was_seen
from tests.support.membership_client import Visitor

TROMSO = "6ba9f157-fe8d-5a49-bac7-e6530a947e09"
EKSEMPELVIK = {
    "names": {"nb": "Eksempelvik"},
    "valid_from": "2026-01-01",
    "county_number": "55",
    "invented": True,
}


def names(office: Visitor, query: str) -> list[str]:
    answer = office.get(f"/municipalities?{query}")
    assert answer.json is not None
    return [one["names"]["nb"] for one in answer.json["items"]]


def id_of(office: Visitor, number: str) -> str:
    answer = office.get(f"/municipalities?number={number}")
    assert answer.json is not None
    found: str = answer.json["items"][0]["municipality_id"]
    return found


@pytest.mark.parametrize("query", ["number=5401", "number=5501", "search=tromso", "search=Troms%C3%B8"])
@pytest.mark.usefixtures("first_network")
def test_tromso_is_found_by_old_and_new_number_and_without_accents(office: Visitor, query: str) -> None:
    assert names(office, query) == ["Tromsø"]


@pytest.mark.usefixtures("first_network")
def test_the_list_is_in_norwegian_order_and_comes_in_pages(office: Visitor) -> None:
    first = office.get("/municipalities?limit=20").json
    assert first is not None
    second = office.get(f"/municipalities?limit=20&cursor={first['next']}").json
    assert second is not None
    together = [one["names"]["nb"] for one in (*first["items"], *second["items"])]

    assert len(together) == 39
    assert second["next"] is None
    assert together[:3] == ["Alta", "Balsfjord", "Bardu"]
    assert together[-2:] == ["Vadsø", "Vardø"]


@pytest.mark.usefixtures("first_network")
def test_a_municipality_answers_as_of_a_date_with_figure_and_county(office: Visitor) -> None:
    before = office.get(f"/municipalities/{TROMSO}?as_of=2023-06-30").json
    now = office.get(f"/municipalities/{TROMSO}?as_of=2026-06-30")

    assert before is not None
    assert now.json is not None
    assert (before["number"], before["county"], before["population"]["inhabitants"]) == (
        "5401",
        "Troms og Finnmark",
        77_992,
    )
    assert (now.json["number"], now.json["county"], now.json["population"]["inhabitants"]) == (
        "5501",
        "Troms",
        79_943,
    )
    assert now.headers["ETag"].startswith('"v2-')
    assert [one["valid_to"] for one in now.json["numbers"]] == ["2024-01-01", None]


@pytest.mark.usefixtures("first_network")
def test_an_unknown_municipality_is_not_found(office: Visitor) -> None:
    answer = office.get("/municipalities/00000000-0000-0000-0000-000000000000")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "municipality-unknown"


def test_a_municipality_is_registered_with_the_id_that_follows_from_its_number(office: Visitor) -> None:
    body = {
        "organisation_number": "940101808",
        "number": "5401",
        "names": {"nb": "Tromsø"},
        "valid_from": "2020-01-01",
    }
    answer = office.post("/municipalities", body)
    again = office.post("/municipalities", body)

    assert (answer.status_code, again.status_code) == (201, 201)
    assert answer.json is not None
    assert answer.json["municipality_id"] == TROMSO
    assert answer.json["version"] == 1


def test_an_invented_municipality_has_no_numbers(office: Visitor) -> None:
    answer = office.post("/municipalities", EKSEMPELVIK)

    assert answer.json is not None
    assert (answer.json["number"], answer.json["invented"], answer.json["county"]) == (None, True, "Troms")


@pytest.mark.usefixtures("first_network")
def test_a_number_of_another_municipality_is_refused(office: Visitor) -> None:
    body = {"number": "5503", "valid_from": "2027-01-01"}
    answer = office.post(f"/municipalities/{TROMSO}/renumberings", body)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "number-taken"


@pytest.mark.usefixtures("first_network")
def test_a_municipality_is_renumbered_and_renamed(office: Visitor) -> None:
    office.post(f"/municipalities/{TROMSO}/renumberings", {"number": "5599", "valid_from": "2027-01-01"})
    office.post(
        f"/municipalities/{TROMSO}/renamings",
        {"names": {"nb": "Tromsø", "se": "Romsa"}, "valid_from": "2027-01-01"},
    )
    answer = office.get(f"/municipalities/{TROMSO}?as_of=2027-06-01")

    assert answer.json is not None
    assert (answer.json["number"], answer.json["names"]["se"]) == ("5599", "Romsa")
    assert names(office, "search=romsa") == ["Tromsø"]


@pytest.mark.usefixtures("first_network")
def test_known_at_before_a_correction_gives_the_old_answer(office: Visitor) -> None:
    lyngen = id_of(office, "5536")
    before = office.get(f"/municipalities/{lyngen}?as_of=2026-06-30").json
    moment = office.get(f"/municipalities/{lyngen}/population").json["items"][-1]["recorded_at"]  # type: ignore[index]
    body = {
        "fact": "name_fkv",
        "valid_from": "2026-01-01",
        "old_value": "Yykeä",
        "new_value": "Yykeän",
        "reason": "Retta i Klass",
    }
    office.post(f"/municipalities/{lyngen}/corrections", body)
    after = office.get(f"/municipalities/{lyngen}?as_of=2026-06-30").json
    then = office.get(f"/municipalities/{lyngen}?as_of=2026-06-30&known_at={moment}").json

    assert before is not None
    assert after is not None
    assert then is not None
    assert (before["names"]["fkv"], after["names"]["fkv"], then["names"]["fkv"]) == (
        "Yykeä",
        "Yykeän",
        "Yykeä",
    )


@pytest.mark.usefixtures("first_network")
def test_a_change_of_an_outdated_version_is_refused(office: Visitor) -> None:
    body = {"number": "5599", "valid_from": "2027-01-01"}
    answer = office.post(f"/municipalities/{TROMSO}/renumberings", body, **{"If-Match": '"v1"'})

    assert answer.status_code == 412


@pytest.mark.usefixtures("first_network")
def test_a_merger_is_written_to_all_and_the_old_number_answers_with_the_successor(office: Visitor) -> None:
    karlsoy, new = id_of(office, "5534"), office.post("/municipalities", EKSEMPELVIK).json
    assert new is not None
    body = {
        "predecessors": [TROMSO, karlsoy],
        "successor": new["municipality_id"],
        "merged_on": "2026-06-01",
    }
    answer = office.post("/municipality-mergers", body)

    assert answer.status_code == 201
    assert answer.json == {"municipality_ids": [TROMSO, karlsoy, new["municipality_id"]]}
    assert names(office, "number=5534&as_of=2026-06-30") == ["Karlsøy", "Eksempelvik"]


@pytest.mark.usefixtures("first_network")
def test_a_merger_with_somebody_unknown_changes_nothing(office: Visitor) -> None:
    body = {
        "predecessors": [TROMSO, id_of(office, "5534")],
        "successor": "00000000-0000-0000-0000-000000000000",
        "merged_on": "2026-06-01",
    }

    assert office.post("/municipality-mergers", body).status_code == 404
    assert names(office, "number=5501&as_of=2026-06-30") == ["Tromsø"]


@pytest.mark.usefixtures("first_network")
def test_a_split_and_a_boundary_adjustment_are_recorded(office: Visitor) -> None:
    alta, loppa, harstad = (id_of(office, number) for number in ("5601", "5614", "5503"))
    adjusted = office.post(
        "/municipality-boundary-adjustments",
        {"giver": alta, "receivers": [loppa], "adjusted_on": "2026-02-01"},
    )
    split = office.post(
        "/municipality-splits",
        {"predecessor": TROMSO, "successors": [harstad, loppa], "split_on": "2026-06-01"},
    )

    assert (adjusted.status_code, split.status_code) == (201, 201)
    assert names(office, "number=5601") == ["Alta"]
    assert names(office, "number=5501") == ["Tromsø", "Harstad", "Loppa"]


@pytest.mark.usefixtures("first_network")
def test_a_municipality_reads_the_list_but_changes_nothing(app: Flask, settings: Settings) -> None:
    tromso = Visitor(app, settings, TROMSO)
    body = {"number": "5599", "valid_from": "2027-01-01"}

    assert names(tromso, "number=5503") == ["Harstad"]
    assert tromso.post(f"/municipalities/{TROMSO}/renumberings", body).status_code == 403
    assert tromso.post("/municipalities", EKSEMPELVIK).status_code == 403


@pytest.mark.usefixtures("first_network")
def test_a_figure_is_recorded_and_known_at_keeps_the_one_before(office: Visitor) -> None:
    path = f"/municipalities/{TROMSO}/population"
    before = office.get(path).json
    assert before is not None
    body = {"as_of": "2026-01-01", "inhabitants": 80_000, "source": "SSB 06913", "published_on": "2026-04-15"}
    after = office.post(path, body).json
    then = office.get(f"{path}?known_at={before['items'][-1]['recorded_at']}").json

    assert after is not None
    assert then is not None
    assert (after["items"][-1]["inhabitants"], after["items"][-1]["replaces"]) == (80_000, 79_943)
    assert then["items"][-1]["inhabitants"] == 79_943
    assert len(office.get(f"{path}?as_of=2023-12-31").json["items"]) == 4  # type: ignore[index]


def test_a_figure_of_an_unknown_municipality_is_refused(office: Visitor) -> None:
    body = {"as_of": "2026-01-01", "inhabitants": 1, "source": "SSB"}
    path = "/municipalities/00000000-0000-0000-0000-000000000000/population"

    assert office.post(path, body).status_code == 404
    assert office.get(path).status_code == 404


def test_a_municipality_and_its_figures_change_only_as_they_were_seen(office: Visitor) -> None:
    made = office.post("/municipalities", EKSEMPELVIK)
    assert made.json is not None
    path = f"/municipalities/{made.json['municipality_id']}"
    renaming = {"names": {"nb": "Eksempelnes"}, "valid_from": "2026-05-01"}
    figure = {"as_of": "2026-01-01", "inhabitants": 7, "source": "nobody"}
    changes_only_what_was_seen(
        lambda: office.get(path), lambda headers: office.post(f"{path}/renamings", renaming, **headers)
    )
    changes_only_what_was_seen(
        lambda: office.get(f"{path}/population"),
        lambda headers: office.post(f"{path}/population", figure, **headers),
    )


def test_what_was_known_earlier_is_no_version_to_change(office: Visitor) -> None:
    made = office.post("/municipalities", EKSEMPELVIK)
    assert made.json is not None
    path = f"/municipalities/{made.json['municipality_id']}"
    past = office.get(f"{path}?known_at=2999-12-31")
    renaming = {"names": {"nb": "Eksempelnes"}, "valid_from": "2026-05-01"}
    late = office.post(f"{path}/renamings", renaming, **{"If-Match": past.headers["ETag"]})

    assert (past.status_code, late.status_code) == (200, 412)


def test_a_list_and_its_file_are_not_sent_again_until_something_changes(office: Visitor) -> None:
    office.post("/municipalities", EKSEMPELVIK)
    paths = ["/municipalities", "/municipalities?format=csv", "/members?standing=all", "/board"]
    tags = {path: office.get(path).headers["ETag"] for path in paths}
    unchanged = [office.get(path, **{"If-None-Match": tag}) for path, tag in tags.items()]
    office.post("/municipalities", EKSEMPELVIK | {"names": {"nb": "Eksempelnes"}})
    lists = [office.get(path, **{"If-None-Match": tags[path]}) for path in paths[:2]]

    assert len(set(tags.values())) == len(paths)
    assert [one.status_code for one in unchanged] == [304] * len(paths)
    assert [one.status_code for one in lists] == [200, 200]
