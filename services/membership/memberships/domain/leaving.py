"""Membership ends: by notice under the version's rule, or because something took its place."""

from __future__ import annotations

import calendar
from datetime import date

from services.membership.contract import (
    LeavingDateCorrected,
    MunicipalityLeft,
    NoticeRule,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from services.membership.memberships.domain.commands import (
    About,
    CancelWithdrawal,
    CorrectLeavingDate,
    EndMembership,
    EndMembershipBecause,
    FollowSuccessor,
    GiveNotice,
)
from services.membership.memberships.domain.refusals import (
    DatesOutOfOrder,
    LeavingDateMissing,
    MembershipsOverlap,
    MunicipalityCeased,
    NoNotice,
    NotAMember,
    NoticeAlreadyGiven,
    WithdrawalTookEffect,
    require_not_ahead,
    require_order,
    require_reason,
)
from services.membership.memberships.domain.state import Membership, MembershipEvent

_MONTHS = 12


def end_by_rule(received_on: date, rule: NoticeRule) -> date:
    """The first day without membership when notice came in on `received_on`.

    The notice runs `rule.months` from that day (in a shorter month to its last day); with
    `year_end` membership lasts on to the turn of the year that is not earlier than that.
    """
    month = received_on.month - 1 + rule.months
    year, month = received_on.year + month // _MONTHS, month % _MONTHS + 1
    end = date(year, month, min(received_on.day, calendar.monthrange(year, month)[1]))
    if rule.takes_effect == "any_date" or (end.month, end.day) == (1, 1):
        return end
    return date(end.year + 1, 1, 1)


def give_notice(membership: Membership, command: GiveNotice) -> list[MembershipEvent]:
    """Record the notice; another end than the rule's needs a reason."""
    member_from = membership.member_from
    if not membership.joined or membership.left or member_from is None:
        message = "There is no membership under this version to give notice of."
        raise NotAMember(message)
    # A notice that lies ahead has no end to reckon: the calendar may be over before.
    require_not_ahead("received_on", command.received_on, command.today)
    computed = end_by_rule(command.received_on, command.facts.notice_rule)
    notice = WithdrawalNoticeReceived(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        received_on=command.received_on,
        computed_ends_on=computed,
        ends_on=command.ends_on or computed,
        reason=command.reason,
        document=command.document,
    )
    if membership.notice == notice and membership.ends_on == notice.ends_on:
        return []
    if membership.notice is not None:
        message = "A notice of withdrawal is recorded already."
        raise NoticeAlreadyGiven(message, ends_on=str(membership.ends_on))
    require_order("received_on", command.received_on, member_from, "the joining date")
    if notice.ends_on != computed:
        require_reason(command.reason)
    require_order("ends_on", notice.ends_on, command.received_on, "the notice")
    if notice.ends_on <= member_from:
        message = "Membership cannot end on or before the day on which it begins."
        raise DatesOutOfOrder(message, field="ends_on", earliest=str(member_from))
    _require_alone(command, notice.ends_on, member_from, "ends_on")
    return [notice, *_left(membership, command, notice.ends_on)]


def cancel(membership: Membership, command: CancelWithdrawal) -> list[MembershipEvent]:
    """Take the notice back, as long as membership still goes on by then."""
    if membership.notice is None or membership.ends_on is None:
        message = "There is no notice of withdrawal to take back."
        raise NoNotice(message)
    reason = require_reason(command.reason)
    require_not_ahead("cancelled_on", command.cancelled_on, command.today)
    require_order("cancelled_on", command.cancelled_on, membership.notice.received_on, "the notice")
    if membership.ends_on <= command.cancelled_on or (
        membership.left and membership.ends_on <= command.today
    ):
        message = "The withdrawal has taken effect."
        raise WithdrawalTookEffect(message, ends_on=str(membership.ends_on))
    return [
        WithdrawalCancelled(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            cancelled_on=command.cancelled_on,
            reason=reason,
        )
    ]


def end(membership: Membership, command: EndMembership) -> list[MembershipEvent]:
    """End when the date has come; asked too early or twice, nothing happens."""
    if membership.ends_on is None:
        return []
    return _left(membership, command, membership.ends_on)


def end_because(membership: Membership, command: EndMembershipBecause) -> list[MembershipEvent]:
    """End because a later version has taken over, or because the municipality is no more."""
    if not membership.joined or membership.left or membership.member_from is None:
        return []
    if command.left_on > command.today:
        return []
    return [
        MunicipalityLeft(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            left_on=max(command.left_on, membership.member_from),
            cause=command.cause,
        )
    ]


def follow(membership: Membership, command: FollowSuccessor) -> list[MembershipEvent]:
    """Move an end that is there because a later version took over; any other end has its own reason."""
    if membership.left_because != "version_ended" or membership.ends_on != command.old_left_on:
        return []
    if command.left_on == command.old_left_on:
        return []
    return [
        LeavingDateCorrected(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            old_left_on=command.old_left_on,
            left_on=command.left_on,
            reason=command.reason,
        )
    ]


def correct_leaving_date(membership: Membership, command: CorrectLeavingDate) -> list[MembershipEvent]:
    """Move the date, before or after the end."""
    old, member_from = membership.ends_on, membership.member_from
    if old is None or member_from is None:
        message = "There is no leaving date to correct."
        raise LeavingDateMissing(message, missing=["leaving_date"])
    if old == command.left_on:
        return []
    reason = require_reason(command.reason)
    if command.left_on <= member_from:
        message = "Membership cannot end on or before the day on which it begins."
        raise DatesOutOfOrder(message, field="left_on", earliest=str(member_from))
    ceased_on = command.facts.ceased_on
    if ceased_on is not None and command.left_on > ceased_on:
        message = "The municipality is no more by then."
        raise MunicipalityCeased(message, field="left_on", ceased_on=str(ceased_on))
    _require_alone(command, command.left_on, member_from, "left_on")
    corrected = LeavingDateCorrected(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        old_left_on=old,
        left_on=command.left_on,
        reason=reason,
    )
    return [corrected, *_left(membership, command, command.left_on)]


def _left(membership: Membership, command: About, left_on: date) -> list[MembershipEvent]:
    """The end is written once; afterwards a correction moves its date."""
    if membership.left or left_on > command.today:
        return []
    return [
        MunicipalityLeft(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            left_on=left_on,
            cause="withdrawal",
        )
    ]


def _require_alone(command: About, ends_on: date, member_from: date, field: str) -> None:
    """Refuse an end that lies inside the membership under another version."""
    for other in command.facts.others:
        if ends_on > other.start and (other.end is None or other.end > member_from):
            message = f"The municipality is a member under version {other.agreement_version} by then."
            raise MembershipsOverlap(
                message, field=field, agreement_version=other.agreement_version, start=str(other.start)
            )
