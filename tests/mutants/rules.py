"""Change the rules bit by bit and see whether their tests notice (`make mutants-rules`).

Rules are the `domain` modules, what these take from their own room, and how a fee is reckoned.

Tests are collected once; each change is tried in a fork of that process, by giving the one function
another code. A change that no test notices is answered by a test, or in docs/mutation.md by the reason why
nobody could notice.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest

from tests.mutants.changes import Change, changes_of
from tests.mutants.mechanism import ROOT, SAMPLES, WITH_LONG_FORMS

ANSWERS = ROOT / "docs" / "mutation.md"
_MEMBERSHIPS = "tests/unit/membership/memberships"
_FEE = tuple(
    f"tests/unit/fees/test_{name}.py" for name in ("comparison", "arithmetic", "arithmetic_of_hosts", "fee")
)
_SEATS = tuple(
    f"tests/unit/groups/seats/test_{name}.py"
    for name in (
        "terms",
        "terms_to_the_day",
        "alignment",
        "alignment_to_the_day",
        "contact_corrections",
        "day_corrections",
        "no_overlap",
    )
)
_IDENTITY = tuple(
    f"tests/unit/membership/municipalities/test_{name}.py"
    for name in ("domain", "corrections", "map_changes", "claims")
)
_WAY = (
    *(
        f"{_MEMBERSHIPS}/test_{name}{precisely}.py"
        for name in ("deciding", "joining", "leaving")
        for precisely in ("", "_to_the_day")
    ),
    f"{_MEMBERSHIPS}/test_signing.py",
    f"{_MEMBERSHIPS}/test_correcting_a_resolution.py",
)

RULES = {
    "services.fees.fees.domain": tuple(
        f"tests/unit/fees/test_{name}.py"
        for name in ("fee", "year", "arithmetic", "following_membership", "following_prices", "waiting")
    ),
    "services.fees.fees.arithmetic": _FEE,
    "services.fees.fees.comparison": _FEE,
    "services.fees.fees.state": _FEE,
    "services.fees.grants.domain": ("tests/unit/fees/test_grant.py",),
    "services.fees.schedules.domain": ("tests/unit/fees/test_schedule.py",),
    "services.groups.choices.domain": ("tests/unit/groups/choices",),
    "services.groups.groups.domain": ("tests/unit/groups/groups",),
    "services.groups.seats.alignment": _SEATS,
    "services.groups.seats.contact_corrections": _SEATS,
    "services.groups.seats.day_corrections": _SEATS,
    "services.groups.seats.domain": _SEATS,
    "services.groups.seats.state": _SEATS,
    "services.groups.seats.terms": _SEATS,
    "services.membership.agreements.domain": ("tests/unit/membership/agreements/test_domain.py",),
    "services.membership.contacts.domain": ("tests/unit/membership/contacts/test_domain.py",),
    "services.membership.memberships.domain": _WAY,
    "services.membership.memberships.domain.commands": _WAY,
    "services.membership.memberships.domain.deadlines": _WAY,
    "services.membership.memberships.domain.deciding": _WAY,
    "services.membership.memberships.domain.joining": _WAY,
    "services.membership.memberships.domain.leaving": _WAY,
    "services.membership.memberships.domain.refusals": _WAY,
    "services.membership.memberships.domain.signing": _WAY,
    "services.membership.memberships.domain.state": _WAY,
    "services.membership.municipalities.claims": _IDENTITY,
    "services.membership.municipalities.corrections": _IDENTITY,
    "services.membership.municipalities.domain": _IDENTITY,
    "services.membership.municipalities.identity": _IDENTITY,
    "services.membership.municipalities.map_changes": _IDENTITY,
    "services.membership.municipalities.requirements": _IDENTITY,
    "services.membership.population.domain": ("tests/unit/membership/population",),
    "services.membership.signin.domain": ("tests/unit/membership/signin",),
    "services.notifications.digests.domain": ("tests/unit/notifications/test_digests.py",),
    "services.notifications.feed.domain": (
        "tests/unit/notifications/test_feed_questions.py",
        "tests/unit/notifications/test_feed.py",
    ),
    "services.notifications.languages.domain": ("tests/unit/notifications/test_languages.py",),
    "services.notifications.notices.domain": (
        "tests/unit/notifications/test_notices.py",
        "tests/unit/notifications/test_raising_notices.py",
        "tests/unit/notifications/test_vacancy_notices.py",
    ),
    "services.notifications.texts.domain": ("tests/unit/notifications/test_texts.py",),
}
"""Each module of rules with the tests that say what they are."""

_SLOWEST = 60.0
_NOTICED, _SURVIVED = 1, 0


@dataclass
class Trial:
    """As a plugin of pytest: instead of running the tests once, runs them for each change of `module`."""

    module: str
    answered: frozenset[str]
    tried: int = 0
    unnoticed: list[Change] = field(default_factory=list)
    hung: int = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every change; raises UsageError where the tests fail without any."""
        module = importlib.import_module(self.module)
        path = Path(inspect.getfile(module))
        limit = max(5.0, 10 * self._without_change(session))
        for change in changes_of(path.read_text(encoding="utf-8"), str(path)):
            self.tried += 1
            ended = _forked(session, limit, module, change)
            self.hung += ended is None
            if ended == _SURVIVED:
                self.unnoticed.append(change)
        return True

    @property
    def survivors(self) -> list[Change]:
        """Changes that are neither noticed nor answered."""
        return [change for change in self.unnoticed if change.key not in self.answered]

    @property
    def unneeded(self) -> list[str]:
        """Answers to what the tests notice by now, or to what the rules no longer say."""
        return sorted(self.answered - {change.key for change in self.unnoticed})

    @staticmethod
    def _without_change(session: pytest.Session) -> float:
        began = time.monotonic()
        if _forked(session, _SLOWEST * 10, None, None) != _SURVIVED:
            message = "the tests fail without any change"
            raise pytest.UsageError(message)
        return time.monotonic() - began


