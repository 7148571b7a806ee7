"""The whole journey over HTTP, for every way of running: in from a date ahead, corrected, and out again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shared import clock
from tests.support.running import Suite, until

NETWORK = Path(__file__).parents[2] / "deploy" / "networks" / "digitrofi"
TODAY = clock.today()
NEXT_YEAR = TODAY.year + 1
BEGINS = date(NEXT_YEAR, 1, 1)

AGREEMENT = {
    "agreement_version": 1,
    "legal_form": "Administrativt vertskommunesamarbeid",
    "valid_from": "2023-01-01",
    "valid_to": None,
    "notice_rule": {"months": 3, "takes_effect": "any_date"},
    "extension": "Løper til den sies opp",
    "checklist": ["Deltakere"],
    "texts": [{"language": "nb", "title": "Avtale", "body": "Kommunestyret ber kommunedirektøren signere."}],
}


class Journey:
    """One municipality on its way; the office asks unless another token is given."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        suite.run("import", "population", str(NETWORK / "population.csv"))
        self.host = self.found("5503")
        self.loppa = self.found("5614")
        suite.post("/membership/v1/agreements", AGREEMENT | {"host_municipality_id": self.host})

    def found(self, number: str) -> str:
        (one,) = self.suite.get(f"/membership/v1/municipalities?number={number}")["items"]
        return str(one["municipality_id"])

    def step(self, path: str, body: dict[str, Any], *, expect: int = 201) -> Any:
        address = f"/membership/v1/municipalities/{self.loppa}/agreements/1/{path}"
        return self.suite.post(address, body, expect=[expect])

    def fee(self, year: int) -> Any:
        return self.suite.get(f"/fees/v1/municipalities/{self.loppa}/years/{year}")

    def seats(self, as_of: date) -> list[Any]:
        answer = self.suite.get(f"/groups/v1/municipalities/{self.loppa}/seats?as_of={as_of}")
        return list(answer["seats"])

    def notices(self) -> set[str]:
        answer = self.suite.get(f"/notifications/v1/notices?municipality={self.loppa}&limit=500")
        listed = answer["items"] if isinstance(answer, dict) else answer
        return {notice["template"] for notice in listed}

    def members(self, **query: str) -> dict[str, str]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        listed = self.suite.get(f"/membership/v1/members?limit=500&{asked}")["items"]
        return {one["municipality_id"]: one["member_from"] for one in listed}

    def feed(self) -> list[Any]:
        events: list[Any] = []
        after = ""
        while page := self.suite.get(f"/notifications/v1/events?limit=1000{after}"):
            events += page
            after = f"&after={page[-1]['id']}"
        return events


