"""The rules of one municipality's way through one version of the agreement."""

from __future__ import annotations

from typing import Any

from services.membership.contract import CouncilResolved
from services.membership.memberships.domain import deadlines, deciding, joining, leaving, signing
from services.membership.memberships.domain.commands import (
    BeginMembership,
    CancelJoiningDate,
    CancelWithdrawal,
    Command,
    CorrectJoiningDate,
    CorrectLeavingDate,
    CorrectResolution,
    EndMembership,
    EndMembershipBecause,
    FollowSuccessor,
    GiveNotice,
    InviteMunicipality,
    NoteDeadlineNear,
    NoteDeadlinePassed,
    ReceiveAgreement,
    RecordResolution,
    RegisterTreatment,
    SetJoiningDate,
    SettleConditions,
    SignAgreement,
)
from services.membership.memberships.domain.state import Membership, MembershipEvent, evolve
from shared.decider import Decider, changed_fields

__all__ = ["decide", "memberships"]


def decide(membership: Membership, command: Command) -> list[MembershipEvent]:  # noqa: C901, PLR0911, PLR0912 - one line per command
    """What follows from `command`, or which rule stands in the way."""
    match command:
        case InviteMunicipality():
            return deciding.invite(membership, command)
        case RegisterTreatment():
            return deciding.treat(membership, command)
        case RecordResolution():
            return deciding.resolve(membership, command)
        case SettleConditions():
            return deciding.settle(membership, command)
        case CorrectResolution():
            return deciding.correct_resolution(membership, command)
        case SignAgreement():
            return signing.sign(membership, command)
        case ReceiveAgreement():
            return signing.receive(membership, command)
        case SetJoiningDate():
            return joining.set_joining_date(membership, command)
        case BeginMembership():
            return joining.begin(membership, command)
        case CorrectJoiningDate():
            return joining.correct_joining_date(membership, command)
        case CancelJoiningDate():
            return joining.cancel_joining_date(membership, command)
        case GiveNotice():
            return leaving.give_notice(membership, command)
        case CancelWithdrawal():
            return leaving.cancel(membership, command)
        case EndMembership():
            return leaving.end(membership, command)
        case EndMembershipBecause():
            return leaving.end_because(membership, command)
        case FollowSuccessor():
            return leaving.follow(membership, command)
        case CorrectLeavingDate():
            return leaving.correct_leaving_date(membership, command)
        case NoteDeadlineNear():
            return deadlines.note_near(membership, command)
        case NoteDeadlinePassed():
            return deadlines.note_passed(membership, command)


def previous(membership: Membership, event: MembershipEvent) -> dict[str, Any]:
    """What the event replaces: for a resolution the deferral before it, else fields by name."""
    if isinstance(event, CouncilResolved):
        return changed_fields(membership.resolution.stated, event) if membership.resolution else {}
    return changed_fields(membership, event)


memberships = Decider(
    category="membership",
    about="municipality",
    initial=Membership(),
    decide=decide,
    evolve=evolve,
    previous=previous,
)
