"""Whatever is asked in whatever order, the same holds of contacts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.membership.contacts.domain import (
    AppointContact,
    ContactCommand,
    ContactEvent,
    EraseContact,
    RemoveContact,
    contacts,
)
from services.membership.contacts.projection import CONTACTS, terms_in
from services.membership.contract import ContactErased, ContactId
from shared import clock
from shared.errors import RequestError
from shared.messages import Recorded
from shared.reading import fold_rows
from tests.support.examples.membership import LYNGEN

days = st.integers(0, 30).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
places = st.sampled_from([("director", None), ("invoice", None), ("group", "one"), ("group", "two")])
contact_ids = st.sampled_from([ContactId("first"), ContactId("second")])


def _appoint(contact_id: ContactId, place: Any, valid_from: date, valid_to: date | None) -> ContactCommand:
    return AppointContact(
        municipality_id=LYNGEN,
        contact_id=contact_id,
        role=place[0],
        group_id=place[1],
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _remove(contact_id: ContactId, place: Any, valid_to: date) -> ContactCommand:
    return RemoveContact(
        municipality_id=LYNGEN, contact_id=contact_id, role=place[0], group_id=place[1], valid_to=valid_to
    )


appointments = st.builds(_appoint, contact_ids, places, days, st.none() | days)
removals = st.builds(_remove, contact_ids, places, days)
erasures = st.builds(EraseContact, municipality_id=st.just(LYNGEN), contact_id=contact_ids, today=days)
histories = st.lists(st.one_of(appointments, appointments, removals, erasures), max_size=20)


def _play(asked: list[ContactCommand]) -> list[ContactEvent]:
    state = contacts.initial
    happened: list[ContactEvent] = []
    for command in asked:
        try:
            decided = list(contacts.decide(state, command))
        except RequestError:
            continue  # a refusal changes nothing, and the next may be granted
        for event in decided:
            contacts.previous(state, event)
            state = contacts.evolve(state, event)
        happened += decided
    return happened


@given(histories)
def test_terms_of_one_contact_and_role_never_overlap_and_have_days(asked: list[ContactCommand]) -> None:
    for contact in contacts.fold(_play(asked)).known.values():
        assert all(term.valid_to is None or term.valid_from < term.valid_to for term in contact.terms)
        for one, other in combinations(contact.terms, 2):
            if one.is_for(other.role, other.group_id):
                assert not one.overlaps(other.valid_from, other.valid_to)


@given(histories)
def test_an_erasure_is_the_last_that_happens_to_a_contact(asked: list[ContactCommand]) -> None:
    happened = _play(asked)

    for number, event in enumerate(happened):
        if isinstance(event, ContactErased):
            assert all(later.contact_id != event.contact_id for later in happened[number + 1 :])


@given(histories)
def test_asking_again_for_what_was_granted_changes_nothing(asked: list[ContactCommand]) -> None:
    state = contacts.initial
    for command in asked:
        try:
            state = contacts.fold(contacts.decide(state, command), state)
        except RequestError:
            continue
        if not isinstance(command, RemoveContact):  # what never began leaves nothing to end
            assert contacts.decide(state, command) == []


@given(histories)
def test_the_rows_tell_what_the_events_tell(asked: list[ContactCommand]) -> None:
    happened = _play(asked)
    known = contacts.fold(happened).known

    rows = fold_rows(CONTACTS, [_recorded(event, number) for number, event in enumerate(happened, start=1)])

    assert {row["contact_id"]: (terms_in(row), row["erased"]) for row in rows.values()} == {
        contact_id: (contact.terms, contact.erased) for contact_id, contact in known.items()
    }


def _recorded(event: ContactEvent, version: int) -> Recorded[Any]:
    moment = clock.moment(clock.start_of(date(2026, 1, 1)))
    return Recorded(
        event=event,
        event_id=str(version),
        service="membership",
        stream=contacts.stream(LYNGEN),
        version=version,
        key=LYNGEN,
        subject=f"municipality/{LYNGEN}",
        type=event.type_name(),
        time=moment,
        recorded_at=moment,
        actor="office",
        correlation_id="test",
    )
