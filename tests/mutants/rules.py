"""Change the rules bit by bit and see whether their tests notice (`make mutants-rules`).

mutmut makes the changes and runs the tests that reach each; `[tool.mutmut]` in pyproject.toml says which
modules are rules and where their tests are. A change that no test notices is answered by a test, or in
docs/mutation.md by the reason why nobody could notice.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd, walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from tests.mutants.mechanism import ROOT

ANSWERS = Path("docs") / "mutation.md"
_NOTICED = {"killed", "timeout", "segfault"}


@dataclass(frozen=True)
class Outcome:
    """What became of the changes of one module, each named as docs/mutation.md names it."""

    module: str
    tried: int
    unnoticed: tuple[str, ...]
    answered: frozenset[str]

    @property
    def survivors(self) -> list[str]:
        """Changes that are neither noticed nor answered."""
        return [change for change in self.unnoticed if change not in self.answered]

    @property
    def unneeded(self) -> list[str]:
        """Answers to what the tests notice by now, or to what the rules no longer say."""
        return sorted(self.answered - set(self.unnoticed))


def answers(text: str) -> dict[str, frozenset[str]]:
    """By module, the changes that docs/mutation.md says a reason for."""
    sections = re.split(r"^### `([^`]+)`$", text, flags=re.MULTILINE)[1:]
    return {
        module: frozenset(
            re.findall(r"^- (`[^`]+`: `[^`]+` → (?:`[^`]+`|nothing)): \S", section, re.MULTILINE)
        )
        for module, section in zip(sections[::2], sections[1::2], strict=True)
    }


def key(function: str, diff: str) -> str:
    """What names a change as long as the rule stays the same, whatever line it stands on."""
    _header, _, lines = diff.partition("@@\n")
    old, new = (
        " ".join(line[1:].strip() for line in lines.splitlines() if line.startswith(sign)) for sign in "-+"
    )
    return f"`{function}`: `{old}` → {f'`{new}`' if new else 'nothing'}"


def outcomes(answered: Mapping[str, frozenset[str]], only: str) -> Iterator[Outcome]:
    """What the last run of mutmut in this folder came to, for modules whose name contains `only`."""
    for path in walk_mutatable_files():
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        data = SourceFileMutationData(path=path)
        data.load()
        if only not in module or not data.exit_code_by_key:
            continue
        unnoticed = (
            key(_named(name), get_diff_for_mutant(name, path=path))
            for name, code in data.exit_code_by_key.items()
            if status_by_exit_code[code] not in _NOTICED
        )
        yield Outcome(module, len(data.exit_code_by_key), tuple(unnoticed), answered.get(module, frozenset()))


def _named(mutant: str) -> str:
    function, of = orig_function_and_class_names_from_key(mutant)
    return f"{of}.{function}" if of else function


def try_changes(folder: Path, only: str) -> list[Outcome]:
    """Change the rules of the checkout in `folder`; a run of them all begins anew.

    Raises CalledProcessError where mutmut cannot begin, for example since a test fails without any change.
    """
    if not only:
        shutil.rmtree(folder / "mutants", ignore_errors=True)
    # Those that are named are tried again, whatever an earlier run has seen.
    named = [f"*{only}*"] if only else []
    subprocess.run([sys.executable, "-m", "mutmut", "run", *named], cwd=folder, check=True)
    with change_cwd(folder):
        return list(outcomes(answers(ANSWERS.read_text(encoding="utf-8")), only))


@click.command()
@click.option("--only", default="", help="Rules whose module contains this.")
def main(only: str) -> None:
    """Change the rules and run their tests for each; exit code 1 where an answer is missing or needless."""
    try:
        tried = try_changes(ROOT, only)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    for one in tried:
        for change in one.survivors:
            click.echo(f"{one.module}: unnoticed: {change}")
        for change in one.unneeded:
            click.echo(f"{one.module}: answered without need: {change}")
        click.echo(f"{one.module}: {one.tried} changes, {len(one.unnoticed)} unnoticed")
    sys.exit(1 if any(one.survivors or one.unneeded for one in tried) else 0)


if __name__ == "__main__":
    main()
