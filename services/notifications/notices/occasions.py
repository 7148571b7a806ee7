"""Who is told what, and when: the one table of all occasions for a notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications.contract import Audience, Role
from services.notifications.texts.domain import Kroner, OneOf, TextValue
from shared.messages import Event, Recorded

Recipient = tuple[Audience, Role]

OFFICE: Recipient = ("office", "office")
DIRECTOR: Recipient = ("municipality", "director")
DIGITAL_LEAD: Recipient = ("municipality", "digital_lead")
ARCHIVE: Recipient = ("municipality", "archive")
INVOICE: Recipient = ("municipality", "invoice")

UNNAMED_GROUP = OneOf(nb="gruppe uten navn", nn="gruppe utan namn", en="unnamed group")
"""Stands for a group that groups has not told of yet."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One kind of notice. `template` names the text and, with the event, the policy: it is for ever.

    `values` are what the text needs besides municipality and group. `concerns` is the day or
    year that the event is about, None for the day on which it happened.
    """

    template: str
    event: type[Event]
    recipients: tuple[Recipient, ...]
    page: str
    values: Callable[[Any], dict[str, TextValue]]
    when: Callable[[Recorded[Any]], bool] = lambda _: True
    concerns: Callable[[Any], date] | None = None


def _version(event: Any) -> dict[str, TextValue]:
    return {"version": str(event.agreement_version)}


def _year(event: Any) -> dict[str, TextValue]:
    return {"year": str(event.year)}


def _amount(event: Any) -> dict[str, TextValue]:
    return _year(event) | {"amount": Kroner(ore=event.to_pay_ore)}


def _new_year(event: Any) -> date:
    return date(event.year, 1, 1)


def _of_membership(
    template: str,
    event: type[Event],
    recipients: tuple[Recipient, ...],
    *days: str,
    when: Callable[[Recorded[Any]], bool] = lambda _: True,
) -> Occasion:
    """An occasion whose text needs the version and some dates of the event."""
    return Occasion(
        template=template,
        event=event,
        recipients=recipients,
        page="/membership/kommuner/{municipality_id}",
        values=lambda happened: _version(happened) | {day: getattr(happened, day) for day in days},
        when=when,
    )


def _of_rule(rule: str) -> Callable[[Recorded[Any]], bool]:
    return lambda recorded: bool(recorded.event.rule == rule)


def _becomes_vacant(recorded: Recorded[groups.SeatVacated]) -> bool:
    """Whether a member is missing from now on whom the municipality has to appoint.

    With a closed seat nobody is missing, without a deputy the member still sits, and where the
    wrong one was recorded the right one takes the same days. A term that was over by then, since
    its seat had closed, is only kept from holding again.
    """
    event, ended = recorded.event, recorded.previous.get("vacated_on")
    if event.because == "seat_closed" or event.deputy or event.reason is not None:
        return False
    return ended is None or event.vacated_on < date.fromisoformat(ended)


def _near(template: str, rule: str) -> Occasion:
    return Occasion(
        template=template,
        event=membership.DeadlineNeared,
        recipients=(OFFICE, DIRECTOR),
        page="/membership/kommuner/{municipality_id}",
        values=lambda event: _version(event) | {"deadline": event.deadline, "days": event.days_left},
        when=_of_rule(rule),
    )


def _of_fees(template: str, event: type[Event], recipients: tuple[Recipient, ...]) -> Occasion:
    return Occasion(
        template=template,
        event=event,
        recipients=recipients,
        page="/fees/kommuner/{municipality_id}",
        values=_amount,
        concerns=_new_year,
    )


OCCASIONS: tuple[Occasion, ...] = (
    _of_membership("invited", membership.MunicipalityInvited, (OFFICE, DIRECTOR), "reply_by"),
    _near("reply-near", "reply"),
    _near("expiry-near", "expiry"),
    _of_membership(
        "reply-passed", membership.DeadlinePassed, (OFFICE, DIRECTOR), "deadline", when=_of_rule("reply")
    ),
    _of_membership(
        "expiry-passed", membership.DeadlinePassed, (OFFICE, DIRECTOR), "deadline", when=_of_rule("expiry")
    ),
    _of_membership("paper-missing", membership.AgreementSigned, (OFFICE, ARCHIVE), "signed_on"),
    _of_membership("joined", membership.MunicipalityJoined, (OFFICE, DIRECTOR), "member_from"),
    _of_membership(
        "joining-cancelled",
        membership.JoiningDateCancelled,
        (OFFICE, DIRECTOR),
        "cancelled_on",
        "old_member_from",
    ),
    _of_membership(
        "withdrawal-received",
        membership.WithdrawalNoticeReceived,
        (OFFICE, DIRECTOR),
        "received_on",
        "ends_on",
    ),
    _of_membership(
        "withdrawal-cancelled", membership.WithdrawalCancelled, (OFFICE, DIRECTOR), "cancelled_on"
    ),
    _of_membership(
        "left",
        membership.MunicipalityLeft,
        (OFFICE, DIRECTOR),
        "left_on",
        # Where a later version has taken over, the municipality is a member as before.
        when=lambda recorded: recorded.event.cause != "version_ended",
    ),
    _of_fees("fee-estimated", fees.FeeEstimated, (OFFICE, INVOICE)),
    # The office is asked to determine; the municipality hears of it once that is done.
    _of_fees("fee-proposed", fees.FeeProposed, (OFFICE,)),
    _of_fees("fee-determined", fees.FeeDetermined, (OFFICE, INVOICE)),
    Occasion(
        template="fee-deviation",
        event=fees.FeeDeviationFound,
        recipients=(OFFICE, INVOICE),
        page="/fees/kommuner/{municipality_id}",
        values=lambda event: (
            _year(event)
            | {"determined": Kroner(ore=event.determined_ore), "expected": Kroner(ore=event.expected_ore)}
        ),
        concerns=_new_year,
    ),
    Occasion(
        template="fee-corrected",
        event=fees.FeeCorrected,
        recipients=(INVOICE,),
        page="/fees/kommuner/{municipality_id}",
        values=lambda event: _amount(event) | {"before": Kroner(ore=event.old_to_pay_ore)},
        concerns=_new_year,
    ),
    Occasion(
        template="seat-vacant",
        event=groups.SeatOpened,
        recipients=(OFFICE, DIGITAL_LEAD),
        page="/groups/kommuner/{municipality_id}",
        values=lambda event: {"from_day": event.opened_from, "seat": event.seat},
        # A seat that comes from a sign-up is filled by that sign-up.
        when=lambda recorded: recorded.event.choice_id is None,
    ),
    Occasion(
        template="seat-vacant",
        event=groups.SeatVacated,
        recipients=(OFFICE, DIGITAL_LEAD),
        page="/groups/kommuner/{municipality_id}",
        values=lambda event: {"from_day": event.vacated_on, "seat": event.seat},
        when=_becomes_vacant,
    ),
)
