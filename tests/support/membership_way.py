"""A municipality taken along the way to membership over HTTP, with dates around today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Protocol

from services.membership.memberships.deadlines import Deadlines
from services.membership.memberships.policy import rules
from shared import clock
from shared.eventstore import Store
from shared.scheduling import Schedule

PAPERS = {
    "agreement_document": {"archive_case": "26/1042", "journal_ref": "26/1042-7"},
    "resolution_document": {"archive_case": "26/1042", "journal_ref": "26/1042-8"},
}


class Client(Protocol):
    """Somebody with a token over HTTP; the answers' JSON may be anything."""

    def get(self, path: str) -> Any: ...

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any: ...


def on(offset: int) -> date:
    """The date so many days from today."""
    return clock.today() + timedelta(days=offset)


def day(offset: int) -> str:
    """The same, as it is written."""
    return on(offset).isoformat()


class Way:
    """One municipality's way through one version; each step with sensible dates."""

    def __init__(self, visitor: Client, municipality_id: str, version: int = 1) -> None:
        self._visitor = visitor
        self.path = f"/municipalities/{municipality_id}/agreements/{version}"

    def take(self, step: str, body: dict[str, Any], **headers: str) -> Any:
        return self._visitor.post(f"{self.path}/{step}", body, **headers)

    def invite(self, **body: Any) -> Any:
        return self.take("invitation", {"invited_on": day(-100), "reply_by": day(-10)} | body)

    def treat(self, **body: Any) -> Any:
        given = {
            "body": "Formannskapet",
            "treated_on": day(-70),
            "case_number": "44/26",
            "outcome": "recommended",
        }
        return self.take("treatments", given | body)

    def resolve(self, **body: Any) -> Any:
        given = {
            "body": "Kommunestyret",
            "resolved_on": day(-60),
            "case_number": "61/26",
            "outcome": "approved",
        }
        return self.take("resolution", given | body)

    def sign(self, **body: Any) -> Any:
        return self.take("signature", {"signed_on": day(-50), "signatory_role": "Kommunedirektør"} | body)

    def receive(self, **body: Any) -> Any:
        return self.take("receipt", {"received_on": day(-40)} | PAPERS | body)

    def join(self, offset: int = -30) -> Any:
        return self.take("joining-date", {"member_from": day(offset)})

    def go(self, offset: int = -30) -> Any:
        """The whole way, member from so many days from today."""
        for step in (self.invite, self.resolve, self.sign, self.receive):
            answer = step()
            assert answer.status_code == 201, answer.text
        return self.join(offset)

    def leave_and_begin_anew(self) -> None:
        """Member for ten days, then the way again, up to the paper that came sixteen days ago."""
        self.go(-30)
        self.take("withdrawal", {"received_on": day(-21), "ends_on": day(-20), "reason": "Avtalt"})
        self.invite(invited_on=day(-19), reply_by=day(60))
        self.resolve(resolved_on=day(-18))
        self.sign(signed_on=day(-17))
        self.receive(received_on=day(-16))


def publish(office: Client, host: str, version: int = 1, **body: Any) -> Any:
    """Publish a version that has held for long and goes on for long."""
    given = {
        "agreement_version": version,
        "legal_form": "vertskommunesamarbeid",
        "host_municipality_id": host,
        "valid_from": date(clock.today().year - 3, 1, 1).isoformat(),
        "valid_to": date(clock.today().year + 3, 1, 1).isoformat(),
        "notice_rule": {"months": 12, "takes_effect": "year_end"},
        "extension": "Kan forlenges etter nytt vedtak.",
        "checklist": ["Partene", "Oppgavene"],
        "texts": [{"language": "nb", "title": "Vertskommuneavtale", "body": "Kommunene samarbeider."}],
    }
    return office.post("/agreements", given | body)


def merge(office: Client, gone: str, stays: str, offset: int) -> None:
    """Record that `gone` becomes a part of `stays` so many days from today."""
    merger = {"predecessors": [gone, stays], "successor": stays, "merged_on": day(offset)}
    answer = office.post("/municipality-mergers", merger)
    assert answer.status_code == 201, answer.text


def come(store: Store, offset: int) -> list[str]:
    """What the schedule writes when it looks on that day, by name."""
    before = len(store.history())
    Schedule(store, rules(Deadlines)).write_due(on(offset))
    return [type(one.event).__name__ for one in store.history()[before:]]
