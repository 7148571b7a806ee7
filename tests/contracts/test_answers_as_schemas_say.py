"""Every answer of the suite is written as its marshmallow schema would have it, without marshmallow's ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from marshmallow import Schema, fields

from deploy.samvirke.suite import SERVICES
from shared.settings import Settings
from shared.web.jsonfields import Whole
from shared.web.writing import writer

VALUES: dict[type[fields.Field[Any]], Any] = {
    fields.String: "Kárášjohka \u2028",
    fields.Url: "https://example.org/?a=b&c",
    fields.Integer: 7,
    Whole: 7,
    fields.Boolean: True,
    fields.Date: date(2026, 1, 31),
    fields.Dict: {"nb": "Tromsø", "inner": [{"n": 1}]},
}


def schemas_of_all_answers(folder: Path) -> Iterator[tuple[str, Schema]]:
    settings = Settings.from_environment({"SAMVIRKE_DATA": str(folder)})
    for service in SERVICES.values():
        store = service.open_store(settings)
        for endpoint, view in service.create_app(store).view_functions.items():
            for responses in getattr(view, "_apidoc", {}).get("response", {}).get("responses", {}).values():
                for told in responses:
                    if isinstance(told.get("schema"), Schema):
                        yield f"{service.name} {endpoint}", told["schema"]
        store.database.close()


def example(field: fields.Field[Any], *, none: bool = False) -> Any:
    """A value of a field; with `none` its parts are None or empty."""
    if isinstance(field, fields.Nested):
        one = shown(field.schema, none=none)
        return [one, one] if field.many or field.schema.many else one
    if isinstance(field, fields.List):
        return [] if none else [example(field.inner)] * 2
    return None if none else VALUES[type(field)]


def shown(schema: Schema, *, none: bool = False) -> dict[str, Any]:
    """What a view may return for `schema`, with something that it does not show."""
    return {
        field.attribute or name: example(field, none=none) for name, field in schema.dump_fields.items()
    } | {"not shown": "secret"}


def test_every_answer_is_written_as_its_schema_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    found = dict(schemas_of_all_answers(tmp_path))
    for endpoint, schema in found.items():
        whole, empty = shown(schema), shown(schema, none=True)
        for answer in (whole, empty, SimpleNamespace(**whole)):
            given = [answer, answer] if schema.many else answer

            assert json.loads(writer(schema)(given)) == json.loads(json.dumps(schema.dump(given))), endpoint
    assert len(found) > 80  # nearly all views have one
