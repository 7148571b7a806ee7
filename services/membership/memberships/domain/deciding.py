"""The way to an approval: invited, treated in named bodies, resolved by the council."""

from __future__ import annotations

from services.membership.contract import (
    CouncilResolved,
    MunicipalityInvited,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    TreatmentRegistered,
)
from services.membership.memberships.domain.commands import (
    CorrectResolution,
    InviteMunicipality,
    RecordResolution,
    RegisterTreatment,
    SettleConditions,
)
from services.membership.memberships.domain.refusals import (
    AlreadyInvited,
    AlreadyResolved,
    ConditionsAlreadySettled,
    ConditionsMismatch,
    DatesOutOfOrder,
    HostHasNoAgreement,
    MunicipalityCeased,
    NoConditions,
    NotInvited,
    ResolutionMissing,
    VersionExpired,
    require_not_ahead,
    require_order,
    require_reason,
)
from services.membership.memberships.domain.state import Membership, MembershipEvent


def invite(membership: Membership, command: InviteMunicipality) -> list[MembershipEvent]:
    """Open a round: the first, or one after a rejection, a missed deadline, an end or a joining taken back."""
    facts = command.facts
    if command.host:
        message = "The host takes part by its own resolution and is not invited."
        raise HostHasNoAgreement(message)
    if (membership.invited_on, membership.reply_by) == (command.invited_on, command.reply_by):
        return []
    if not facts.exists_on(command.invited_on):
        message = "The municipality is no more."
        raise MunicipalityCeased(message, ceased_on=str(facts.ceased_on))
    if facts.valid_to is not None and command.invited_on >= facts.valid_to:
        message = "The version is over."
        raise VersionExpired(message, field="invited_on", valid_to=str(facts.valid_to))
    require_not_ahead("invited_on", command.invited_on, command.today)
    if command.reply_by <= command.invited_on:
        message = "The deadline must come after the invitation."
        raise DatesOutOfOrder(message, field="reply_by", earliest=str(command.invited_on))
    if not _may_open_a_round(membership, command):
        message = "The municipality is invited to this version already."
        raise AlreadyInvited(message, round=membership.round, reply_by=str(membership.reply_by))
    require_order("invited_on", command.invited_on, membership.invited_on, "the earlier invitation")
    if membership.left:
        require_order("invited_on", command.invited_on, membership.member_from, "the joining date")
    return [
        MunicipalityInvited(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            round=membership.round + 1,
            invited_on=command.invited_on,
            reply_by=command.reply_by,
        )
    ]


def _may_open_a_round(membership: Membership, command: InviteMunicipality) -> bool:
    """A silent council may be asked again once its deadline is over; an approval stands."""
    if membership.round == 0 or membership.left or membership.joining_cancelled:
        return True
    if membership.resolution is None or not membership.resolution.final:
        return membership.reply_by is not None and membership.reply_by < command.invited_on
    return not membership.approved


def _require_round(membership: Membership, *, host: bool) -> None:
    if not host and membership.round == 0:
        message = "There is no invitation to answer."
        raise NotInvited(message, missing=["invitation"])


def treat(membership: Membership, command: RegisterTreatment) -> list[MembershipEvent]:
    """Record what a body did or plans; after the last word only what came before it."""
    _require_round(membership, host=command.host)
    treatment = TreatmentRegistered(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        treatment_id=command.treatment_id,
        body=command.body,
        treated_on=command.treated_on,
        case_number=command.case_number,
        archive_case=command.archive_case,
        outcome=command.outcome,
        document=command.document,
    )
    if treatment in membership.treatments:
        return []
    if command.outcome != "planned":
        require_not_ahead("treated_on", command.treated_on, command.today)
    resolution = membership.resolution
    if resolution is not None and resolution.final and command.treated_on > resolution.resolved_on:
        message = "The deciding body has had the last word in this round."
        raise AlreadyResolved(message, field="treated_on", resolved_on=str(resolution.resolved_on))
    return [treatment]


def resolve(membership: Membership, command: RecordResolution) -> list[MembershipEvent]:
    """Record the deciding body's word; a deferral may be followed by another."""
    _require_round(membership, host=command.host)
    if (command.outcome == "approved_with_conditions") != bool(command.conditions):
        message = "An approval with conditions, and no other resolution, has conditions."
        raise ConditionsMismatch(message, field="conditions", outcome=command.outcome)
    resolved = CouncilResolved(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        body=command.body,
        resolved_on=command.resolved_on,
        case_number=command.case_number,
        archive_case=command.archive_case,
        outcome=command.outcome,
        conditions=command.conditions,
        document=command.document,
    )
    earlier = membership.resolution
    if earlier is not None and earlier.stated == resolved:
        return []
    if earlier is not None and earlier.final and not _host_tries_again(membership, command):
        message = "The deciding body has spoken in this round."
        raise AlreadyResolved(message, outcome=earlier.stated.outcome)
    require_not_ahead("resolved_on", command.resolved_on, command.today)
    require_order("resolved_on", command.resolved_on, membership.invited_on, "the invitation")
    if earlier is not None:
        require_order("resolved_on", command.resolved_on, earlier.resolved_on, "the earlier resolution")
    return [resolved]


def _host_tries_again(membership: Membership, command: RecordResolution) -> bool:
    """The host is never invited, so that a rejection of its own needs no new round."""
    return command.host and not membership.approved


def settle(membership: Membership, command: SettleConditions) -> list[MembershipEvent]:
    """Record that the council's conditions no longer stand in the way."""
    resolution = membership.resolution
    if resolution is None or not resolution.stated.conditions:
        message = "The resolution has no conditions."
        raise NoConditions(message)
    settled = ResolutionConditionsSettled(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        settled_on=command.settled_on,
        manner=command.manner,
        archive_case=command.archive_case,
    )
    if membership.settled == settled:
        return []
    if membership.settled is not None:
        message = "The conditions are settled already."
        raise ConditionsAlreadySettled(message, settled_on=str(membership.settled.settled_on))
    require_not_ahead("settled_on", command.settled_on, command.today)
    require_order("settled_on", command.settled_on, resolution.resolved_on, "the resolution")
    return [settled]


def correct_resolution(membership: Membership, command: CorrectResolution) -> list[MembershipEvent]:
    """Correct date or case number, as long as what rests on the resolution still holds."""
    resolution = membership.resolution
    if resolution is None:
        message = "There is no resolution to correct."
        raise ResolutionMissing(message, missing=["resolution"])
    if (command.resolved_on, command.case_number) == (resolution.resolved_on, resolution.case_number):
        return []
    reason = require_reason(command.reason)
    require_not_ahead("resolved_on", command.resolved_on, command.today)
    require_order("resolved_on", command.resolved_on, membership.invited_on, "the invitation")
    _require_not_after_what_followed(membership, command)
    return [
        ResolutionCorrected(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            old_resolved_on=resolution.resolved_on,
            resolved_on=command.resolved_on,
            old_case_number=resolution.case_number,
            case_number=command.case_number,
            reason=reason,
        )
    ]


def _require_not_after_what_followed(membership: Membership, command: CorrectResolution) -> None:
    followed = {
        "the settlement of its conditions": membership.settled.settled_on if membership.settled else None,
        "the signature": membership.signed.signed_on if membership.signed else None,
        "the joining date": membership.member_from,
    }
    for what, day in followed.items():
        if day is not None and command.resolved_on > day:
            message = f"The resolution cannot be later than {what}, {day}."
            raise DatesOutOfOrder(message, field="resolved_on", latest=str(day), rests_on=what)
