"""Writes what is generated from the code: the catalogue of events, and each service's OpenAPI document."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications import contract as notifications
from shared.messages import TYPE_PREFIX, Event

ROOT = Path(__file__).parents[2]
CONTRACTS: tuple[ModuleType, ...] = (membership, fees, groups, notifications)

_HEAD = """# Events

Generated from the contracts by `make docs`. Every event is one CloudEvents 1.0 JSON document, the same on the log and in the
feed; the fields below stand in `data.current`, the values they replaced in `data.previous`, the stream's version in
`data.version`. Dates are Norwegian dates, intervals end on their first day outside, money is integer øre.
"""


def main() -> None:
    """Write `docs/events.md` and `docs/openapi/`."""
    (ROOT / "docs" / "events.md").write_text(events_document(), encoding="utf-8")
    folder = ROOT / "docs" / "openapi"
    folder.mkdir(exist_ok=True)
    for service, document in openapi_documents():
        (folder / f"{service}.json").write_text(document, encoding="utf-8")


def events_document() -> str:
    """The catalogue of all published events as Markdown."""
    return "\n".join([_HEAD, *(_service(contract) for contract in CONTRACTS)])


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


def _service(contract: ModuleType) -> str:
    parts = [f"\n## {contract.SERVICE}\n\nTopic `{contract.TOPIC}`.\n"]
    return "\n".join(parts + [_event(event) for event in contract.EVENTS])


def _event(event: type[Event]) -> str:
    told = inspect.cleandoc(event.__doc__ or "")
    hints = get_type_hints(event)
    rows = [f"| `{name}` | `{_type(hints[name])}` |" for name in event.__struct_fields__]
    when = f" `time` is its `{event.happened}`." if event.happened else ""
    head = f"### {event.__name__}\n\n`{TYPE_PREFIX}.{event.type_name()}`.{when}\n\n{told}\n"
    return "\n".join([head, "| Field | Type |", "|---|---|", *rows, ""])


def _type(hint: object) -> str:
    text = getattr(hint, "__name__", None) if isinstance(hint, type) else str(hint)
    shown = str(text)
    for module in ("typing.", "datetime.", *(f"{contract.__name__}." for contract in CONTRACTS)):
        shown = shown.replace(module, "")
    for part in ("agreements.", "contacts.", "identity.", "memberships."):
        shown = shown.replace(part, "")
    return shown.replace("|", "or")


if __name__ == "__main__":
    main()
