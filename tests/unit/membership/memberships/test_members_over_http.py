from __future__ import annotations

from typing import Any

import pytest

from shared import clock
from tests.support.membership_way import Client, Way, day, publish

pytestmark = pytest.mark.usefixtures("version_1")


def test_members_of_a_date_carry_the_numbers_and_names_of_that_date(
    office: Client, harstad: str, loppa: str
) -> None:
    early = {"valid_from": "2020-01-01"}
    publish(office, harstad, 2, **early)
    way = Way(office, loppa, 2)
    way.invite(invited_on="2022-01-01", reply_by="2022-12-01")
    way.resolve(resolved_on="2022-06-01")
    way.sign(signed_on="2022-07-01")
    way.receive(received_on="2022-08-01")
    way.take("joining-date", {"member_from": "2023-01-01"})
    then = office.get("/members?as_of=2023-06-30").json["items"]
    now = office.get("/members").json["items"]

    assert ([one["number"] for one in then], [one["number"] for one in now]) == (["5432"], ["5614"])


def test_known_at_keeps_the_answer_from_before_a_correction(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.go(-30)
    moment = clock.moment(clock.now())
    way.take("joining-date-correction", {"member_from": day(-10), "reason": "Vedtaket sa noe annet"})
    asked = f"/members?as_of={day(-20)}"

    assert [one["member_from"] for one in office.get(f"{asked}&known_at={moment}").json["items"]] == [
        day(-30)
    ]
    assert office.get(asked).json["items"] == []


def hosts(answer: Any) -> list[str]:
    return [one["municipality_id"] for one in answer.json["items"] if one["host"]]


def test_the_host_of_a_day_is_that_of_the_version_which_holds_then(
    office: Client, harstad: str, loppa: str
) -> None:
    Way(office, harstad).resolve()
    Way(office, harstad).join(-30)
    Way(office, loppa).go(-30)
    moment = clock.moment(clock.now())
    publish(office, loppa, 2)
    Way(office, loppa, 2).resolve()
    Way(office, loppa, 2).join(-10)
    Way(office, harstad, 2).go(-10)
    asked = {offset: f"/members?standing=all&as_of={day(offset)}" for offset in (-40, -11, -10, 0)}

    assert {offset: hosts(office.get(path)) for offset, path in asked.items()} == {
        -40: [harstad],
        -11: [harstad],
        -10: [loppa],
        0: [loppa],
    }
    assert hosts(office.get(f"{asked[0]}&known_at={moment}")) == [harstad]


def test_who_hosts_a_version_is_known_before_it_joins(office: Client, harstad: str, loppa: str) -> None:
    way = Way(office, harstad)
    resolved = way.resolve().json
    waiting = [
        one["kind"] for one in office.get("/waiting").json["items"] if one["municipality_id"] == harstad
    ]
    way.join(30)
    Way(office, loppa).go(30)

    assert (resolved["host"], resolved["missing"], waiting) == (
        True,
        ["joining_date"],
        ["joining-date-missing"],
    )
    assert hosts(office.get("/members?standing=coming")) == [harstad]


def test_members_come_as_a_file(office: Client, loppa: str) -> None:
    Way(office, loppa).go()
    lines = office.get("/members?format=csv").text.splitlines()

    assert lines[0].startswith("municipality_id;number;organisation_number;name_nb")
    assert lines[1].startswith(f"{loppa};5614;")


def test_an_unknown_standing_or_event_is_refused(office: Client) -> None:
    assert office.get("/members?standing=perhaps").status_code == 422
    assert office.get("/members?changedAfter=nothing").status_code == 422


def test_members_without_a_next_agreement_wait_before_their_version_ends(
    office: Client, harstad: str, loppa: str
) -> None:
    publish(office, harstad, 2, valid_to=day(90))
    Way(office, loppa, 2).go()
    items = [one for one in office.get("/waiting").json["items"] if one["kind"] == "version-ends"]

    assert [one["href"] for one in items] == ["/membership/avtaler/2"]
    assert "1 medlem har ingen avtale" in items[0]["text"]
