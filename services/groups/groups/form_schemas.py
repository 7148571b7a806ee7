"""What the pages' forms about groups send, made into what the API asks for."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from services.groups.groups.schemas import TEXT, GroupRequest
from shared.web.formfields import LastDate


class Lines(fields.List[str]):
    """A text with one item on each line, as a form sends it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str | None]:
        lines = [line.strip() for text in value for line in str(text).splitlines() if line.strip()]
        return super()._deserialize(lines, attr, data, **kwargs)


class GroupForm(GroupRequest):
    """A new group; its composition is a text with one office on each line."""

    composition = Lines(fields.String(validate=TEXT), load_default=list)


class ArchivingForm(Schema):
    """The last day with the group, and why it ends."""

    archived_on = LastDate(required=True)
    reason = fields.String(required=True, validate=TEXT)


class NameCorrectionForm(Schema):
    """The name that should have been recorded, and why it was not."""

    new_value = fields.String(required=True, validate=TEXT)
    reason = fields.String(required=True, validate=TEXT)


class FirstDayCorrectionForm(Schema):
    """The first day that should have been recorded, and why it was not."""

    new_value = fields.Date(required=True)
    reason = fields.String(required=True, validate=TEXT)

    @post_load
    def _as_text(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        return given | {"new_value": given["new_value"].isoformat()}


class LastDayCorrectionForm(FirstDayCorrectionForm):
    """The last day that should have been recorded, and why it was not."""

    new_value = LastDate(required=True)
