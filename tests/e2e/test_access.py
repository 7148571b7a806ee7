"""What a token of one municipality may neither read nor do (decision 16), over all four services."""

from __future__ import annotations

import pytest

from tests.e2e.steps import feed, found, recorded
from tests.support.running import SERVICES, Suite

OWN, OTHER = "5614", "5503"
ANY = "01890000-0000-7000-8000-000000000000"
WAY = "/membership/v1/municipalities/{}/agreements/1"
SEAT = f"/groups/v1/municipalities/{{}}/groups/{ANY}/seats/1"

READ_OF_OTHERS = (
    "/membership/v1/municipalities",
    "/membership/v1/municipalities/{}",
    "/membership/v1/municipalities/{}/memberships",
    "/membership/v1/municipalities/{}/population",
    "/membership/v1/members",
    "/membership/v1/board",
    "/membership/v1/agreements",
    "/fees/v1/schedules",
    "/fees/v1/grants",
    "/groups/v1/groups",
    "/groups/v1/coverage",
    "/groups/v1/municipalities/{}/seats",
    "/notifications/v1/events",
)
WITHHELD = (
    ("GET", "/fees/v1/municipalities/{}/years"),
    ("GET", "/fees/v1/municipalities/{}/years/2026"),
    ("GET", "/notifications/v1/notices?municipality={}"),
    ("GET", "/notifications/v1/municipalities/{}/notice-language"),
    ("POST", "/notifications/v1/municipalities/{}/notice-language"),
    ("GET", "/membership/v1/municipalities/{}/contacts"),
    *(
        ("POST", f"{WAY}/{name}")
        for name in ("treatments", "resolution", "resolution-correction", "signature")
    ),
    ("POST", "/membership/v1/municipalities/{}/contacts"),
    *(
        ("POST", f"{SEAT}/{name}")
        for name in ("appointment", "vacation", "closing", "terms/1/correction", "terms/1/contact-correction")
    ),
    ("POST", "/groups/v1/municipalities/{}/group-choices"),
)
OFFICE_ONLY = (
    *(("GET", f"/{service}/v1/waiting") for service in SERVICES),
    ("GET", "/fees/v1/years/2026/preview"),
    ("GET", "/notifications/v1/notices?audience=office"),
    ("POST", "/membership/v1/municipalities"),
    ("POST", "/membership/v1/municipality-mergers"),
    ("POST", "/membership/v1/municipality-splits"),
    ("POST", "/membership/v1/municipality-boundary-adjustments"),
    ("POST", "/membership/v1/imports/population"),
    ("POST", "/membership/v1/agreements"),
    ("POST", "/membership/v1/agreements/1/extensions"),
    *(
        ("POST", f"/membership/v1/municipalities/{{}}/{name}")
        for name in ("renumberings", "renamings", "corrections", "population")
    ),
    *(
        ("POST", f"{WAY}/{name}")
        for name in (
            "invitation",
            "conditions-settlement",
            "receipt",
            "joining-date",
            "joining-date-correction",
            "withdrawal",
            "withdrawal-cancellation",
            "leaving-date-correction",
        )
    ),
    ("POST", "/fees/v1/schedules"),
    ("POST", "/fees/v1/grants"),
    ("POST", f"/fees/v1/grants/{ANY}/revocation"),
    ("POST", "/fees/v1/years/2026/confirmation"),
    ("POST", "/fees/v1/municipalities/{}/years/2026/deviation-settlement"),
    ("POST", "/fees/v1/municipalities/{}/years/2026/waiver"),
    ("POST", "/groups/v1/groups"),
    *(("POST", f"/groups/v1/groups/{ANY}/{name}") for name in ("mandate", "archiving", "correction")),
)


@pytest.fixture(scope="package")
def bound(shared: Suite) -> str:
    """A token with every scope, bound to one municipality."""
    return shared.token(municipality=found(shared, OWN))


def test_a_municipality_reads_memberships_and_rosters_of_others(shared: Suite, bound: str) -> None:
    other = found(shared, OTHER)
    statuses = {path: shared.call("GET", path.format(other), token=bound).status for path in READ_OF_OTHERS}

    assert statuses == dict.fromkeys(READ_OF_OTHERS, 200)


def test_a_municipality_can_neither_read_nor_do_what_belongs_to_another(shared: Suite, bound: str) -> None:
    before, other = recorded(shared), found(shared, OTHER)
    for method, path in WITHHELD:
        answer = shared.call(method, path.format(other), {} if method == "POST" else None, token=bound)

        assert answer.status == 403, (method, path, answer.status, answer.body)
        assert answer.json["code"]
    assert recorded(shared) == before


def test_a_municipality_cannot_do_for_itself_what_the_office_does(shared: Suite, bound: str) -> None:
    before, own = recorded(shared), found(shared, OWN)
    for method, path in OFFICE_ONLY:
        answer = shared.call(method, path.format(own), {} if method == "POST" else None, token=bound)

        assert answer.status == 403, (method, path, answer.status, answer.body)
        assert answer.json["code"]
    assert recorded(shared) == before


def test_a_municipality_sees_no_fee_and_no_unfinished_way_of_others(shared: Suite, bound: str) -> None:
    own = found(shared, OWN)
    shared.settled()
    fees = shared.get("/fees/v1/years/2026", token=bound)["fees"]
    board = shared.get("/membership/v1/board", token=bound)["items"]
    told = feed(shared, token=bound)
    withheld = ("Fee", "Treatment", "CouncilResolved", "AgreementSigned", "Contact", "Notice", "Invited")
    foreign = [event for event in told if event["subject"] != f"municipality/{own}"]

    assert {line["municipality_id"] for line in fees} <= {own}
    assert all("resolution" not in way for way in board if way["municipality_id"] != own)
    assert foreign
    assert not [
        event["type"]
        for event in foreign
        if any(word in event["type"] for word in withheld) and "FeeScheduleAdopted" not in event["type"]
    ]
