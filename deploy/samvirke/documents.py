"""Writes what is generated from the code: the catalogue of events, and each service's OpenAPI document."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.samvirke.catalogue import events_document

__all__ = ("events_document", "main", "openapi_documents")

DOCUMENTS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Write `docs/events.md` and `docs/openapi/`."""
    (DOCUMENTS / "events.md").write_text(events_document(), encoding="utf-8")
    folder = DOCUMENTS / "openapi"
    folder.mkdir(exist_ok=True)
    for service, document in openapi_documents():
        (folder / f"{service}.json").write_text(document, encoding="utf-8")


def openapi_documents() -> Iterator[tuple[str, str]]:
    """Service and OpenAPI 3.1 document as JSON text, as each service serves it."""
    from deploy.samvirke.suite import SERVICES
    from shared.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"SAMVIRKE_DATA": folder})
        for name, service in SERVICES.items():
            store = service.open_store(settings)
            served = service.create_app(store).test_client().get(f"/{name}/v1/openapi.json").get_json()
            store.database.close()
            yield name, json.dumps(served, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
