"""The rules of a notice: raised once for what happened, and read by those it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.notifications.contract import (
    Audience,
    Channel,
    Language,
    MunicipalityId,
    NoticeId,
    NoticeRaised,
    NoticeRead,
    Role,
)
from services.notifications.texts.domain import Template, TextValue, render
from shared.decider import Decider
from shared.errors import NotFound, Refused

# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RaiseNotice:
    """Tell the office or a municipality; the text is written by `template` from `values`."""

    notice_id: NoticeId
    trigger_event_id: str
    trigger_type: str
    municipality_id: MunicipalityId
    audience: Audience
    role: Role
    template: Template
    language: Language
    channel: Channel
    values: Mapping[str, TextValue]
    href: str
    read: bool


@dataclass(frozen=True, kw_only=True)
class ReadNotice:
    """Somebody of `reader` has read it."""

    reader: Audience


NoticeCommand: TypeAlias = RaiseNotice | ReadNotice
NoticeEvent: TypeAlias = NoticeRaised | NoticeRead


# --- refusals ---------------------------------------------------------------------------


class NoticeUnknown(NotFound):
    """There is no such notice."""

    code = "notice-unknown"
    nb = "Varselet finnes ikke."


class NoticeForOthers(Refused):
    """Only those that a notice is for can have read it."""

    code = "notice-for-others"
    status = 403
    nb = "Varselet er til noen andre, og kan ikke merkes som lest her."


# --- state ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice, as far as decisions depend on it."""

    status: Literal["absent", "unread", "read"] = "absent"
    audience: Audience = "office"
    notice_id: NoticeId | None = None
    municipality_id: MunicipalityId | None = None


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    """The notice after an event."""
    match event:
        case NoticeRaised():
            return Notice(
                status="read" if event.read else "unread",
                audience=event.audience,
                notice_id=event.notice_id,
                municipality_id=event.municipality_id,
            )
        case NoticeRead():
            return Notice(
                status="read",
                audience=notice.audience,
                notice_id=event.notice_id,
                municipality_id=event.municipality_id,
            )


# --- decisions --------------------------------------------------------------------------


def raise_notice(notice: Notice, command: RaiseNotice) -> list[NoticeEvent]:
    """Once; a second time nothing happens (N-01)."""
    if notice.status != "absent":
        return []
    words = render(command.template, command.language, command.values)
    return [
        NoticeRaised(
            notice_id=command.notice_id,
            trigger_event_id=command.trigger_event_id,
            trigger_type=command.trigger_type,
            municipality_id=command.municipality_id,
            audience=command.audience,
            role=command.role,
            template=command.template.key,
            template_version=command.template.version,
            language=words.language,
            language_missing=None if words.language == command.language else command.language,
            channel=command.channel,
            subject=words.subject,
            text=words.text,
            href=command.href,
            mandatory=command.template.mandatory,
            read=command.read,
        )
    ]


def read(notice: Notice, command: ReadNotice) -> list[NoticeEvent]:
    """By those it is for; reading it again changes nothing."""
    if notice.notice_id is None or notice.municipality_id is None:
        raise NoticeUnknown("There is no such notice.")
    if notice.audience != command.reader:
        raise NoticeForOthers("The notice is for somebody else.", audience=notice.audience)
    if notice.status == "read":
        return []
    return [NoticeRead(notice_id=notice.notice_id, municipality_id=notice.municipality_id)]


def decide(notice: Notice, command: NoticeCommand) -> list[NoticeEvent]:
    """What follows from a command."""
    match command:
        case RaiseNotice():
            return raise_notice(notice, command)
        case ReadNotice():
            return read(notice, command)


notices: Decider[Notice, NoticeCommand, NoticeEvent] = Decider(
    category="notice", initial=Notice(), decide=decide, evolve=evolve, about="municipality"
)
