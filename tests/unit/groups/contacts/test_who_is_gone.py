"""From when on a contact has no place in a group any more."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.contacts import queries as contacts
from services.membership.contract import ContactAppointed, ContactErased, ContactRemoved
from tests.support.examples.groups import HEALTH, LEADER, LOPPA, SCHOOL
from tests.support.loppas_seats import JOINED, TODAY, of_loppa


def test_a_contact_is_gone_from_a_group_once_its_roles_have_ended_or_it_is_erased(stage: Any) -> None:
    def gone_from(group_id: str) -> tuple[date, bool] | None:
        with stage.store.reading() as connection:
            return contacts.gone_from(connection, LOPPA, LEADER, group_id)

    director = {"contact_id": LEADER, "role": "director", "group_id": None}
    lead = {"contact_id": LEADER, "role": "digital_lead", "group_id": None}
    for_health = {"contact_id": LEADER, "role": "group", "group_id": HEALTH}
    july, august = date(2026, 7, 1), date(2026, 8, 1)
    assert gone_from(HEALTH) is None

    stage.told(
        *(of_loppa(ContactAppointed, **role, valid_from=JOINED) for role in (director, lead, for_health))
    )
    stage.told(of_loppa(ContactRemoved, **for_health, valid_to=july))
    assert (gone_from(HEALTH), gone_from(SCHOOL)) == ((july, False), None)

    stage.told(of_loppa(ContactRemoved, **lead, valid_to=august))
    assert gone_from(SCHOOL) is None
    stage.told(of_loppa(ContactRemoved, **director, valid_to=july))
    assert (gone_from(HEALTH), gone_from(SCHOOL)) == ((july, False), (august, False))

    stage.told(of_loppa(ContactErased, contact_id=LEADER), on=TODAY)
    assert (gone_from(HEALTH), gone_from(SCHOOL)) == ((TODAY, True), (TODAY, True))
