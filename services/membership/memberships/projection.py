"""Events of a way through a version to its row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from services.membership.contract import (
    AgreementReceived,
    AgreementSigned,
    CouncilResolved,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityMerged,
    MunicipalitySplit,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    TreatmentRegistered,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from services.membership.memberships.tables import ceased_rows, membership_rows
from shared.messages import Event, Recorded
from shared.readmodels import Key, Projection, Row

_IDENTITY = ("municipality_id", "agreement_version")


def _begun(row: Row | None, recorded: Recorded[Any]) -> Row:
    """The row as it stood, or the row of somebody of whom nothing was heard."""
    stood = row or {
        "municipality_id": recorded.event.municipality_id,
        "agreement_version": recorded.event.agreement_version,
        "round": 0,
        "invited_on": None,
        "reply_by": None,
        "left_because": None,
        "earlier": [],
        **_UNDECIDED,
    }
    return stood | {
        "version": recorded.version,
        "changed_at": recorded.recorded_at,
        "example": recorded.example,
    }


_UNDECIDED: Row = {
    "treatments": [],
    "resolution": None,
    "settled": None,
    "signature": None,
    "papers": None,
    "member_from": None,
    "joining_cancelled": None,
    "joined": False,
    "notice": None,
    "ends_on": None,
    "left": False,
}


def _stated(event: Event) -> dict[str, Any]:
    """The event's own particulars as JSON, without whose way it is."""
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(event))
    return {name: value for name, value in fields.items() if name not in _IDENTITY}


def on_municipality_invited(row: Row | None, recorded: Recorded[MunicipalityInvited]) -> Row:
    """A round begins; a membership that has ended goes to the earlier ones."""
    stood, event = _begun(row, recorded), recorded.event
    earlier = stood["earlier"]
    if stood["left"]:
        earlier = [*earlier, [stood["member_from"].isoformat(), stood["ends_on"].isoformat()]]
    return (
        stood
        | _UNDECIDED
        | {
            "round": event.round,
            "invited_on": event.invited_on,
            "reply_by": event.reply_by,
            "earlier": earlier,
            "left_because": None,
        }
    )


def on_treatment_registered(row: Row | None, recorded: Recorded[TreatmentRegistered]) -> Row:
    """A body treats the case; a treatment that is known is brought up to date."""
    stood, event = _begun(row, recorded), recorded.event
    others = [one for one in stood["treatments"] if one["treatment_id"] != event.treatment_id]
    treatments = sorted([*others, _stated(event)], key=lambda one: (one["treated_on"], one["treatment_id"]))
    return stood | {"treatments": treatments}


def on_council_resolved(row: Row | None, recorded: Recorded[CouncilResolved]) -> Row:
    """The deciding body has spoken."""
    return _begun(row, recorded) | {"resolution": _stated(recorded.event), "settled": None}


def on_resolution_conditions_settled(row: Row | None, recorded: Recorded[ResolutionConditionsSettled]) -> Row:
    """Its conditions stand no longer in the way."""
    return _begun(row, recorded) | {"settled": _stated(recorded.event)}


def on_resolution_corrected(row: Row | None, recorded: Recorded[ResolutionCorrected]) -> Row:
    """Date and case number are put right."""
    stood, event = _begun(row, recorded), recorded.event
    corrected = {"resolved_on": event.resolved_on.isoformat(), "case_number": event.case_number}
    return stood | {"resolution": (stood["resolution"] or {}) | corrected}


def on_agreement_signed(row: Row | None, recorded: Recorded[AgreementSigned]) -> Row:
    """The municipality has signed."""
    return _begun(row, recorded) | {"signature": _stated(recorded.event)}


def on_agreement_received(row: Row | None, recorded: Recorded[AgreementReceived]) -> Row:
    """The host holds the papers."""
    return _begun(row, recorded) | {"papers": _stated(recorded.event)}


