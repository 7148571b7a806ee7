"""The published events of notifications, and all that other services may import of it.

A notice names a municipality and a role, never a person; who reads it is resolved when it is
shown or sent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NewType

from shared.messages import Event

SERVICE = "notifications"
TOPIC = "notifications.events"

PUBLISHED = Path(__file__).parent / "published"
"""Schema and example of every event that was ever published, frozen."""

NoticeId = NewType("NoticeId", str)
"""Follows from trigger, recipient, role, template and channel: one notice for each of these."""

MunicipalityId = NewType("MunicipalityId", str)
"""The municipality's UUID, as membership gave it."""

Audience = Literal["office", "municipality"]

Role = Literal["office", "director", "digital_lead", "invoice", "archive"]
"""Who is meant: the network office, or a contact role of the municipality."""

Language = Literal["nb", "nn", "en"]

Channel = Literal["page"]
"""Where the notice is shown. Mail comes as a further channel."""

State = Literal[
    "created",
    "sending",
    "sent",
    "delivered",
    "temporary_failure",
    "permanent_failure",
    "technical_failure",
    "suppressed",
    "condition_not_met",
    "cancelled",
    "expired",
]
"""How far a notice has come; on pages it stays `created`, since nothing is sent."""


class NoticeRaised(Event, frozen=True, kw_only=True):
    """Something has happened that the office or a municipality should know of.

    `trigger_event_id` and `trigger_type` name what happened. `language` is the one that
    `subject` and `text` are written in, after falling back where a translation is missing;
    `language_missing` is then the one that had been chosen.
    A `mandatory` notice cannot be switched off. `read` is True for notices about what was
    past already when an example history was loaded.
    """

    notice_id: NoticeId
    trigger_event_id: str
    trigger_type: str
    municipality_id: MunicipalityId
    audience: Audience
    role: Role
    template: str
    template_version: int
    language: Language
    channel: Channel
    subject: str
    text: str
    href: str
    mandatory: bool
    state: State = "created"
    read: bool = False
    language_missing: Language | None = None


class NoticeRead(Event, frozen=True, kw_only=True):
    """The notice has been read by those it was for."""

    notice_id: NoticeId
    municipality_id: MunicipalityId


class NoticeLanguageChosen(Event, frozen=True, kw_only=True):
    """The municipality's notices are written in this language from now on; earlier ones stay as they are."""

    municipality_id: MunicipalityId
    language: Language


EVENTS: tuple[type[Event], ...] = (NoticeRaised, NoticeRead, NoticeLanguageChosen)

PAGES: tuple[tuple[str, str, str], ...] = (
    ("Varsler", "/notifications/varsler", "all"),
    ("Hendelser", "/notifications/hendelser", "all"),
)
"""Entries of the suite's menu: Norwegian label, path, and who is offered it."""

TABS: tuple[tuple[str, str, str], ...] = (("Varsler", "/notifications/kommuner/{municipality_id}", "own"),)
"""Tabs of a municipality's page: Norwegian label, path, and who is offered it."""
