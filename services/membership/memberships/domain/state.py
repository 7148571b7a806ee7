"""How far a municipality has come with one version, folded from what has happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.membership.contract import (
    AgreementReceived,
    AgreementSigned,
    CouncilResolved,
    DeadlineNeared,
    DeadlinePassed,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    TreatmentRegistered,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)

MembershipEvent = (
    MunicipalityInvited
    | TreatmentRegistered
    | CouncilResolved
    | ResolutionConditionsSettled
    | ResolutionCorrected
    | AgreementSigned
    | AgreementReceived
    | JoiningDateSet
    | MunicipalityJoined
    | JoiningDateCorrected
    | JoiningDateCancelled
    | WithdrawalNoticeReceived
    | WithdrawalCancelled
    | MunicipalityLeft
    | LeavingDateCorrected
    | DeadlineNeared
    | DeadlinePassed
)


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What the deciding body last said; `stated` is the event as it was recorded."""

    stated: CouncilResolved
    resolved_on: date
    case_number: str

    @property
    def approves(self) -> bool:
        """Whether it lets the municipality sign."""
        return self.stated.outcome in ("approved", "approved_with_conditions")

    @property
    def final(self) -> bool:
        """Whether the body is done with the case in this round."""
        return self.stated.outcome != "deferred"


@dataclass(frozen=True, kw_only=True)
class Membership:
    """One way through one version.

    `joined` and `left` say that the event was written; the dates say what holds, and a
    correction moves them afterwards; `left_because` is the cause that was written. `joining_cancelled` says that a date was set, lay ahead, and
    was taken back. `ended_on` is where the previous membership under
    this same version ended, for one that comes back. Attributes that bear the name of an
    event's field appear as `previous` in the published document.
    """

    round: int = 0
    invited_on: date | None = None
    reply_by: date | None = None
    treatments: tuple[TreatmentRegistered, ...] = ()
    resolution: Resolution | None = None
    settled: ResolutionConditionsSettled | None = None
    signed: AgreementSigned | None = None
    papers: AgreementReceived | None = None
    member_from: date | None = None
    joined: bool = False
    joining_cancelled: bool = False
    notice: WithdrawalNoticeReceived | None = None
    ends_on: date | None = None
    left: bool = False
    left_because: str | None = None
    ended_on: date | None = None
    deadlines: frozenset[tuple[str, date, int]] = frozenset()

    @property
    def approved(self) -> bool:
        """Whether there is an approval of this version."""
        return self.resolution is not None and self.resolution.approves

    @property
    def conditions_open(self) -> bool:
        """Whether the approval hangs on conditions that are neither met nor accepted."""
        return (
            self.resolution is not None
            and self.resolution.stated.outcome == "approved_with_conditions"
            and self.settled is None
        )


PASSED = -1
"""Stands for the days left in `Membership.deadlines` once the deadline is over."""


def evolve(membership: Membership, event: MembershipEvent) -> Membership:  # noqa: C901, PLR0911, PLR0912 - one line per event
    """The membership after `event`."""
    match event:
        case MunicipalityInvited():
            return Membership(
                round=event.round,
                invited_on=event.invited_on,
                reply_by=event.reply_by,
                ended_on=membership.ends_on if membership.left else membership.ended_on,
                deadlines=membership.deadlines,
            )
        case TreatmentRegistered():
            others = tuple(t for t in membership.treatments if t.treatment_id != event.treatment_id)
            return replace(membership, treatments=(*others, event))
        case CouncilResolved():
            resolution = Resolution(
                stated=event, resolved_on=event.resolved_on, case_number=event.case_number
            )
            return replace(membership, resolution=resolution, settled=None)
        case ResolutionConditionsSettled():
            return replace(membership, settled=event)
        case ResolutionCorrected():
            return replace(membership, resolution=_corrected(membership.resolution, event))
        case AgreementSigned():
            return replace(membership, signed=event)
        case AgreementReceived():
            return replace(membership, papers=event)
        case JoiningDateSet() | JoiningDateCorrected():
            return replace(membership, member_from=event.member_from, joining_cancelled=False)
        case JoiningDateCancelled():
            return replace(membership, member_from=None, joining_cancelled=True)
        case MunicipalityJoined():
            return replace(membership, member_from=event.member_from, joined=True)
        case WithdrawalNoticeReceived():
            return replace(membership, notice=event, ends_on=event.ends_on)
        case WithdrawalCancelled():
            return replace(membership, notice=None, ends_on=None, left=False, left_because=None)
        case MunicipalityLeft():
            return replace(membership, ends_on=event.left_on, left=True, left_because=event.cause)
        case LeavingDateCorrected():
            return replace(membership, ends_on=event.left_on)
        case DeadlineNeared():
            noted = (event.rule, event.deadline, event.days_left)
            return replace(membership, deadlines=membership.deadlines | {noted})
        case DeadlinePassed():
            noted = (event.rule, event.deadline, PASSED)
            return replace(membership, deadlines=membership.deadlines | {noted})


def _corrected(resolution: Resolution | None, event: ResolutionCorrected) -> Resolution | None:
    if resolution is None:
        return None
    return replace(resolution, resolved_on=event.resolved_on, case_number=event.case_number)