def on_joining_date(
    row: Row | None, recorded: Recorded[JoiningDateSet] | Recorded[JoiningDateCorrected]
) -> Row:
    """The day from which the municipality is a member."""
    return _begun(row, recorded) | {"member_from": recorded.event.member_from, "joining_cancelled": None}


def on_joining_date_cancelled(row: Row | None, recorded: Recorded[JoiningDateCancelled]) -> Row:
    """The municipality does not join after all."""
    return _begun(row, recorded) | {"member_from": None, "joining_cancelled": _stated(recorded.event)}


def on_municipality_joined(row: Row | None, recorded: Recorded[MunicipalityJoined]) -> Row:
    """Membership has begun."""
    return _begun(row, recorded) | {"member_from": recorded.event.member_from, "joined": True}


def on_withdrawal_notice_received(row: Row | None, recorded: Recorded[WithdrawalNoticeReceived]) -> Row:
    """Membership will end."""
    return _begun(row, recorded) | {"notice": _stated(recorded.event), "ends_on": recorded.event.ends_on}


def on_withdrawal_cancelled(row: Row | None, recorded: Recorded[WithdrawalCancelled]) -> Row:
    """Membership goes on."""
    return _begun(row, recorded) | {"notice": None, "ends_on": None, "left": False, "left_because": None}


def on_municipality_left(row: Row | None, recorded: Recorded[MunicipalityLeft]) -> Row:
    """Membership has ended."""
    event = recorded.event
    return _begun(row, recorded) | {"ends_on": event.left_on, "left": True, "left_because": event.cause}


def on_leaving_date_corrected(row: Row | None, recorded: Recorded[LeavingDateCorrected]) -> Row:
    """It ends, or ended, on another day."""
    return _begun(row, recorded) | {"ends_on": recorded.event.left_on}


MEMBERSHIPS = Projection(
    table=membership_rows,
    on={
        MunicipalityInvited: on_municipality_invited,
        TreatmentRegistered: on_treatment_registered,
        CouncilResolved: on_council_resolved,
        ResolutionConditionsSettled: on_resolution_conditions_settled,
        ResolutionCorrected: on_resolution_corrected,
        AgreementSigned: on_agreement_signed,
        AgreementReceived: on_agreement_received,
        JoiningDateSet: on_joining_date,
        MunicipalityJoined: on_municipality_joined,
        JoiningDateCorrected: on_joining_date,
        JoiningDateCancelled: on_joining_date_cancelled,
        WithdrawalNoticeReceived: on_withdrawal_notice_received,
        WithdrawalCancelled: on_withdrawal_cancelled,
        MunicipalityLeft: on_municipality_left,
        LeavingDateCorrected: on_leaving_date_corrected,
    },
)


def on_municipality_merged(_row: Row | None, recorded: Recorded[MunicipalityMerged]) -> Row:
    """A predecessor is no more."""
    event = recorded.event
    return {"municipality_id": event.municipality_id, "ceased_on": event.merged_on, "cause": "merged"}


def on_municipality_split(_row: Row | None, recorded: Recorded[MunicipalitySplit]) -> Row:
    """The predecessor is no more."""
    event = recorded.event
    return {"municipality_id": event.municipality_id, "ceased_on": event.split_on, "cause": "split"}


def _who_ceased(recorded: Recorded[Any]) -> Iterable[Key]:
    """Nobody, where the event stands in the stream of one who goes on."""
    event = recorded.event
    if isinstance(event, MunicipalityMerged):
        gone = event.municipality_id in event.predecessors and event.municipality_id != event.successor
    else:
        gone = event.municipality_id == event.predecessor and event.predecessor not in event.successors
    return [(event.municipality_id,)] if gone else []


CEASED = Projection(
    table=ceased_rows,
    on={MunicipalityMerged: on_municipality_merged, MunicipalitySplit: on_municipality_split},
    keys=_who_ceased,
)
