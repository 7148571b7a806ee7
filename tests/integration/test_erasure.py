"""G10: an erased person is nowhere; and in no event even before."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import MetaData, event, insert, select

from services.membership import contract
from services.membership.contacts.handlers import erase_contact
from services.membership.contacts.projection import CONTACTS
from services.membership.contacts.queries import rows
from shared import clock, ids, parking
from shared.database import Database
from shared.log import PARTITIONS
from shared.log.embedded import EmbeddedLog
from shared.publishing import Publisher, publisher_lock
from shared.tables import receipts
from tests.support.contacts_stage import OFFICE_CONTEXT, ContactsStage, told
from tests.support.examples.membership import LYNGEN

FIRST = {"name": "Kanari Fuglesang", "email": "kanari.fuglesang@example.org", "phone": "40 41 42 43"}
# So long that what is written in its place does not cover it all.
LATER = {
    "name": f"Sisik {'Fuglesang-' * 12}Lerke",
    "email": "sisik.fuglesang@example.org",
    "phone": "50 51 52 53",
}
WORDS = (*FIRST.values(), *LATER.values(), "Fuglesang")
CONTACTS_OF_LYNGEN = f"/municipalities/{LYNGEN}/contacts"


@pytest.fixture
def stage(make_database: Callable[[str], Database], tmp_path: Path) -> ContactsStage:
    return ContactsStage(make_database("membership"), tmp_path)


def dump(database: Database, *, without: tuple[str, ...] = ()) -> str:
    """Every row of every table of the database, as text."""
    found = MetaData()
    found.reflect(database.engine)
    with database.reading() as connection:
        return "\n".join(
            f"{name}: {tuple(row)!r}"
            for name, table in sorted(found.tables.items())
            if name not in without
            for row in connection.execute(select(table))
        )


def publish(stage: ContactsStage, folder: Path) -> int:
    """Send everything to a log, and park it as if a consumer had choked on it; how much it was."""
    log = EmbeddedLog(folder / "log.db")
    log.create_topics([contract.TOPIC])
    with publisher_lock(stage.store.database) as locked:
        assert locked is not None
        while Publisher(stage.store, log, contract.TOPIC).publish(locked):
            pass
    reader = log.reader()
    reader.assign({(contract.TOPIC, number): 0 for number in range(PARTITIONS)})
    records = list(reader.poll(100, 1.0))
    reader.close()
    with stage.store.database.writing() as connection:
        for record in records:
            parking.park(
                connection, "test", record, topic_id="t", reason="test", detail="test", event_id=None
            )
    log.close()
    return len(records)


def file_text(folder: Path, pattern: str) -> str:
    """The bytes of files, those of UTF-8 letters as they stand there."""
    found = b"".join(path.read_bytes() for path in sorted(folder.glob(pattern)) if path.is_file())
    return found.decode("utf-8", errors="replace")


def words_in(text: str) -> list[str]:
    """Which words of the person the text holds, as they stand or as JSON escapes them."""
    return [word for word in WORDS if word in text or json.dumps(word)[1:-1] in text]


def live_through(stage: ContactsStage) -> str:
    """A person comes, is corrected, gets further roles and loses one; with refusals and receipts."""
    key = {"Idempotency-Key": ids.new_id()}
    body = {"role": "director", "valid_from": "2020-01-01", **FIRST}
    contact_id = str(told(stage.ask("POST", CONTACTS_OF_LYNGEN, body=body, headers=key))["contact_id"])
    path = f"{CONTACTS_OF_LYNGEN}/{contact_id}"
    assert stage.ask("PUT", path, body=LATER, headers=key).status_code == 200
    assert stage.appoint(contact_id=contact_id, role="invoice").status_code == 201
    malformed = body | {"role": "king"}
    assert stage.ask("POST", CONTACTS_OF_LYNGEN, body=malformed, headers=key).status_code == 422
    refused = {"Idempotency-Key": ids.new_id()}
    assert (
        stage.ask("POST", CONTACTS_OF_LYNGEN, body=body | {"role": "group"}, headers=refused).status_code
        == 422
    )
    page = stage.browser().send(role="archive", valid_from="2020-01-01", contact_id=contact_id)
    assert page.status_code == 303
    removal = {"role": "director", "valid_to": "2024-01-01"}
    assert stage.ask("POST", f"{path}/removal", body=removal, headers=key).status_code == 201
    return contact_id


def test_a_person_stands_in_one_table_and_nowhere_else(
    stage: ContactsStage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    live_through(stage)
    published = publish(stage, tmp_path)

    assert published > 4
    assert words_in(dump(stage.store.database)) == [*LATER.values(), "Fuglesang"]
    assert words_in(dump(stage.store.database, without=("persons",))) == []
    assert words_in(file_text(tmp_path, "log.db*")) == []
    assert words_in(caplog.text) == []


def test_an_erased_person_is_nowhere(
    stage: ContactsStage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    contact_id = live_through(stage)
    assert stage.ask("POST", f"{CONTACTS_OF_LYNGEN}/{contact_id}/erasure").status_code == 201
    publish(stage, tmp_path)

    assert contact_id in dump(stage.store.database)
    assert words_in(dump(stage.store.database)) == []
    assert words_in(file_text(tmp_path, "log.db*")) == []
    assert words_in(caplog.text) == []
    assert words_in(stage.ask("GET", CONTACTS_OF_LYNGEN, query={"as_of": "2023-01-01"}).text) == []
    assert words_in(stage.browser().tab(as_of="2023-01-01").text) == []


def by_interface(stage: ContactsStage, contact_id: str) -> None:
    assert stage.ask("POST", f"{CONTACTS_OF_LYNGEN}/{contact_id}/erasure").status_code == 201


def by_page(stage: ContactsStage, contact_id: str) -> None:
    assert stage.browser().send(f"/{contact_id}/sletting", confirmed="true").status_code == 303


def leave_what_is_deleted(driver: sqlite3.Connection, _record: object) -> None:
    """SQLite as it comes from its makers; Debian's has another default."""
    driver.execute("PRAGMA secure_delete = OFF")


