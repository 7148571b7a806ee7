"""Events of membership to what groups knows of a municipality."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.municipalities.tables import known_memberships, known_municipalities
from services.membership.contract import (
    CouncilResolved,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from shared.messages import Recorded
from shared.readmodels import Projection, Row

_NAMES = {"name_nb": "nb", "name_se": "se", "name_fkv": "fkv"}


# --- identity ---------------------------------------------------------------------------


def on_registered(row: Row | None, recorded: Recorded[MunicipalityRegistered]) -> Row:
    """The municipality is known; what came before its registration is kept."""
    event = recorded.event
    since = event.valid_from.isoformat()
    names = {"valid_from": since, "nb": event.names.nb, "se": event.names.se, "fkv": event.names.fkv}
    numbers = [] if event.number is None else [{"valid_from": since, "number": event.number}]
    kept = row or {"names": [], "numbers": []}
    return {
        "municipality_id": event.municipality_id,
        "names": _dated([*kept["names"], names]),
        "numbers": _dated([*kept["numbers"], *numbers]),
        "invented": event.invented,
        "example": recorded.example,
    }


def on_renamed(row: Row | None, recorded: Recorded[MunicipalityRenamed]) -> Row | None:
    """Other names from a date on."""
    event = recorded.event
    if row is None:
        return None
    names = {
        "valid_from": event.valid_from.isoformat(),
        "nb": event.names.nb,
        "se": event.names.se,
        "fkv": event.names.fkv,
    }
    return row | {"names": _dated([*row["names"], names])}


def on_renumbered(row: Row | None, recorded: Recorded[MunicipalityRenumbered]) -> Row | None:
    """Another number from a date on."""
    event = recorded.event
    if row is None:
        return None
    number = {"valid_from": event.valid_from.isoformat(), "number": event.number}
    return row | {"numbers": _dated([*row["numbers"], number])}


def on_corrected(row: Row | None, recorded: Recorded[MunicipalityCorrected]) -> Row | None:
    """A name, a number or the date on which they begin was recorded wrongly; no other facts are kept here."""
    event = recorded.event
    if row is None:
        return None
    since = event.valid_from.isoformat()
    if event.fact == "number":
        return row | {"numbers": _replaced(row["numbers"], since, "number", event.new_value)}
    if event.fact in _NAMES:
        return row | {"names": _replaced(row["names"], since, _NAMES[event.fact], event.new_value)}
    if event.fact == "valid_from" and event.new_value is not None:
        return row | {kind: _moved(row[kind], since, event.new_value) for kind in ("names", "numbers")}
    return row


def _dated(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_day = {fact["valid_from"]: fact for fact in facts}
    return [by_day[day] for day in sorted(by_day)]


def _moved(facts: list[dict[str, Any]], since: str, to: str) -> list[dict[str, Any]]:
    # Membership takes a date in any form of ISO 8601; days are compared as texts of one form.
    return _dated(_replaced(facts, since, "valid_from", date.fromisoformat(to).isoformat()))


def _replaced(facts: list[dict[str, Any]], since: str, field: str, value: str | None) -> list[dict[str, Any]]:
    return [fact | {field: value} if fact["valid_from"] == since else fact for fact in facts]


# --- membership -------------------------------------------------------------------------


def on_invited(row: Row | None, recorded: Recorded[MunicipalityInvited]) -> Row:
    """On its way, also after an earlier no or an earlier membership."""
    return _anew(row, recorded) | {"invited": True, "rejected": False}


def on_resolved(row: Row | None, recorded: Recorded[CouncilResolved]) -> Row:
    """A no ends the way, until a new invitation."""
    return _membership(row, recorded) | {"rejected": recorded.event.outcome == "rejected"}


def on_joining_date_set(row: Row | None, recorded: Recorded[JoiningDateSet]) -> Row:
    """Membership will begin."""
    return _anew(row, recorded) | {"joining_on": recorded.event.member_from}


def on_joined(row: Row | None, recorded: Recorded[MunicipalityJoined]) -> Row:
    """Membership has begun."""
    day = recorded.event.member_from
    return _anew(row, recorded) | {"joining_on": day, "member_from": day}


def on_joining_date_corrected(row: Row | None, recorded: Recorded[JoiningDateCorrected]) -> Row:
    """It begins, or began, on another date."""
    before = _membership(row, recorded)
    day = recorded.event.member_from
    return before | {"joining_on": day, "member_from": day if before["member_from"] else None}


def on_joining_date_cancelled(row: Row | None, recorded: Recorded[JoiningDateCancelled]) -> Row:
    """It never begins; a new date or a new invitation opens the way again."""
    return _membership(row, recorded) | {"invited": False, "joining_on": None}


def on_notice_received(row: Row | None, recorded: Recorded[WithdrawalNoticeReceived]) -> Row:
    """The end is in sight, and nothing has ended."""
    return _membership(row, recorded) | {"ends_on": recorded.event.ends_on}


def on_notice_cancelled(row: Row | None, recorded: Recorded[WithdrawalCancelled]) -> Row:
    """Membership goes on, whatever end was in sight or had been written down."""
    return _membership(row, recorded) | {"ends_on": None, "left_on": None}


def on_left(row: Row | None, recorded: Recorded[MunicipalityLeft]) -> Row:
    """Membership under this version has ended."""
    return _membership(row, recorded) | {"left_on": recorded.event.left_on}


def on_leaving_date_corrected(row: Row | None, recorded: Recorded[LeavingDateCorrected]) -> Row:
    """It ends, or ended, on another date."""
    before = _membership(row, recorded)
    if before["left_on"] is None:
        return before | {"ends_on": recorded.event.left_on}
    return before | {"left_on": recorded.event.left_on}


def _anew(row: Row | None, recorded: Recorded[Any]) -> Row:
    """The way as it stands; a membership under this version that has ended goes to the earlier ones."""
    stood = _membership(row, recorded)
    if stood["left_on"] is None:
        return stood
    ended = [stood["member_from"].isoformat(), stood["left_on"].isoformat()]
    begun_anew = dict.fromkeys(("joining_on", "member_from", "ends_on", "left_on"))
    return stood | begun_anew | {"earlier": [*stood["earlier"], ended]}


def _membership(row: Row | None, recorded: Recorded[Any]) -> Row:
    return row or {
        "municipality_id": recorded.event.municipality_id,
        "agreement_version": recorded.event.agreement_version,
        "invited": False,
        "rejected": False,
        "joining_on": None,
        "member_from": None,
        "ends_on": None,
        "left_on": None,
        "earlier": [],
    }


MUNICIPALITIES = Projection(
    table=known_municipalities,
    on={
        MunicipalityRegistered: on_registered,
        MunicipalityRenamed: on_renamed,
        MunicipalityRenumbered: on_renumbered,
        MunicipalityCorrected: on_corrected,
    },
)

MEMBERSHIPS = Projection(
    table=known_memberships,
    on={
        MunicipalityInvited: on_invited,
        CouncilResolved: on_resolved,
        JoiningDateSet: on_joining_date_set,
        MunicipalityJoined: on_joined,
        JoiningDateCorrected: on_joining_date_corrected,
        JoiningDateCancelled: on_joining_date_cancelled,
        WithdrawalNoticeReceived: on_notice_received,
        WithdrawalCancelled: on_notice_cancelled,
        MunicipalityLeft: on_left,
        LeavingDateCorrected: on_leaving_date_corrected,
    },
)
