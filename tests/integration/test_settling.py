"""What a trial does when servers do not answer at the moment that it waits for everything to arrive."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from deploy.proof.outcome import Means, spare_environment
from deploy.proof.settling import settle
from deploy.proof.trial import Trial
from deploy.samvirke import suite
from shared.log import LogUnavailableError
from shared.settings import Settings
from tests.support.installation import UNCLOSED

pytestmark = [UNCLOSED, pytest.mark.usefixtures("collected")]


def test_a_database_that_is_not_there_yet_is_asked_again(tmp_path: Path) -> None:
    settings = Settings.from_environment(spare_environment(tmp_path))
    preparing = threading.Timer(0.5, suite.prepare, (settings,))
    preparing.start()
    settle(settings, 60)
    preparing.join()


def test_when_time_is_over_it_is_said_what_was_in_the_way(tmp_path: Path) -> None:
    settings = Settings.from_environment(spare_environment(tmp_path))

    with pytest.raises(TimeoutError, match=r"not everything had arrived 1 seconds .*: .*no such table"):
        settle(settings, 1)


@pytest.mark.long
def test_so_it_is_where_no_broker_answers(tmp_path: Path) -> None:
    nobody = spare_environment(tmp_path) | {"SAMVIRKE_KAFKA": "127.0.0.1:9"}
    settings = Settings.from_environment(nobody)

    with pytest.raises(TimeoutError, match=r"not everything had arrived 1 seconds .*: .*Unable to bootstrap"):
        settle(settings, 1)


@pytest.mark.long
def test_a_trial_that_must_give_up_still_judges_what_is_there(tmp_path: Path) -> None:
    def break_for_good() -> None:
        message = "no broker came back"
        raise LogUnavailableError(message)

    environment = spare_environment(tmp_path / "data") | {"SAMVIRKE_PROVE_SAID": str(tmp_path / "said.log")}
    means = Means(faults={"every broker killed": break_for_good}, most=1)
    outcome = Trial(environment, faults=60, seed=1, means=means).run()

    assert outcome.tally.trouble == ["LogUnavailableError: no broker came back"]
    assert 0 < outcome.tally.count < 60
    assert outcome.evidence.stored