@pytest.mark.parametrize("erase", [by_interface, by_page])
def test_an_erased_person_is_not_left_in_the_bytes_of_the_file(
    tmp_path: Path, erase: Callable[[ContactsStage, str], None]
) -> None:
    database = Database(f"sqlite:///{tmp_path}/membership.db")
    event.listen(database.engine, "connect", leave_what_is_deleted)
    stage = ContactsStage(database, tmp_path)
    contact_id = live_through(stage)
    for number in range(60):  # enough for pages of the file to be split and rearranged
        stage.appointed(name=f"Kontor {number}", role="archive")
    database.close()  # who erases has another connection than who wrote
    assert words_in(file_text(tmp_path, "membership.db*"))
    erase(stage, contact_id)
    written = file_text(tmp_path, "membership.db*")
    database.close()

    assert "Kontor 59" in written
    assert words_in(written) == []


def test_an_erasure_waits_for_a_reader_and_says_where_one_stays_too_long(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(f"sqlite:///{tmp_path}/membership.db")
    stage = ContactsStage(database, tmp_path)
    contact_id = live_through(stage)
    with database.reading() as connection:
        connection.execute(select(receipts.c.key)).all()  # from now on an older state is read
        leaving = threading.Timer(1.0, connection.close)
        with stage.store.transaction(OFFICE_CONTEXT) as transaction:
            erase_contact(transaction.handle, transaction.connection, contact_id, today=clock.today())
        assert not database.drop_old_pages(patience=0.1)
        assert "old pages" in caplog.text
        leaving.start()
        assert database.drop_old_pages(patience=20)
    written = file_text(tmp_path, "membership.db*")
    database.close()

    assert words_in(written) == []


def test_receipts_that_name_the_erased_are_forgotten_and_others_kept(stage: ContactsStage) -> None:
    contact_id = live_through(stage)
    other = {"key": "other", "fingerprint": "", "status": 201, "headers": "{}", "body": "{}"}
    with stage.store.database.writing() as connection:
        connection.execute(insert(receipts).values(**other, created_at="2026"))
    stage.ask("POST", f"{CONTACTS_OF_LYNGEN}/{contact_id}/erasure")

    with stage.store.reading() as connection:
        kept = connection.execute(select(receipts.c.key, receipts.c.body)).all()
    assert "other" in {key for key, _ in kept}
    assert not [body for _, body in kept if contact_id in body]


def test_after_an_erasure_the_contacts_are_still_rebuilt_from_the_events(stage: ContactsStage) -> None:
    contact_id = live_through(stage)
    stage.ask("POST", f"{CONTACTS_OF_LYNGEN}/{contact_id}/erasure")

    rebuilt = stage.store.rows_known_at(CONTACTS, clock.moment(clock.now()), LYNGEN)

    with stage.store.reading() as connection:
        assert rows(connection, LYNGEN) == rebuilt
