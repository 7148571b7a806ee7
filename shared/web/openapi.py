"""What the OpenAPI document says of every operation: the bearer token and the errors."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from apispec import BasePlugin
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields

from shared.web import consistency
from shared.web.interface import Blueprint
from shared.web.reads import HIGHEST_LIMIT
from shared.web.receipts import LONGEST_KEY

_SECURITY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of a trusted issuer. Its `scope` names what it may; a claim may bind it "
    "to one municipality.",
}


def query(name: str, text: str, **shape: Any) -> dict[str, Any]:
    """What the document says of one parameter of a read; `shape` is JSON Schema, text where it says nothing."""
    return {"name": name, "in": "query", "schema": {"type": "string", **shape}, "description": text}


AS_OF = query("as_of", "The date that the answer is about; today where none is given", format="date")
KNOWN_AT = query(
    "known_at",
    "The moment, or the end of the day, whose knowledge the answer is about",
    anyOf=[{"format": "date"}, {"format": "date-time"}],
)
LIMIT = query("limit", "How many items a page may hold", type="integer", minimum=1, maximum=HIGHEST_LIMIT)
CURSOR = query("cursor", "`next` of the page before", minLength=1)
FILE = (
    query("format", "`csv` for a file", enum=["csv"]),
    query("bom", "`true` for a byte order mark in the file", type="boolean"),
)
AXES = [AS_OF, KNOWN_AT]
"""The two time axes that reads share."""


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


_TAG: dict[str, Any] = {"ETag": {"schema": {"type": "string"}, "description": "The answer's entity tag."}}
_NOT_MODIFIED = {
    "description": "Unchanged since the answer that carried a tag of If-None-Match.",
    "headers": _TAG,
}


def _header(name: str, text: str, **shape: Any) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": False,
        "schema": {"type": "string", **shape},
        "description": text,
    }


_IF_NONE_MATCH = _header("If-None-Match", "Tags of answers that the caller has; 304 where one still holds.")
_IF_MATCH = _header(
    "If-Match",
    "The tag of the state that is to be changed; 412 where somebody was faster.",
    pattern=r'^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$',
    example='"v3"',
)
_KEY = _header(
    "Idempotency-Key",
    "The same request again, under the same key, has one effect and one answer.",
    pattern="^[ -~]+$",
    maxLength=LONGEST_KEY,
    example="8e03978e-40d5-43dd-bc93-6894a57f9324",
)
_SEEN = _header(
    consistency.HEADER,
    "What a write was answered with: the answer waits briefly until it shows that write, else it is a 202.",
    pattern="^[A-Za-z0-9_-]+$",
)
_TO_BE_SEEN: dict[str, Any] = {
    consistency.HEADER: {
        "schema": {"type": "string"},
        "description": "For reads, of whatever service, that shall show this write.",
    }
}
_BEHIND = (
    "As the answer with 200, but it does not show the write of the Consistency-Token yet; see Retry-After."
)


class Conditions(BasePlugin):
    """Adds to every operation the headers that make it conditional, repeatable or not older than a write."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_kwargs: Any
    ) -> None:
        """Called by apispec for every path; `operations` are changed in place."""
        del path
        for method, operation in (operations or {}).items():
            if method not in ("get", "post", "put", "delete"):
                continue
            answers = operation["responses"]
            (done,) = (answer for status, answer in answers.items() if str(status).startswith("2"))
            if method == "get":
                self._extend(operation, _IF_NONE_MATCH, _SEEN)
                if FILE[0] in operation["parameters"]:
                    done["content"]["text/csv"] = {"schema": {"type": "string"}}
                answers |= {"202": {**done, "description": _BEHIND}, "304": _NOT_MODIFIED}
                done["headers"] = done.get("headers", {}) | _TAG
            else:
                self._extend(operation, _IF_MATCH, _KEY)
                done["headers"] = done.get("headers", {}) | _TAG | _TO_BE_SEEN

    def _extend(self, operation: dict[str, Any], *parameters: dict[str, Any]) -> None:
        operation["parameters"] = [*operation.get("parameters", []), *parameters]


class ServiceApi(Api):  # type: ignore[misc]  # the library is not typed
    """flask-smorest with our errors in the document, which is put together when somebody first asks for it.

    That takes as long as all the rest of making an app, and most processes are never asked.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask, blueprints: Sequence[Blueprint]) -> None:
        """Serve `blueprints`; nothing is told of them yet."""
        super().__init__(app, spec_kwargs={"extra_plugins": [Conditions()]})
        self._first = threading.Lock()
        self._untold = list(blueprints)
        for blueprint in blueprints:
            app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
            app.register_blueprint(blueprint)

    def _openapi_json(self) -> Any:
        with self._first:
            if self._untold:
                self._tell()
        return super()._openapi_json()

    def _tell(self) -> None:
        for blueprint in self._untold:
            blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
            self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        _describe(self)
        self._untold = []


def install(app: Flask, title: str, prefix: str, blueprints: Sequence[Blueprint]) -> None:
    """Serve `blueprints`, and the document about them below `prefix`."""
    app.config.update(
        API_TITLE=title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=prefix,
        OPENAPI_JSON_PATH="openapi.json",
    )
    ServiceApi(app, blueprints)


def _describe(api: Api) -> None:
    """Add to the document what holds for all operations."""
    api.spec.components.security_scheme("bearer", _SECURITY)
    responses = api.spec.components.responses
    for response in responses.values():
        content = response.get("content", {})
        if (set(content) == {"application/json"} and "ProblemSchema" in str(content)) or "Problem" in str(
            content
        ):
            response["content"] = {"application/problem+json": content["application/json"]}
