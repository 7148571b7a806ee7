"""Whenever something has happened that the office or a municipality should know of, raise a notice."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from services.notifications.contract import Audience, Channel, Language, MunicipalityId, NoticeId
from services.notifications.groups.queries import group_name
from services.notifications.languages.queries import chosen_language
from services.notifications.municipalities.queries import municipality
from services.notifications.notices.domain import RaiseNotice, notices
from services.notifications.notices.occasions import OCCASIONS, UNNAMED_GROUP, Occasion, Recipient
from services.notifications.texts.domain import FALLBACK, Place, TextValue
from services.notifications.texts.queries import newest
from shared import clock
from shared.ids import derived_id
from shared.messages import Event, Recorded
from shared.reactions import Policy, Reaction

CHANNEL: Channel = "page"


def whenever(occasion: Occasion, recorded: Recorded[Any], connection: Connection) -> Iterable[Reaction]:
    """One notice for each recipient of the occasion."""
    if not occasion.when(recorded):
        return []
    values = _values(occasion, recorded, connection)
    return [
        _reaction(occasion, recorded, recipient, values, _language(recipient[0], recorded, connection))
        for recipient in occasion.recipients
    ]


def notice_id(trigger_event_id: str, recipient: str, role: str, template: str, channel: str) -> NoticeId:
    """One notice for each of these, however often the trigger comes (N-01)."""
    return NoticeId(derived_id("notice", trigger_event_id, recipient, role, template, channel))


def is_past(occasion: Occasion, recorded: Recorded[Any]) -> bool:
    """Whether an example event was about what was past already on the day it was loaded."""
    day = occasion.concerns(recorded.event) if occasion.concerns else clock.day_of(recorded.time)
    return recorded.example and day < clock.day_of(recorded.recorded_at)


def _language(audience: Audience, recorded: Recorded[Any], connection: Connection) -> Language:
    """A municipality's own choice, as it is now; the office reads bokmål (decision 17)."""
    if audience == "office":
        return FALLBACK
    return chosen_language(connection, recorded.event.municipality_id) or FALLBACK


def _reaction(
    occasion: Occasion,
    recorded: Recorded[Any],
    recipient: Recipient,
    values: dict[str, TextValue],
    language: Language,
) -> Reaction:
    audience, role = recipient
    about: MunicipalityId = recorded.event.municipality_id
    recipient_id = "office" if audience == "office" else about
    own_id = notice_id(recorded.event_id, recipient_id, role, occasion.template, CHANNEL)
    command = RaiseNotice(
        notice_id=own_id,
        trigger_event_id=recorded.event_id,
        trigger_type=recorded.type,
        municipality_id=about,
        audience=audience,
        role=role,
        template=newest(occasion.template),
        language=language,
        channel=CHANNEL,
        values=values,
        href=occasion.page.format(municipality_id=about),
        read=is_past(occasion, recorded),
    )
    return Reaction(decider=notices, stream=notices.stream(about, own_id), command=command)


def _values(occasion: Occasion, recorded: Recorded[Any], connection: Connection) -> dict[str, TextValue]:
    day = clock.day_of(recorded.recorded_at)
    known = municipality(connection, recorded.event.municipality_id, day)
    place = Place(name=known.name if known else None, number=known.number if known else None)
    values = occasion.values(recorded.event) | {"municipality": place}
    group_id = getattr(recorded.event, "group_id", None)
    if group_id is not None:
        values["group"] = group_name(connection, group_id) or UNNAMED_GROUP
    return values


def policies(events: tuple[type[Event], ...]) -> tuple[Policy, ...]:
    """The policies that follow from the occasions of one contract."""
    return tuple(
        Policy(
            name=f"notice-{occasion.template}-{occasion.event.__name__}",
            on=(occasion.event,),
            react=functools.partial(whenever, occasion),
        )
        for occasion in OCCASIONS
        if occasion.event in events
    )
