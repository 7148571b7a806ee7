"""Steps that several end-to-end tests begin with: an agreement, members, the whole feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from deploy.samvirke import suite as doors
from shared.tables import events as events_table
from tests.support.running import Suite

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
HOST = "5503"
RESOLUTION = {
    "body": "Kommunestyret",
    "resolved_on": "2022-10-13",
    "case_number": "PS 2/22",
    "outcome": "approved",
}
DOCUMENT = {"archive_case": "22/1"}
WAY = (
    ("invitation", {"invited_on": "2022-06-01", "reply_by": "2022-11-30"}),
    ("resolution", RESOLUTION),
    ("signature", {"signed_on": "2022-11-01", "signatory_role": "kommunedirektør", "document": DOCUMENT}),
    (
        "receipt",
        {"received_on": "2022-11-15", "agreement_document": DOCUMENT, "resolution_document": DOCUMENT},
    ),
    ("joining-date", {"member_from": "2023-01-01"}),
)


def found(suite: Suite, number: str) -> str:
    """The id of the one municipality that has or had the number."""
    (one,) = suite.get(f"/membership/v1/municipalities?number={number}")["items"]
    return str(one["municipality_id"])


def publish_agreement(suite: Suite) -> None:
    """Version 1, with Harstad as the host."""
    suite.post("/membership/v1/agreements", AGREEMENT | {"host_municipality_id": found(suite, HOST)})


def step(suite: Suite, municipality_id: str, name: str, body: dict[str, Any], **options: Any) -> Any:
    """One step of a municipality's way through version 1."""
    path = f"/membership/v1/municipalities/{municipality_id}/agreements/1/{name}"
    return suite.post(path, body, **options)


def take_in(suite: Suite, municipality_ids: Iterable[str]) -> None:
    """Let municipalities that are not members yet become so from 2023 on; the host by its resolution alone."""
    host = found(suite, HOST)
    members = suite.get("/membership/v1/members?limit=500&standing=all")["items"]
    already = {one["municipality_id"] for one in members}

    def join(municipality_id: str) -> None:
        for name, body in WAY:
            if municipality_id != host or name in ("resolution", "joining-date"):
                step(suite, municipality_id, name, body)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(join, [one for one in municipality_ids if one not in already]))


def recorded(suite: Suite) -> list[int]:
    """How many events each service has recorded, as its database says."""
    counts = []
    for service in doors.SERVICES.values():
        store = service.open_store(suite.settings())
        with store.reading() as connection:
            counts.append(connection.execute(select(func.count()).select_from(events_table)).scalar_one())
        store.database.close()
    return counts


def feed(suite: Suite, after: str | None = None, **options: Any) -> list[dict[str, Any]]:
    """All events of all services after one, in the order of the feed."""
    events: list[dict[str, Any]] = []
    while True:
        cursor = f"&after={after}" if after else ""
        page = suite.get(f"/notifications/v1/events?limit=1000{cursor}", **options)
        if not page:
            return events
        events += page
        after = page[-1]["id"]


def assert_whole(events: Iterable[dict[str, Any]]) -> None:
    """No event twice, none missing: every stream from 1 on in order, every service numbered without a gap."""
    listed = list(events)
    versions: Counter[str] = Counter()
    numbers: dict[str, set[int]] = {}
    for event in listed:
        stream = f"{event['source']} {event['stream']}"
        versions[stream] += 1
        numbers.setdefault(event["source"], set()).add(int(event["sequence"]))
        assert event["streamversion"] == versions[stream], (stream, event["streamversion"])
    for source, seen in numbers.items():
        assert seen == set(range(1, max(seen) + 1)), source
    assert len({event["id"] for event in listed}) == len(listed)
