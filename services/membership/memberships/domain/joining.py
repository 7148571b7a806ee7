"""Membership begins: on a date that is set, may lie ahead, and may be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.contract import (
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    MunicipalityJoined,
)
from services.membership.memberships.domain.commands import (
    About,
    BeginMembership,
    CancelJoiningDate,
    CorrectJoiningDate,
    OtherMembership,
    SetJoiningDate,
)
from services.membership.memberships.domain.refusals import (
    ConditionsUnsettled,
    DatesOutOfOrder,
    JoiningDateAlreadySet,
    JoiningDateMissing,
    MembershipBegun,
    MembershipsOverlap,
    MunicipalityCeased,
    OutsideValidity,
    PapersMissing,
    ResolutionMissing,
    SignatureMissing,
    require_not_ahead,
    require_order,
    require_reason,
)
from services.membership.memberships.domain.state import Membership, MembershipEvent
from shared.errors import Refused

_REFUSALS: dict[str, tuple[type[Refused], str]] = {
    "resolution": (ResolutionMissing, "There is no approval of this version."),
    "conditions": (ConditionsUnsettled, "The conditions of the approval are not settled."),
    "signature": (SignatureMissing, "The agreement is not signed."),
    "papers": (PapersMissing, "The signed agreement and a copy of the resolution are not received."),
}


def missing(membership: Membership, *, host: bool) -> list[str]:
    """What membership still asks for, in the order of the way; the host needs no paper."""
    steps = {
        "resolution": not membership.approved,
        "conditions": membership.conditions_open,
        "signature": membership.signed is None and not host,
        "papers": membership.papers is None and not host,
    }
    return [step for step, lacks in steps.items() if lacks]


def set_joining_date(membership: Membership, command: SetJoiningDate) -> list[MembershipEvent]:
    """Set the date once everything is there; today or earlier, membership has begun at once."""
    if membership.member_from == command.member_from:
        return []
    if membership.member_from is not None:
        message = "The joining date is set already; correct it, with a reason."
        raise JoiningDateAlreadySet(message, member_from=str(membership.member_from))
    if lacking := missing(membership, host=command.host):
        refusal, message = _REFUSALS[lacking[0]]
        raise refusal(message, missing=lacking)
    _require_possible(membership, command, command.member_from)
    date_set = JoiningDateSet(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        member_from=command.member_from,
    )
    return [date_set, *_joined(membership, command, command.member_from)]


def begin(membership: Membership, command: BeginMembership) -> list[MembershipEvent]:
    """Begin when the date has come; asked too early or twice, or of a municipality no more, nothing happens."""
    if membership.member_from is None or not command.facts.exists_on(membership.member_from):
        return []
    return _joined(membership, command, membership.member_from)


def correct_joining_date(membership: Membership, command: CorrectJoiningDate) -> list[MembershipEvent]:
    """Move the date, before or after the begin; what rests on it elsewhere follows."""
    old = membership.member_from
    if old is None:
        message = "There is no joining date to correct."
        raise JoiningDateMissing(message, missing=["joining_date"])
    if old == command.member_from:
        return []
    reason = require_reason(command.reason)
    others = tuple(_as_before(other, old) for other in command.facts.others)
    facts = replace(command.facts, others=others)
    _require_possible(membership, replace(command, facts=facts), command.member_from)
    if membership.ends_on is not None and command.member_from >= membership.ends_on:
        message = "Membership cannot begin on or after the day on which it ends."
        raise DatesOutOfOrder(message, field="member_from", latest=str(membership.ends_on))
    if membership.notice is not None and command.member_from > membership.notice.received_on:
        message = "Membership cannot begin after the notice that ends it came in."
        raise DatesOutOfOrder(message, field="member_from", latest=str(membership.notice.received_on))
    corrected = JoiningDateCorrected(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        old_member_from=old,
        member_from=command.member_from,
        reason=reason,
    )
    return [corrected, *_joined(membership, command, command.member_from)]


def cancel_joining_date(membership: Membership, command: CancelJoiningDate) -> list[MembershipEvent]:
    """Take the date back while it lies ahead; the approval and the papers stay, and a new date may be set."""
    old = membership.member_from
    if old is None:
        message = "There is no joining date to take back."
        raise JoiningDateMissing(message, missing=["joining_date"])
    if membership.joined or old <= command.today:
        message = "Membership has begun; correct its date, or record a notice of withdrawal."
        raise MembershipBegun(message, member_from=str(old))
    reason = require_reason(command.reason)
    require_not_ahead("cancelled_on", command.cancelled_on, command.today)
    resolved_on = membership.resolution.resolved_on if membership.resolution else None
    require_order("cancelled_on", command.cancelled_on, resolved_on, "the resolution")
    return [
        JoiningDateCancelled(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            old_member_from=old,
            cancelled_on=command.cancelled_on,
            reason=reason,
        )
    ]


def _joined(membership: Membership, command: About, member_from: date) -> list[MembershipEvent]:
    """The begin is written once; afterwards a correction moves its date."""
    if membership.joined or member_from > command.today:
        return []
    return [
        MunicipalityJoined(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            member_from=member_from,
            host=command.host,
        )
    ]


def _require_possible(membership: Membership, command: About, member_from: date) -> None:
    facts = command.facts
    if member_from < facts.valid_from or (facts.valid_to is not None and member_from >= facts.valid_to):
        message = "Membership under a version begins while the version holds."
        raise OutsideValidity(
            message,
            field="member_from",
            valid_from=str(facts.valid_from),
            valid_to=str(facts.valid_to) if facts.valid_to else None,
        )
    if not facts.exists_on(member_from):
        message = "The municipality is no more on that date."
        raise MunicipalityCeased(message, field="member_from", ceased_on=str(facts.ceased_on))
    resolution = membership.resolution
    # No council makes its municipality a member of what it has not decided on.
    resolved_on = resolution.resolved_on if resolution else None
    require_order("member_from", member_from, resolved_on, "the resolution")
    require_order("member_from", member_from, membership.ended_on, "the end of the earlier membership")
    _require_alone(command, member_from, membership.ends_on)


def _as_before(other: OtherMembership, begun: date) -> OtherMembership:
    """The other membership without an end that is there only because this one began on that day."""
    return replace(other, end=None) if other.gave_way and other.end == begun else other


def _require_alone(command: About, start: date, end: date | None) -> None:
    """Refuse two memberships at a time; an open one under an earlier version gives way."""
    for other in command.facts.others:
        if other.end is not None and other.end <= start:
            continue
        if end is not None and end <= other.start:
            continue
        if other.start < start and other.end is None and other.agreement_version < command.agreement_version:
            continue
        if start < other.start and end is None and command.agreement_version < other.agreement_version:
            continue
        message = f"The municipality is a member under version {other.agreement_version} then."
        raise MembershipsOverlap(
            message,
            field="member_from",
            agreement_version=other.agreement_version,
            start=str(other.start),
            end=str(other.end) if other.end else None,
        )
