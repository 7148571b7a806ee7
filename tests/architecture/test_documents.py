"""The documents keep up with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.samvirke import documents

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "services").glob("*/README.md"),
]


def test_the_catalogue_of_events_is_what_the_contracts_say() -> None:
    assert documents.events_document() == (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def test_the_openapi_documents_are_what_the_services_serve() -> None:
    for service, document in documents.openapi_documents():
        kept = (ROOT / "docs" / "openapi" / f"{service}.json").read_text(encoding="utf-8")
        assert document == kept, f"{service}: run `make docs`"


def test_the_map_names_every_module_of_the_mechanism() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "shared").glob("*.py")} - {"__init__"}

    assert {name for name in modules if not re.search(rf"[`/]{name}(\.py)?`", told)} == set()


def test_the_map_names_every_room() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "services").glob("*/*/__init__.py")} - {"contract"}

    assert {name for name in rooms if f"`{name}`" not in told} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]

    assert [target for target in inside if not (page.parent / target).exists()] == []
