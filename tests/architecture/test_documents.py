"""The documents keep up with the code, and nothing tells of a particular machine."""

from __future__ import annotations

import json
import re
import subprocess
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


def test_an_answer_is_an_object_so_that_more_can_be_said_in_it_later() -> None:
    kept = [json.loads(one.read_text(encoding="utf-8")) for one in (ROOT / "docs" / "openapi").iterdir()]
    answers = [
        (f"{method} {path} {status}", answer["content"]["application/json"])
        for document in kept
        for path, item in document["paths"].items()
        for method in item.keys() & {"get", "post", "put", "delete"}
        for status, answer in item[method]["responses"].items()
        if "application/json" in answer.get("content", {})
    ]

    assert len(answers) > 100
    assert [where for where, answer in answers if "$ref" not in answer.get("schema", {})] == []


def test_the_map_names_every_module_of_the_mechanism() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "shared").glob("*.py")} - {"__init__"}

    assert {name for name in modules if not re.search(rf"[`/]{name}(\.py)?`", told)} == set()


def test_the_map_names_every_room() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "services").glob("*/*/__init__.py")} - {"contract"}

    assert {name for name in rooms if f"`{name}`" not in told} == set()


def test_a_decision_has_a_number_of_its_own() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titles = [path.read_text(encoding="utf-8").splitlines()[0] for path in decisions]
    numbers = [int(path.name.split("-")[0]) for path in decisions]

    assert numbers == [int(title.removeprefix("# ").split(".")[0]) for title in titles]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]

    assert [target for target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_a_document_lead_to_a_heading_of_its_own(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = [anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]

    assert set(re.findall(r"\]\(#([^)]+)\)", text)) - set(headings) == set()


def anchor(heading: str) -> str:
    """The name that a heading is linked by."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", ["membership", "fees", "groups", "notifications"])
def test_the_catalogue_says_of_every_event_who_listens(name: str) -> None:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    _, _, own = text.partition(f"\n## {name}\n")
    events = re.findall(r"^Type `.+`, key: .+\. Listening:\n\n- .+", own.partition("\n## ")[0], re.MULTILINE)

    assert len(events) == len(re.findall(r"^- \[", own.partition("\n## ")[0], re.MULTILINE))


# Each is written so that this file does not hold what it looks for.
UNWANTED = re.compile(
    r"(?<![-\w])/[w]ork/|(?<![-\w])/[t]mp/|[p]ypi\.org|python[h]osted|repo[1]?\.maven|registry-[1]\.docker"
    r"|(?<!user-)\b[a]gents?\b|\b[L]LMs?\b|\bTO[D]O\b|\bFIX[M]E\b",
    re.IGNORECASE,
)
IN_A_CONTAINER = {"deploy/Dockerfile", "docker-compose.yml"}
"""Files that name the temporary folder of a container, which is the same everywhere."""


def test_no_file_tells_of_a_particular_machine_or_of_something_left_undone() -> None:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    found = {
        f"{name}: {match[0]}"
        for name in names
        if name not in IN_A_CONTAINER
        for match in UNWANTED.finditer((ROOT / name).read_bytes().decode(errors="ignore"))
    }

    assert names
    assert found == set()


def test_what_must_not_stand_in_a_file_would_be_found() -> None:
    planted = ["see /" + "work/notes", "/" + "tmp/a", "an a" + "gent wrote it", "# TO" + "DO later"]

    assert [text for text in planted if not UNWANTED.search(text)] == []
    assert UNWANTED.search("User-Agent: a browser; the framework/tmpfs") is None
