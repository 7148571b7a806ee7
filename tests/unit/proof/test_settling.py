"""What a trial does when servers do not answer at the moment that it waits for everything to arrive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from deploy.proof import settling, trial
from deploy.proof.evidence import Evidence
from deploy.proof.outcome import Means, Tally, spare_environment
from shared import progress
from shared.log import LogUnavailableError
from shared.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment(spare_environment(tmp_path))


def answers(monkeypatch: pytest.MonkeyPatch, *each: bool | Exception) -> MagicMock:
    """What comes of each look at whether everything has arrived."""
    asked = MagicMock(side_effect=each)
    monkeypatch.setattr(progress, "wait_until_settled", asked)
    for name in ("open_log", "suite"):
        monkeypatch.setattr(settling, name, MagicMock())
    return asked


def test_a_log_that_does_not_answer_yet_is_asked_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, LogUnavailableError("no offsets in 30 s"), True)

    settling.settle(settings)

    assert asked.call_count == 2


def test_when_time_is_over_it_is_said_what_did_not_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, *[LogUnavailableError("no offsets in 30 s")] * 9)

    with pytest.raises(TimeoutError, match=r"not everything had arrived 0 seconds .*: no offsets in 30 s"):
        settling.settle(settings, 0.2)


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Iterator[MagicMock]:
    """A trial of which nothing is real but its own course: a fault happens whenever it looks."""
    one = MagicMock(url="http://127.0.0.1:9", anybody_stopped=True)

    def made(_environment: object, _decks: object, _chance: object, tally: Tally) -> MagicMock:
        one.watch.side_effect = lambda: tally.faults.update(["kill -9"])
        return one

    monkeypatch.setattr(trial, "Fleet", made)
    monkeypatch.setattr(trial, "Clients", MagicMock(return_value=MagicMock(errors=[])))
    for name in ("Operator", "Drills", "differences"):
        monkeypatch.setattr(trial, name, MagicMock())
    nothing = Evidence(stored=[], delivered=[], journal={}, progress={})
    monkeypatch.setattr(trial, "look", MagicMock(return_value=nothing))
    return one


def test_a_trial_that_must_give_up_still_judges_what_is_there(
    settings: Settings, fleet: MagicMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "settle", MagicMock(side_effect=LogUnavailableError("no offsets in 30 s")))

    outcome = trial.Trial(spare_environment(tmp_path), faults=3, seed=1, means=Means()).run()

    assert outcome.tally.trouble == ["LogUnavailableError: no offsets in 30 s"]
    assert outcome.tally.faults == {"kill -9": 3}
    assert fleet.close.called