def take_in_and_out_again(running: Suite) -> None:  # one story
    """From invitation to the end; asserts at each step what must have followed."""
    journey = Journey(running)
    weeks_ago = TODAY - timedelta(days=60)

    # Invited: a quote is there, which the council's paper needs.
    journey.step("invitation", {"invited_on": str(weeks_ago), "reply_by": str(TODAY + timedelta(days=20))})
    until(
        lambda: (
            journey.suite.call(
                "GET", f"/fees/v1/municipalities/{journey.loppa}/years/{NEXT_YEAR}", token=running.office
            ).status
            == 200
        ),
        "no quote",
    )
    assert journey.fee(NEXT_YEAR)["status"] == "quoted"

    # Treated, but not yet resolved: a signature is refused, and the refusal says why.
    treatment = {
        "body": "Formannskapet",
        "treated_on": str(weeks_ago),
        "case_number": "PS 1/26",
        "outcome": "recommended",
    }
    journey.step("treatments", treatment)
    signature = {
        "signed_on": str(TODAY),
        "signatory_role": "kommunedirektør",
        "document": {"archive_case": "26/1"},
    }
    refused = journey.step("signature", signature, expect=409)
    assert refused.json["code"] == "resolution-missing"

    # Resolved and signed, but without the papers nobody becomes a member.
    resolution = {
        "body": "Kommunestyret",
        "resolved_on": str(TODAY),
        "case_number": "PS 2/26",
        "outcome": "approved",
    }
    journey.step("resolution", resolution)
    journey.step("signature", signature)
    assert (
        journey.step("joining-date", {"member_from": str(BEGINS)}, expect=409).json["code"]
        == "papers-missing"
    )
    papers = {"agreement_document": {"archive_case": "26/1"}, "resolution_document": {"archive_case": "26/1"}}
    journey.step("receipt", {"received_on": str(TODAY)} | papers)

    # The joining date lies ahead: an estimate at once, no member yet.
    answer = journey.step("joining-date", {"member_from": str(BEGINS)})
    token = answer.headers["Consistency-Token"]
    seen = running.get(
        f"/fees/v1/municipalities/{journey.loppa}/years/{NEXT_YEAR}", headers={"Consistency-Token": token}
    )
    assert (seen["status"], seen["estimated_ore"]) == ("estimated", 15_423_000)
    assert journey.loppa not in journey.members(as_of=str(TODAY))
    assert journey.loppa in journey.members(as_of=str(BEGINS), standing="all")

    # Taken back: the estimate says that nothing is owed, a notice says so; set again, all is as before.
    back = {"cancelled_on": str(TODAY), "reason": "Vedtaket gjøres om"}
    journey.step("joining-date-cancellation", back)
    until(lambda: journey.fee(NEXT_YEAR)["status"] == "not_liable", "the estimate stays")
    assert journey.loppa not in journey.members(as_of=str(BEGINS), standing="all")
    until(lambda: "joining-cancelled" in journey.notices(), "no notice of the joining taken back")
    journey.step("joining-date", {"member_from": str(BEGINS)})
    until(lambda: journey.fee(NEXT_YEAR)["status"] == "estimated", "no estimate anew")

    # The date comes.
    running.run("clock", str(BEGINS))
    until(lambda: journey.loppa in journey.members(as_of=str(BEGINS)), "the membership does not begin")
    until(lambda: bool(journey.seats(BEGINS)), "no seats")
    assert all(seat["vacant"] for seat in journey.seats(BEGINS))

    # Sign-up needs contact person, role and at least one group.
    contact = running.post(
        f"/membership/v1/municipalities/{journey.loppa}/contacts",
        {
            "role": "digital_lead",
            "name": "Digitalisering",
            "email": "digital@example.org",
            "valid_from": str(BEGINS),
        },
    ).json["contact_id"]
    group = running.post(
        "/groups/v1/groups",
        {
            "kind": "professional_group",
            "name": "Velferd",
            "decision_rule": "advisory",
            "seat_kind": "open",
            "established_on": str(BEGINS),
        },
    ).json["group_id"]
    choices = f"/groups/v1/municipalities/{journey.loppa}/group-choices"
    running.post(choices, {"contact_id": contact, "role": "digital_lead", "group_ids": []}, expect=[409, 422])
    running.post(choices, {"contact_id": contact, "role": "digital_lead", "group_ids": [group]})
    until(lambda: any(not seat["vacant"] for seat in journey.seats(BEGINS)), "the sign-up gives no seat")

    # A joining date corrected afterwards; what was known before stays known.
    running.settled()  # so that the feed ends with the latest event
    before = running.get("/notifications/v1/events?order=desc&limit=1")[0]["recordedtime"]
    later = BEGINS + timedelta(days=31)
    correction = {"member_from": str(later), "reason": "Feil dato i vedtaket"}
    journey.step("joining-date-correction", correction)
    assert journey.members(as_of=str(later))[journey.loppa] == str(later)
    assert journey.members(as_of=str(later), known_at=before)[journey.loppa] == str(BEGINS)

    # Notice of withdrawal, and the end by the rule of the version.
    running.run("clock", str(later))
    until(lambda: journey.loppa in journey.members(as_of=str(later)), "the corrected date does not come")
    left = journey.step("withdrawal", {"received_on": str(later)}).json["ends_on"]
    running.run("clock", left)
    until(lambda: journey.loppa not in journey.members(as_of=left), "the membership does not end")
    until(lambda: not journey.seats(date.fromisoformat(left)), "seats stay")

    # Everything that happened stands in the feed, once, each stream in order.
    running.settled()
    feed = journey.feed()
    assert len({event["id"] for event in feed}) == len(feed)
    versions: dict[str, int] = {}
    for event in feed:
        assert event["streamversion"] == versions.get(event["stream"], 0) + 1
        versions[event["stream"]] = event["streamversion"]
    types = [
        event["type"].split(".")[2] for event in feed if event["subject"] == f"municipality/{journey.loppa}"
    ]
    for kind in (
        "MunicipalityInvited",
        "FeeQuoted",
        "CouncilResolved",
        "AgreementSigned",
        "AgreementReceived",
        "JoiningDateSet",
        "JoiningDateCancelled",
        "FeeEstimated",
        "MunicipalityJoined",
        "SeatOpened",
        "GroupsChosen",
        "SeatFilled",
        "JoiningDateCorrected",
        "WithdrawalNoticeReceived",
        "MunicipalityLeft",
        "SeatClosed",
        "NoticeRaised",
    ):
        assert kind in types, kind
    assert {"invited", "joined", "left"} <= {template.split(".")[0] for template in journey.notices()}
    assert "0 differing" not in running.run("verify").stderr
