"""The catalogue of event types (I-17), read off the contracts."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

import msgspec
from marshmallow import Schema, fields

from services.notifications.feed.domain import CONTRACTS, SEEN_OF_OTHERS
from shared.messages import TYPE_PREFIX


class EventType(Schema):
    """One type of event."""

    type = fields.String(required=True)
    service = fields.String(required=True)
    description = fields.String(required=True)
    seen_of_others = fields.Boolean(required=True)
    data_schema = fields.Dict(required=True)


@functools.cache
def event_types() -> list[Mapping[str, Any]]:
    """All types of all contracts, in the order in which the contracts tell them."""
    return [
        {
            "type": f"{TYPE_PREFIX}.{event.type_name()}",
            "service": service,
            "description": inspect.getdoc(event) or "",
            "seen_of_others": f"{TYPE_PREFIX}.{event.type_name()}" in SEEN_OF_OTHERS,
            "data_schema": msgspec.json.schema(event),
        }
        for service, events in CONTRACTS
        for event in events
    ]
