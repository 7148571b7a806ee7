from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.membership.contract import TOPIC
from services.membership.memberships.projection import MEMBERSHIPS
from services.membership.memberships.tables import membership_rows
from services.membership.publisher import make_publisher
from shared.eventstore import Store
from shared.log.embedded import EmbeddedLog
from shared.publishing import publisher_lock
from shared.reading import fold_rows
from shared.readmodels import Row
from shared.rowsql import all_rows
from tests.support.membership_way import Client, Way, day, publish

pytestmark = pytest.mark.usefixtures("version_1")


@pytest.fixture
def number(store: Store, tmp_path: Path) -> Callable[[], None]:
    """Number and send everything that waits."""
    log = EmbeddedLog(tmp_path / "log.db")
    log.create_topics([TOPIC])
    publisher = make_publisher(store, log)

    def all_of_it() -> None:
        with publisher_lock(store.database) as locked:
            assert locked is not None
            while publisher.publish(locked):
                pass

    return all_of_it


def _version(row: Row) -> int:
    version: int = row["agreement_version"]
    return version


def changed(visitor: Client, since: str) -> list[str]:
    answer = visitor.get(f"/members?changedAfter={since}")
    assert answer.status_code == 200, answer.text
    return [one["municipality_id"] for one in answer.json["items"]]


def test_changed_since_lists_every_municipality_of_which_anything_changed(
    office: Client, loppa: str, alta: str, number: Callable[[], None]
) -> None:
    number()
    seen = office.get("/members").json["changed_through"]
    assert changed(office, seen) == []
    Way(office, loppa).invite()
    Way(office, alta).go()
    number()

    assert set(changed(office, seen)) == {loppa, alta}
    newest = office.get("/members").json["changed_through"]
    assert changed(office, newest) == []
    renamed = {"names": {"nb": "Lopphavet"}, "valid_from": day(0)}
    office.post(f"/municipalities/{loppa}/renamings", renamed)
    number()
    assert changed(office, newest) == [loppa]


def test_an_event_without_its_number_cannot_be_asked_after(
    office: Client, loppa: str, store: Store, number: Callable[[], None]
) -> None:
    number()
    Way(office, loppa).invite()
    fresh = store.history(key=loppa)[-1].event_id

    assert office.get(f"/members?changedAfter={fresh}").json["code"] == "event-not-numbered"


def test_members_are_paged_and_every_one_comes_once(office: Client, loppa: str, alta: str) -> None:
    Way(office, loppa).go()
    Way(office, alta).go()
    first = office.get("/members?limit=1").json
    second = office.get(f"/members?limit=1&cursor={first['next']}").json

    ids = [page["items"][0]["municipality_id"] for page in (first, second)]
    assert ids == [alta, loppa]
    assert second["next"] is None


def test_folding_the_history_again_gives_the_rows_that_stand(
    office: Client, harstad: str, loppa: str, store: Store
) -> None:
    publish(office, harstad, 2)
    way = Way(office, loppa)
    way.go(-30)
    way.take("joining-date-correction", {"member_from": day(-29), "reason": "Feil dag"})
    way.take("withdrawal", {"received_on": day(-21), "ends_on": day(-20), "reason": "Avtalt"})
    way.invite(invited_on=day(-19), reply_by=day(60))
    Way(office, loppa, 2).go(-10)
    folded = fold_rows(MEMBERSHIPS, store.history())
    with store.reading() as connection:
        standing = all_rows(connection, membership_rows)

    assert sorted(folded.values(), key=_version) == sorted(standing, key=_version)


@pytest.mark.parametrize("standing", ["member", "former", "coming", "all"])
def test_members_by_standing(office: Client, loppa: str, alta: str, harstad: str, standing: str) -> None:
    Way(office, loppa).go(-30)
    Way(office, loppa).take("withdrawal", {"received_on": day(-9), "ends_on": day(-8), "reason": "Avtalt"})
    Way(office, alta).go(30)
    Way(office, harstad).resolve()
    Way(office, harstad).join()
    expected = {"member": [harstad], "former": [loppa], "coming": [alta], "all": [alta, harstad, loppa]}

    shown = office.get(f"/members?standing={standing}").json["items"]
    assert [one["municipality_id"] for one in shown] == expected[standing]
