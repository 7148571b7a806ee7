"""One municipality's way through a version of the agreement, as the example plays it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Self

import msgspec

from services.membership.contract import DocumentRef, MunicipalityId
from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import (
    InviteMunicipality,
    ReceiveAgreement,
    RecordResolution,
    RegisterTreatment,
    SetJoiningDate,
    SignAgreement,
)
from services.membership.memberships.handlers import facts
from shared import ids
from shared.eventstore import Transaction

COUNCIL = "Kommunestyret"
EXECUTIVE = "Formannskapet"


class Days(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When each step is taken."""

    invited_on: date
    reply_by: date
    treated_on: date
    resolved_on: date
    signed_on: date
    received_on: date
    member_from: date

    @classmethod
    def before(cls, today: date, member_from: date) -> Self:
        """Steps of the last weeks before `today`."""
        return cls(
            invited_on=today - timedelta(days=75),
            reply_by=today + timedelta(days=14),
            treated_on=today - timedelta(days=40),
            resolved_on=today - timedelta(days=26),
            signed_on=today - timedelta(days=15),
            received_on=today - timedelta(days=6),
            member_from=member_from,
        )

    def with_reply_by(self, reply_by: date) -> Days:
        """The same days with another deadline."""
        return msgspec.structs.replace(self, reply_by=reply_by)


class Ways:
    """Takes the steps in the caller's transaction; each on its own day."""

    def __init__(
        self, transaction: Transaction, municipality_id: MunicipalityId, version: int, days: Days, case: int
    ) -> None:
        """`case` makes the example's case numbers, *EKS n*."""
        self._transaction = transaction
        self._about = municipality_id
        self._version = version
        self._days = days
        self._case = case
        self._stream = memberships.stream(municipality_id, str(version))

    def joins(self) -> None:
        """The whole way to membership, unless it is a member already."""
        if self._begun():
            return
        self.comes_to("received")
        self._ask(SetJoiningDate, self._days.member_from, member_from=self._days.member_from)

    def host_joins(self) -> None:
        """The host takes part by its own resolution."""
        if self._begun():
            return
        self._resolve("approved")
        self._ask(SetJoiningDate, self._days.member_from, member_from=self._days.member_from)

    def comes_to(self, stage: str) -> None:
        """Every step up to `stage`, unless it has begun already."""
        if self._begun():
            return
        self.invite()
        if stage == "invited":
            return
        self.treat()
        if stage == "treated":
            return
        outcomes = {"deferred": "deferred", "conditions": "approved_with_conditions", "rejected": "rejected"}
        self._resolve(outcomes.get(stage, "approved"))
        if stage in (*outcomes, "approved"):
            return
        self._sign()
        if stage == "received":
            self._receive()

    def invite(self) -> None:
        """The office invites."""
        days = self._days
        self._ask(InviteMunicipality, days.invited_on, invited_on=days.invited_on, reply_by=days.reply_by)

    def treat(self) -> None:
        """The executive committee recommends."""
        self._ask(
            RegisterTreatment,
            self._days.treated_on,
            treatment_id=ids.derived_id("example-treatment", self._stream),
            body=EXECUTIVE,
            treated_on=self._days.treated_on,
            case_number=f"EKS {self._case}/1",
            archive_case=f"EKS {self._case}",
            outcome="recommended",
        )

    def decide_again(self, outcome: str, resolved_on: date) -> None:
        """The council takes the case up once more."""
        self._days = msgspec.structs.replace(self._days, resolved_on=resolved_on)
        self._resolve(outcome)

    def invite_again(self, invited_on: date, reply_by: date) -> None:
        """The office opens a new round."""
        self._ask(InviteMunicipality, invited_on, invited_on=invited_on, reply_by=reply_by)

    def _resolve(self, outcome: str) -> None:
        conditions = ("Økonomien avklares i budsjettet (eksempel)",) if "conditions" in outcome else ()
        self._ask(
            RecordResolution,
            self._days.resolved_on,
            body=COUNCIL,
            resolved_on=self._days.resolved_on,
            case_number=f"EKS {self._case}/2",
            archive_case=f"EKS {self._case}",
            outcome=outcome,
            conditions=conditions,
        )

    def _sign(self) -> None:
        self._ask(
            SignAgreement,
            self._days.signed_on,
            signed_on=self._days.signed_on,
            signatory_role="kommunedirektør",
            contact_id=None,
            method="paper",
            document=self._document("agreement"),
        )

    def _receive(self) -> None:
        self._ask(
            ReceiveAgreement,
            self._days.received_on,
            received_on=self._days.received_on,
            agreement_document=self._document("agreement"),
            resolution_document=self._document("resolution"),
        )

    def _document(self, kind: Any) -> DocumentRef:
        return DocumentRef(kind=kind, archive_case=f"EKS {self._case}")

    def _begun(self) -> bool:
        return self._transaction.load(memberships, self._stream).version > 0

    def _ask(self, command: Any, today: date, **told: Any) -> None:
        known = facts(self._transaction.connection, self._about, self._version, today)
        about: Mapping[str, Any] = {
            "municipality_id": self._about,
            "agreement_version": self._version,
            "facts": known,
            "today": today,
        }
        self._transaction.handle(memberships, self._stream, command(**about, **told))
