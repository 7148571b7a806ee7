"""The schemas that events name as their `dataschema`, below the service's address and open to everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response

from shared import published
from shared.errors import NotFound
from shared.web.access import openly
from shared.web.commands import store
from shared.web.interface import Blueprint

MEDIA_TYPE = "application/schema+json"

_SECONDS = 3600


class SchemaUnknown(NotFound):
    """No event of that type and version was ever published here."""

    code = "schema-unknown"
    nb = "Det finnes ikke noe skjema med dette navnet."


def path_of(service: str, type_name: str) -> str:
    """Where the schema is found in an installation, whatever its address is."""
    return f"/{service}/schemas/{type_name}.json"


def interface(service: str, folder: Path) -> Any:
    """The schemas of everything that the service has ever published, as frozen in `folder`."""
    found = Blueprint("schemas", __name__, url_prefix=f"/{service}/schemas", description="Schemas of events")

    @found.get("/<string:type_name>.json")
    @found.doc(responses={"200": {"description": "A JSON Schema of `data`.", "content": {MEDIA_TYPE: {}}}})
    @openly
    def show_schema(type_name: str) -> Response:
        """The JSON schema of the `data` of one type of event."""
        try:
            schema = published.data_schema(folder, type_name, store().source)
        except KeyError as error:
            raise SchemaUnknown(f"No event {type_name} is published here.") from error
        answer = Response(json.dumps(schema, ensure_ascii=False, indent=1), mimetype=MEDIA_TYPE)
        answer.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
        return answer

    return found
