"""An example of every event of notifications, and of the envelope that events of others come in."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.notifications.contract import (
    MunicipalityId,
    NoticeId,
    NoticeLanguageChosen,
    NoticeRaised,
    NoticeRead,
)
from shared import clock
from shared.ids import derived_id
from shared.messages import Event, Recorded

LYNGEN = MunicipalityId("4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424")
HARSTAD = MunicipalityId("1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402")
NOTICE = NoticeId("5a1d8c8e-0f7b-5c35-9a8e-3d9a6a1b2c01")
TRIGGER = "0192b3c4-d5e6-7f80-9a1b-2c3d4e5f6071"


def notice_raised(**facts: Any) -> NoticeRaised:
    """Lyngen's director is told that membership has begun."""
    event = NoticeRaised(
        notice_id=NOTICE,
        trigger_event_id=TRIGGER,
        trigger_type="MunicipalityJoined.v1",
        municipality_id=LYNGEN,
        audience="municipality",
        role="director",
        template="joined",
        template_version=1,
        language="nb",
        channel="page",
        subject="Medlemskapet har begynt",
        text="Lyngen kommune (5424) er medlem fra 1. januar 2027, etter versjon 2 av samarbeidsavtalen.",
        href=f"/membership/kommuner/{LYNGEN}",
        mandatory=True,
    )
    return msgspec.structs.replace(event, **facts)


def notice_read(**facts: Any) -> NoticeRead:
    """It has been read."""
    return msgspec.structs.replace(NoticeRead(notice_id=NOTICE, municipality_id=LYNGEN), **facts)


def notice_language_chosen(**facts: Any) -> NoticeLanguageChosen:
    """Lyngen reads nynorsk."""
    event = NoticeLanguageChosen(municipality_id=LYNGEN, language="nn")
    return msgspec.structs.replace(event, **facts)


EXAMPLES: tuple[Event, ...] = (notice_raised(), notice_read(), notice_language_chosen())


def as_recorded(event: Event, service: str, sequence: int = 1, **envelope: Any) -> Recorded[Any]:
    """`event` as its service published it; about a municipality where it names one."""
    about = getattr(event, "municipality_id", None)
    subject = f"municipality/{about}" if about else f"thing/{sequence}"
    happened = getattr(event, event.happened) if event.happened else date(2026, 11, 2)
    given: dict[str, Any] = {
        "event": event,
        "event_id": derived_id("example", service, str(sequence)),
        "service": service,
        "stream": f"thing-{about or sequence}/{sequence}",
        "version": 1,
        "key": about or f"thing-{sequence}",
        "subject": subject,
        "type": event.type_name(),
        "time": clock.moment(clock.start_of(happened)),
        "recorded_at": f"2026-11-02T10:00:{sequence % 60:02}.000000Z",
        "actor": "office",
        "correlation_id": "example",
        "sequence": sequence,
    }
    return Recorded(**(given | envelope))
