"""What is frozen of a service's events, read from the folder beside its contract: schemas and examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from shared.cloudevents import schema_uri

Document = dict[str, Any]


def type_names(folder: Path) -> list[str]:
    """Every type that was ever published, older versions included (`PlaceRented.v1`)."""
    return sorted(path.name.removesuffix(".schema.json") for path in folder.glob("*.schema.json"))


def data_schema(folder: Path, type_name: str, source: str) -> Document:
    """The JSON schema of an event's `data`, by the address that the event names as its `dataschema`.

    What is frozen describes `current`; KeyError where nothing of that name is published.
    """
    if type_name not in type_names(folder):
        raise KeyError(type_name)
    frozen: Document = msgspec.json.decode((folder / f"{type_name}.schema.json").read_bytes())
    return {
        "$schema": frozen["$schema"],
        "$id": schema_uri(source, type_name),
        "title": type_name,
        "type": "object",
        "properties": {
            "current": {"$ref": frozen["$ref"]},
            "previous": {
                "type": "object",
                "description": "The values that were replaced, by the names of their fields.",
            },
            "version": {"type": "integer", "minimum": 1, "description": "The version of the stream."},
        },
        "required": ["current", "previous", "version"],
        "$defs": frozen["$defs"],
    }


def example(folder: Path, type_name: str) -> Document:
    """A whole event of the type, as it stands on the log; KeyError where nothing of that name is published."""
    if type_name not in type_names(folder):
        raise KeyError(type_name)
    told: Document = msgspec.json.decode((folder / f"{type_name}.example.json").read_bytes())
    return told
