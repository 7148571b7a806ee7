"""Events of membership to rows: who the municipality is, how large, and when it is a member."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.fees.municipalities import tables
from services.membership.contract import (
    AgreementVersionPublished,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
    PopulationUpdated,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from shared.messages import Recorded
from shared.readmodels import Projection, Row

_NAMES = {"name_nb": "nb", "name_se": "se", "name_fkv": "fkv"}


def on_municipality_registered(_: Row | None, recorded: Recorded[MunicipalityRegistered]) -> Row:
    """A municipality with its first number and names."""
    event = recorded.event
    since = event.valid_from.isoformat()
    return {
        "municipality_id": event.municipality_id,
        "organisation_number": event.organisation_number,
        "numbers": [{"valid_from": since, "number": event.number}] if event.number else [],
        "names": [{"valid_from": since, **msgspec.to_builtins(event.names)}],
        "invited_on": None,
        "reply_by": None,
        "ceased_on": None,
        "ceased_event_id": None,
        "invented": event.invented,
        "example": recorded.example,
    }


def on_municipality_renumbered(row: Row | None, recorded: Recorded[MunicipalityRenumbered]) -> Row:
    """Another number from a date on."""
    known, event = _known(row), recorded.event
    since = event.valid_from.isoformat()
    return known | {"numbers": _dated(known["numbers"], {"valid_from": since, "number": event.number})}


def on_municipality_renamed(row: Row | None, recorded: Recorded[MunicipalityRenamed]) -> Row:
    """Other names from a date on."""
    known, event = _known(row), recorded.event
    names = {"valid_from": event.valid_from.isoformat(), **msgspec.to_builtins(event.names)}
    return known | {"names": _dated(known["names"], names)}


def on_municipality_corrected(row: Row | None, recorded: Recorded[MunicipalityCorrected]) -> Row:
    """A dated fact of identity holds otherwise than recorded."""
    known, event = _known(row), recorded.event
    since = event.valid_from.isoformat()
    if event.fact == "organisation_number":
        return known | {"organisation_number": event.new_value}
    if event.fact == "number":
        return known | {"numbers": _corrected(known["numbers"], since, "number", event.new_value)}
    if event.fact in _NAMES:
        return known | {"names": _corrected(known["names"], since, _NAMES[event.fact], event.new_value)}
    return known | {
        kind: _corrected(known[kind], since, "valid_from", event.new_value) for kind in ("numbers", "names")
    }


def on_municipality_invited(row: Row | None, recorded: Recorded[MunicipalityInvited]) -> Row:
    """The municipality is asked to join; the latest invitation counts."""
    event = recorded.event
    return _known(row) | {"invited_on": event.invited_on, "reply_by": event.reply_by}


def on_municipality_merged(row: Row | None, recorded: Recorded[MunicipalityMerged]) -> Row:
    """A predecessor ceases, unless it goes on as the successor."""
    event = recorded.event
    ceases = event.municipality_id != event.successor
    return _ceased(row, recorded, event.merged_on) if ceases else _known(row)


def on_municipality_split(row: Row | None, recorded: Recorded[MunicipalitySplit]) -> Row:
    """The divided municipality ceases, unless it goes on as one of its successors."""
    event = recorded.event
    ceases = event.municipality_id == event.predecessor and event.predecessor not in event.successors
    return _ceased(row, recorded, event.split_on) if ceases else _known(row)


def on_population_updated(_: Row | None, recorded: Recorded[PopulationUpdated]) -> Row:
    """The figure of a date; a re-issued one takes the place of the earlier."""
    event = recorded.event
    return {
        "municipality_id": event.municipality_id,
        "as_of": event.as_of,
        "inhabitants": event.inhabitants,
        "source": event.source,
        "published_on": event.published_on,
        "invented": event.invented,
        "event_id": recorded.event_id,
    }


def on_joining_date_set(row: Row | None, recorded: Recorded[JoiningDateSet]) -> Row:
    """Membership will begin."""
    return _begun(row, recorded, recorded.event.member_from)


def on_municipality_joined(row: Row | None, recorded: Recorded[MunicipalityJoined]) -> Row:
    """Membership has begun."""
    return _begun(row, recorded, recorded.event.member_from)


def on_joining_date_corrected(row: Row | None, recorded: Recorded[JoiningDateCorrected]) -> Row:
    """Membership begins, or began, on another date."""
    day = recorded.event.member_from.isoformat()
    return _last_term(row, member_from=day, from_event_id=recorded.event_id)


def on_joining_date_cancelled(row: Row | None, _: Recorded[JoiningDateCancelled]) -> Row:
    """The term that was announced never begins."""
    known = _known(row)
    return known | {"terms": known["terms"][:-1]}


def on_withdrawal_notice_received(row: Row | None, recorded: Recorded[WithdrawalNoticeReceived]) -> Row:
    """Membership will end."""
    day = recorded.event.ends_on.isoformat()
    return _last_term(row, member_to=day, to_event_id=recorded.event_id)


def on_withdrawal_cancelled(row: Row | None, recorded: Recorded[WithdrawalCancelled]) -> Row:
    """Membership goes on; the cancellation is the word on how long it lasts."""
    return _last_term(row, member_to=None, to_event_id=recorded.event_id)


def on_municipality_left(
    row: Row | None, recorded: Recorded[MunicipalityLeft] | Recorded[LeavingDateCorrected]
) -> Row:
    """Membership has ended, or ended on another date than recorded."""
    day = recorded.event.left_on.isoformat()
    return _last_term(row, member_to=day, to_event_id=recorded.event_id, ended=True)


def on_agreement_version_published(_: Row | None, recorded: Recorded[AgreementVersionPublished]) -> Row:
    """A version has its host, for as long as it holds."""
    event = recorded.event
    return {
        "agreement_version": event.agreement_version,
        "municipality_id": event.host_municipality_id,
        "event_id": recorded.event_id,
    }


def _known(row: Row | None) -> Row:
    # Streams of one key arrive in order, so what is changed was registered before.
    if row is None:
        message = "The event changes what was never registered."
        raise LookupError(message)
    return row


def _ceased(row: Row | None, recorded: Recorded[Any], day: date) -> Row:
    return _known(row) | {"ceased_on": day, "ceased_event_id": recorded.event_id}


def _begun(row: Row | None, recorded: Recorded[Any], member_from: date) -> Row:
    """A term that was announced begins; after one that ended another is added."""
    terms = row["terms"] if row else []
    open_term = terms[-1] if terms and not terms[-1]["ended"] else None
    began = {"member_from": member_from.isoformat(), "from_event_id": recorded.event_id}
    term = (open_term or {"member_to": None, "to_event_id": None, "ended": False}) | began
    return {
        "municipality_id": recorded.event.municipality_id,
        "agreement_version": recorded.event.agreement_version,
        "terms": [*(terms[:-1] if open_term else terms), term],
        "example": recorded.example,
    }


def _last_term(row: Row | None, **changes: Any) -> Row:
    known = _known(row)
    return known | {"terms": [*known["terms"][:-1], known["terms"][-1] | changes]}


def _dated(facts: list[dict[str, Any]], fact: dict[str, Any]) -> list[dict[str, Any]]:
    others = [other for other in facts if other["valid_from"] != fact["valid_from"]]
    return sorted([*others, fact], key=lambda each: str(each["valid_from"]))


def _corrected(facts: list[dict[str, Any]], since: str, name: str, value: str | None) -> list[dict[str, Any]]:
    changed = [fact | {name: value} if fact["valid_from"] == since else fact for fact in facts]
    return sorted(changed, key=lambda each: str(each["valid_from"]))


MUNICIPALITIES = Projection(
    table=tables.municipalities,
    on={
        MunicipalityRegistered: on_municipality_registered,
        MunicipalityRenumbered: on_municipality_renumbered,
        MunicipalityRenamed: on_municipality_renamed,
        MunicipalityCorrected: on_municipality_corrected,
        MunicipalityInvited: on_municipality_invited,
        MunicipalityMerged: on_municipality_merged,
        MunicipalitySplit: on_municipality_split,
    },
)

POPULATIONS = Projection(table=tables.populations, on={PopulationUpdated: on_population_updated})

MEMBERSHIPS = Projection(
    table=tables.memberships,
    on={
        JoiningDateSet: on_joining_date_set,
        MunicipalityJoined: on_municipality_joined,
        JoiningDateCorrected: on_joining_date_corrected,
        JoiningDateCancelled: on_joining_date_cancelled,
        WithdrawalNoticeReceived: on_withdrawal_notice_received,
        WithdrawalCancelled: on_withdrawal_cancelled,
        MunicipalityLeft: on_municipality_left,
        LeavingDateCorrected: on_municipality_left,
    },
)

HOSTS = Projection(table=tables.hosts, on={AgreementVersionPublished: on_agreement_version_published})
