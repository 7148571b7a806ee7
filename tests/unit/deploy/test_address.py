"""A link leads to where the suite runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.samvirke.address import address, left
from shared.settings import Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "SAMVIRKE_URL"):
        monkeypatch.delenv(name, raising=False)


def running(folder: Path) -> Settings:
    return Settings.from_environment({"SAMVIRKE_DATA": str(folder), "PORT": "9123"})


def asking(folder: Path) -> Settings:
    return Settings(data=folder)


def test_a_command_finds_the_address_of_the_suite_that_runs_on_its_data(tmp_path: Path) -> None:
    with left(running(tmp_path)):
        assert address(asking(tmp_path)) == "http://127.0.0.1:9123"


def test_no_address_is_left_when_the_suite_has_ended(tmp_path: Path) -> None:
    with left(running(tmp_path)):
        pass

    assert address(asking(tmp_path)) == "http://127.0.0.1:8080"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("PORT", "9200", "http://127.0.0.1:9200"), ("SAMVIRKE_URL", "https://a.example", "https://a.example")],
)
def test_what_is_set_for_the_command_counts_before_what_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    with left(running(tmp_path)):
        assert address(Settings.from_environment()) == expected
