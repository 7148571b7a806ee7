"""The two ways of running, as parameters of the fixtures `running` and `shared`."""

from __future__ import annotations

from typing import Any

import pytest


def embedded(*others: Any, long: bool = False) -> Any:
    """SQLite and the embedded log; who shares a suite must be run by one process."""
    return _way("embedded", "suite-on-sqlite", others, long)


def production(*others: Any, long: bool = True) -> Any:
    """PostgreSQL and Kafka; topics have fixed names, so suites on the shared broker take turns.

    Long unless told otherwise: starting eight processes costs more than most tests.
    """
    return _way("production", "suite-on-kafka", others, long)


def _way(name: str, group: str, others: tuple[Any, ...], long: bool) -> Any:  # private
    marks = [pytest.mark.xdist_group(group), *([pytest.mark.long] if long else [])]
    return pytest.param(name, *others, marks=marks)
