"""The catalogue of event types (I-17), read off the contracts."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

import msgspec
from marshmallow import Schema, fields

from services.notifications.feed.domain import CONTRACTS, PUBLISHED, SEEN_OF_OTHERS
from shared.cloudevents import schema_uri
from shared.messages import TYPE_PREFIX
from shared.published import example
from shared.web.schemas import path_of


class EventType(Schema):
    """One type of event. `schema_address` is where this installation answers with what `dataschema` names."""

    type = fields.String(required=True)
    service = fields.String(required=True)
    description = fields.String(required=True)
    seen_of_others = fields.Boolean(required=True)
    data_schema = fields.Dict(required=True, metadata={"description": "The schema of `data.current`."})
    dataschema = fields.String(required=True, metadata={"description": "As the events carry it."})
    schema_address = fields.Url(required=True, metadata={"description": "JSON Schema of `data`."})
    example = fields.Dict(required=True, metadata={"description": "A whole event, invented."})


@functools.cache
def event_types(source: str, address: str) -> list[Mapping[str, Any]]:
    """All types of all contracts, in the order in which the contracts tell them.

    `source` is what the network's events name, without the service; `address` the installation's own.
    """
    return [
        {
            "type": f"{TYPE_PREFIX}.{event.type_name()}",
            "service": service,
            "description": inspect.getdoc(event) or "",
            "seen_of_others": f"{TYPE_PREFIX}.{event.type_name()}" in SEEN_OF_OTHERS,
            "data_schema": msgspec.json.schema(event),
            "dataschema": schema_uri(f"{source}/{service}", event.type_name()),
            "schema_address": f"{address}{path_of(service, event.type_name())}",
            "example": example(PUBLISHED[service], event.type_name()),
        }
        for service, events in CONTRACTS
        for event in events
    ]


class EventTypes(Schema):
    """Every type of event."""

    items = fields.List(fields.Nested(EventType))
