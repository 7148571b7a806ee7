"""Every mechanism that `make mutants` switches off is still where it was, and its tests are there."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import MECHANISMS
from tests.mutants.mechanism import ROOT, Mechanism


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
def test_a_mechanism_can_be_switched_off_and_leaves_a_program(mechanism: Mechanism) -> None:
    source = (ROOT / mechanism.file).read_text(encoding="utf-8")

    ast.parse(mechanism.switched_off(source))


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
def test_the_tests_that_must_miss_it_are_there(mechanism: Mechanism) -> None:
    for test in mechanism.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), test
        assert not name or f"def {name.split('[')[0]}(" in (ROOT / file).read_text(), test


def test_mechanisms_have_names_of_their_own_and_are_more_than_forty() -> None:
    names = {mechanism.name for mechanism in MECHANISMS}

    assert len(names) == len(MECHANISMS)
    assert len(names) > 40


def test_what_is_not_found_exactly_once_is_said() -> None:
    mechanism = Mechanism(name="a lock", file="x.py", old="lock()", new="pass", tests=())

    assert mechanism.switched_off("a\nlock()\n") == "a\npass\n"
    for source in ("", "lock()\nlock()\n"):
        with pytest.raises(LookupError, match="a lock"):
            mechanism.switched_off(source)