def _forked(session: pytest.Session, limit: float, module: Any, change: Change | None) -> int | None:
    """How the tests end in a process of their own; None where they do not within `limit` seconds."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os._exit(_tried(session, module, change))
    watched = os.pidfd_open(child)
    try:
        if not select.select([watched], [], [], limit)[0]:
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        os.close(watched)
    return None if status < 0 else status


def _tried(session: pytest.Session, module: Any, change: Change | None) -> int:
    try:
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        session.config.pluginmanager.unregister(reporter)
        if change is not None:
            _function(module, change.where).__code__ = change.code
        for place, item in enumerate(session.items):
            following = session.items[place + 1] if place + 1 < len(session.items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return _NOTICED
    except BaseException:  # noqa: BLE001  # whatever it is, the change was noticed
        return _NOTICED
    return _SURVIVED


def _function(module: Any, where: str) -> Any:
    found = module
    for name in where.split("."):
        found = inspect.getattr_static(found, name)
    if isinstance(found, property):
        found = found.fget
    if isinstance(found, classmethod | staticmethod):
        found = found.__func__
    return inspect.unwrap(found)


def answers(text: str) -> dict[str, frozenset[str]]:
    """By module, the changes that docs/mutation.md says a reason for."""
    sections = re.split(r"^### `([^`]+)`$", text, flags=re.MULTILINE)[1:]
    return {
        module: frozenset(re.findall(r"^- (`[^`]+`: `[^`]+` → `[^`]+`): \S", section, re.MULTILINE))
        for module, section in zip(sections[::2], sections[1::2], strict=True)
    }


@click.command()
@click.option("--only", default="", help="Rules whose module contains this.")
@click.option("--one", is_flag=True, hidden=True, help="In this process, for the one module that is named.")
def main(only: str, *, one: bool) -> None:
    """Change the rules and run their tests for each; exit code 1 where an answer is missing or needless."""
    if one:
        sys.exit(_try(only))
    chosen = [module for module in RULES if only in module]
    command = [sys.executable, "-m", "tests.mutants.rules", "--one", "--only"]
    ended = [subprocess.run([*command, module], check=False).returncode for module in chosen]
    sys.exit(max(ended, default=1))


def _try(module: str) -> int:
    known = answers(ANSWERS.read_text(encoding="utf-8")).get(module, frozenset())
    trial = Trial(module, known)
    os.environ |= SAMPLES
    quiet = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-m", WITH_LONG_FORMS)
    ended = pytest.main([*quiet, *RULES[module]], plugins=[trial])
    if not trial.tried:
        return int(ended) or 1
    for change in trial.survivors:
        click.echo(f"{module}:{change.line} {change.key}")
    for key in trial.unneeded:
        click.echo(f"{module}: answered without need: {key}")
    click.echo(
        f"{module}: {trial.tried} changes, {len(known)} answered, {len(trial.survivors)} neither noticed nor answered"
    )
    return 1 if trial.survivors or trial.unneeded else 0


if __name__ == "__main__":
    main()
