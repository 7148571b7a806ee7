"""The suite says its version, installed as a package or not."""

from __future__ import annotations

import tomllib
from pathlib import Path

from click.testing import CliRunner

from deploy.samvirke.cli import main


def test_the_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]

    assert CliRunner().invoke(main, ["--version"]).stdout == f"samvirke, version {project['version']}\n"
