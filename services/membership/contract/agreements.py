"""Versions of the host agreement."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.membership.contract.identity import MunicipalityId
from shared.messages import Event, Value


class NoticeRule(Value, frozen=True, kw_only=True):
    """How a withdrawal's end date follows from the day the notice came in."""

    months: int
    takes_effect: Literal["any_date", "year_end"]


class Text(Value, frozen=True, kw_only=True):
    """A title and body in one language, as the council papers quote them."""

    language: Literal["nb", "nn"]
    title: str
    body: str


class AgreementVersionPublished(Event, frozen=True, kw_only=True):
    """A version of the host agreement is ready to be decided on by the councils.

    Valid from `valid_from` until before `valid_to` (None: open-ended). `assumed` names the
    fields that no source gives.
    """

    happened = "valid_from"

    agreement_version: int
    legal_form: str
    host_municipality_id: MunicipalityId
    valid_from: date
    valid_to: date | None
    notice_rule: NoticeRule
    extension: str
    checklist: tuple[str, ...]
    texts: tuple[Text, ...]
    assumed: tuple[str, ...] = ()


class AgreementVersionExtended(Event, frozen=True, kw_only=True):
    """The version holds longer than it said: until before `valid_to` (None: open-ended)."""

    agreement_version: int
    old_valid_to: date | None
    valid_to: date | None
    decided_by: str
