"""What a change of a schema would break; only a further optional field breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_LOOKED_INTO = ("properties", "required", "items", "anyOf")
_WORDS = ("title", "description", "$schema", "$defs")
"""Members that documents do not depend on: texts for people, and names of parts."""


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """What readers or stored documents of `old` would not survive in `new`, a sentence each.

    Both are whole schemas with `$defs`; definitions that contain themselves are not known here.
    """
    return list(_broken(_inlined(old, old["$defs"]), _inlined(new, new["$defs"]), "current"))


def _inlined(part: Any, definitions: Schema) -> Any:
    if isinstance(part, list):
        return [_inlined(one, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        named = definitions[part["$ref"].removeprefix("#/$defs/")]
        return _inlined({name: part[name] for name in part if name != "$ref"} | named, definitions)
    inlined = {name: _inlined(value, definitions) for name, value in part.items() if name != "properties"}
    spoken = {name: value for name, value in inlined.items() if name not in _WORDS}
    if "properties" in part:
        # A field may well be called `title`.
        spoken["properties"] = {
            name: _inlined(field, definitions) for name, field in part["properties"].items()
        }
    return spoken


def _broken(old: Schema, new: Schema, where: str) -> Iterator[str]:
    for name in sorted(set(old) | set(new)):
        if name not in _LOOKED_INTO and old.get(name) != new.get(name):
            yield f"{where}: {name} was {old.get(name)!r}, is {new.get(name)!r}"
    yield from _broken_fields(old, new, where)
    yield from _broken_parts(old, new, where)


def _broken_fields(old: Schema, new: Schema, where: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in before:
        if name not in after:
            yield f"{where}.{name} is gone"
        else:
            yield from _broken(before[name], after[name], f"{where}.{name}")
    needed_before, needed_after = set(old.get("required", [])), set(new.get("required", []))
    for name in sorted(needed_after - needed_before):
        yield f"{where}.{name} is required now"
    for name in sorted((needed_before - needed_after) & set(after)):
        yield f"{where}.{name} may be missing now"


def _broken_parts(old: Schema, new: Schema, where: str) -> Iterator[str]:
    if ("items" in old) != ("items" in new) or len(old.get("anyOf", [])) != len(new.get("anyOf", [])):
        yield f"{where} is made of other parts"
        return
    if isinstance(old.get("items"), dict) and isinstance(new["items"], dict):
        yield from _broken(old["items"], new["items"], f"{where}[]")
    elif old.get("items") != new.get("items"):
        yield f"{where} is made of other parts"
    for before, after in zip(old.get("anyOf", []), new.get("anyOf", []), strict=True):
        yield from _broken(before, after, where)
