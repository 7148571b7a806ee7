from __future__ import annotations

from datetime import date

from services.membership.contacts.queries import contacts_of, missing_roles, names_of
from tests.support.contacts_stage import ContactsStage
from tests.support.examples.membership import HARSTAD, LYNGEN


def test_roles_that_nobody_holds_on_the_day_are_missing(stage: ContactsStage) -> None:
    stage.appointed(LYNGEN, role="director", valid_from="2026-01-01", valid_to="2026-06-01")
    stage.appointed(LYNGEN, role="digital_lead", valid_from="2026-01-01")
    stage.appointed(LYNGEN, role="invoice", valid_from="2026-01-01")

    with stage.store.reading() as connection:
        before = missing_roles(connection, [LYNGEN, HARSTAD], date(2026, 5, 31))
        after = missing_roles(connection, [LYNGEN], date(2026, 6, 1))

    assert before == {HARSTAD: ["director", "digital_lead", "invoice"]}
    assert after == {LYNGEN: ["director"]}


def test_contacts_come_with_role_dates_and_person(stage: ContactsStage) -> None:
    contact_id = stage.appointed(name="Arkivet", role="archive", valid_to="2030-01-01")

    with stage.store.reading() as connection:
        found = contacts_of(connection, LYNGEN, date(2026, 2, 1))

    assert found == [
        {
            "contact_id": contact_id,
            "municipality_id": LYNGEN,
            "role": "archive",
            "group_id": None,
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2030, 1, 1),
            "example": False,
            "erased": False,
            "name": "Arkivet",
            "email": "post@example.org",
            "phone": None,
        }
    ]


def test_names_are_sorted_as_norwegians_do(stage: ContactsStage) -> None:
    for name in ("Åse", "Berit", "Ærlend"):
        stage.appointed(name=name)

    with stage.store.reading() as connection:
        found = contacts_of(connection, LYNGEN, date(2026, 2, 1))

    assert [one["name"] for one in found] == ["Berit", "Ærlend", "Åse"]


def test_names_are_found_by_id(stage: ContactsStage) -> None:
    contact_id = stage.appointed(name="Arkivet")

    with stage.store.reading() as connection:
        assert names_of(connection, [contact_id, "unknown"]) == {contact_id: "Arkivet"}
        assert names_of(connection, []) == {}
