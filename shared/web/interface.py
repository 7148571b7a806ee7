"""Blueprints of the HTTP interface: flask-smorest's, with schemas made once and answers written fast."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import flask_smorest
from flask import Response
from marshmallow import Schema
from werkzeug import Response as AnyResponse

from shared.web.writing import writer


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # noqa: TID251  # the library is not typed
    """A part of a service's interface; what the OpenAPI document says of it is flask-smorest's."""

    def arguments(self, schema: type[Schema] | Schema, **told: Any) -> Callable[..., Any]:
        """As there; a class would be made into a schema anew for every request."""
        return super().arguments(_made(schema), **told)  # type: ignore[no-any-return]

    def response(
        self, status_code: int, schema: type[Schema] | Schema | None = None, **told: Any
    ) -> Callable[..., Any]:
        """As there; what a view returns is written by `writing`, a whole answer is given as it is."""
        documented = super().response(status_code, schema, **told)
        if schema is None:
            return documented  # type: ignore[no-any-return]
        write = writer(_made(schema))

        def decorate(view: Callable[..., Any]) -> Any:
            @wraps(view)
            def written(*args: Any, **kwargs: Any) -> AnyResponse:
                shown = view(*args, **kwargs)
                if isinstance(shown, AnyResponse):
                    return shown
                return Response(write(shown), status_code, mimetype="application/json")

            return documented(written)

        return decorate


def _made(schema: type[Schema] | Schema) -> Schema:
    return schema() if isinstance(schema, type) else schema
