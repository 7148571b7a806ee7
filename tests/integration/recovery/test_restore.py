"""`samvirke restore SERVICE --from-log`: a whole installation loses databases and gets them back."""

from __future__ import annotations

import json

import pytest

from deploy.samvirke import example
from services.membership.contacts.tables import persons
from services.notifications.notices.tables import notices
from shared.tables import events
from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED


@pytest.mark.long
def test_lost_databases_come_back_and_nothing_old_happens_again(installation: Installation) -> None:
    with installation.working():
        example.load(installation.settings())
        installation.settle()
        installation.do_what_is_due()
    before = installation.counts()
    recorded = {s: {row["event_id"]: row["version"] for row in installation.rows(s, events)} for s in before}
    shown = installation.rows("notifications", notices)
    lost = ("membership", "fees", "notifications")
    for service in lost:
        installation.lose_database(service)

    warned = installation.run("migrate").stderr
    told = [json.loads(installation.run("restore", s, "--from-log", "--json").stdout) for s in lost]
    with installation.working():
        installation.settle()

    assert [line for line in warned.splitlines() if "restore membership --from-log" in line]
    assert [one["events"] for one in told] == [before[service] for service in lost]
    assert any("contact persons" in thing for thing in told[0]["lost"])
    assert installation.rows("membership", persons) == []
    assert installation.counts() == before
    assert {
        s: {r["event_id"]: r["version"] for r in installation.rows(s, events)} for s in before
    } == recorded
    assert sorted(installation.rows("notifications", notices), key=repr) == sorted(shown, key=repr)
    installation.run("verify")


def test_a_database_that_holds_something_is_refused_in_one_line(installation: Installation) -> None:
    said = installation.run("restore", "membership", "--from-log", code=1).stderr

    assert said.startswith("samvirke: database-not-empty: The database of membership holds ")
    assert len(said.splitlines()) == 1
