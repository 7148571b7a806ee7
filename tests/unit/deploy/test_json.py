"""`--json` everywhere: whatever a command has done, a program can read."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from deploy.samvirke.cli import main

WITHOUT = {"serve", "web", "worker", "parked show"}
"""What runs until it is stopped, and what prints JSON anyway."""


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, *above, name)
            if not found.invoke_without_command:
                continue
        yield " ".join((*above, name)), found


@pytest.mark.parametrize(("name", "found"), [pytest.param(*one, id=one[0]) for one in commands(main)])
def test_every_command_that_ends_prints_json_when_asked_to(name: str, found: click.Command) -> None:
    options = {option for parameter in found.params for option in parameter.opts}

    assert ("--json" in options) != (name in WITHOUT)
