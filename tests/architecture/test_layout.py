"""The shape of the tree: small files, named by one idea, the same doors in every service."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("fees", "groups", "membership", "notifications")
DOORS = ("README.md", "__init__.py", "app.py", "consumer.py", "contract.py", "publisher.py", "store.py")
PACKAGES = ("deploy", "services", "shared")
LONGEST = 300
FORBIDDEN = re.compile(
    r"\b(utils?|helpers?|common|base|managers?|processors?|data|info|impl|misc|services?)\b"
)


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    sources = [path for path in modules(*PACKAGES) if path.is_file()] + [ROOT / "deploy/bootstrap"]
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources}

    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_every_module_is_named_by_its_idea() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES, "tests")
        if FORBIDDEN.search(path.stem.replace("_", " ").replace(".", " "))
    ]

    assert vague == []


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES)
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_there_are_four_services() -> None:
    found = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "app.py").exists())

    assert found == list(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_doors(service: str) -> None:
    folder = ROOT / "services" / service
    # A contract that is too long for one page is a folder with a module per noun.
    doors = [folder / door for door in DOORS]
    missing = [door.name for door in doors if not (door.exists() or door.with_suffix("").is_dir())]

    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_room_of_a_service_has_a_place_in_the_import_rules(service: str) -> None:
    rules = project()["tool"]["importlinter"]["contracts"]
    layers = next(rule["layers"] for rule in rules if f"services.{service}" in rule.get("containers", []))
    declared = set(re.findall(r"\w+", " ".join(layers)))
    # Alembic loads migrations by path, so no import leads there.
    present = {path.stem for path in (ROOT / "services" / service).glob("*.py")} - {"__init__"}
    present |= {path.parent.name for path in (ROOT / "services" / service).glob("*/__init__.py")}

    assert present - declared == set()


def test_our_packages_are_imported_from_this_repository() -> None:
    found = {name: Path(str(importlib.import_module(name).__file__)).parents[1] for name in PACKAGES}

    assert found == dict.fromkeys(PACKAGES, ROOT)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_a_lock_file_pins_with_hashes_and_names_no_download_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pins = re.split(r"\n(?=\S)", text.strip())

    assert "://" not in text
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_the_lock_file_of_the_benchs_peers_from_npm_does_so_too() -> None:
    text = (ROOT / "tests/bench/node/package-lock.json").read_text()
    packages = {name: pin for name, pin in json.loads(text)["packages"].items() if name}

    assert "://" not in text
    assert [name for name, pin in packages.items() if not {"version", "integrity"} <= pin.keys()] == []


def test_all_lock_files_pin_the_same_version_of_a_package() -> None:
    def pinned(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==[^\s;]+", (ROOT / lock).read_text(), re.MULTILINE))

    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")
    assert pinned("requirements.lock") <= pinned("requirements-bench.lock")


def test_every_direct_dependency_is_pinned() -> None:
    wanted = {re.split(r"[\[<>=]", line)[0] for line in project()["project"]["dependencies"]}
    locked = set(re.findall(r"^([\w-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))

    assert wanted - locked == set()


def test_the_tests_broker_is_of_the_version_that_production_runs() -> None:
    image = re.search(r"image: apache/kafka:(\S+)", (ROOT / "docker-compose.yml").read_text())
    jars = re.search(r"<kafka.version>(.+)</kafka.version>", (ROOT / "deploy/kafka/pom.xml").read_text())

    assert image is not None
    assert jars is not None
    assert image[1] == jars[1]


def test_every_target_of_the_makefile_is_listed_by_make_alone() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout

    assert re.findall(r"^  make (\S+)", listed, re.MULTILINE) == targets
