"""Deadlines that the schedule notes: the council's answer, and the end of a version."""

from __future__ import annotations

from services.membership.contract import DeadlineNeared, DeadlinePassed
from services.membership.memberships.domain.commands import NoteDeadlineNear, NoteDeadlinePassed
from services.membership.memberships.domain.state import PASSED, Membership, MembershipEvent


def note_near(membership: Membership, command: NoteDeadlineNear) -> list[MembershipEvent]:
    """Say once that the deadline is near, if it still asks for something."""
    noted = (command.rule, command.deadline, command.days_left)
    if noted in membership.deadlines or not _concerns(membership, command):
        return []
    return [
        DeadlineNeared(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            rule=command.rule,
            deadline=command.deadline,
            days_left=command.days_left,
        )
    ]


def note_passed(membership: Membership, command: NoteDeadlinePassed) -> list[MembershipEvent]:
    """Say once that the deadline is over and what it asked for has not come."""
    noted = (command.rule, command.deadline, PASSED)
    if noted in membership.deadlines or not _concerns(membership, command):
        return []
    return [
        DeadlinePassed(
            municipality_id=command.municipality_id,
            agreement_version=command.agreement_version,
            rule=command.rule,
            deadline=command.deadline,
        )
    ]


def _concerns(membership: Membership, command: NoteDeadlineNear | NoteDeadlinePassed) -> bool:
    """Whether the deadline is the one that stands and still waits for something."""
    if command.rule == "reply":
        answered = membership.resolution is not None and membership.resolution.final
        return membership.reply_by == command.deadline and not answered
    goes_on = membership.ends_on is None or membership.ends_on > command.deadline
    return membership.joined and goes_on
