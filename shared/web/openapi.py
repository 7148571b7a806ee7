"""What the OpenAPI document says of every operation: the bearer token and the errors."""

from __future__ import annotations

from flask_smorest import Api
from marshmallow import Schema, fields

_SECURITY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of a trusted issuer. Its `scope` names what it may; a claim may bind it "
    "to one municipality.",
}


class ProblemSchema(Schema):
    """An error (RFC 9457). Programs tell errors apart by `code`; texts may change."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Stable, kebab-case."})
    request_id = fields.String()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong with which field."},
    )
    details = fields.Dict(metadata={"description": "What a program needs to go on."})


def describe(api: Api) -> None:
    """Add to the document what holds for all operations."""
    api.spec.components.security_scheme("bearer", _SECURITY)
    responses = api.spec.components.responses
    for response in responses.values():
        content = response.get("content", {})
        if (set(content) == {"application/json"} and "ProblemSchema" in str(content)) or "Problem" in str(
            content
        ):
            response["content"] = {"application/problem+json": content["application/json"]}
