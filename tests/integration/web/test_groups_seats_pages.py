"""Seats in the browser: a municipality fills them, ends terms, signs up, and sees those of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from services.groups.app import create_app
from shared.messages import Event
from shared.settings import Settings
from tests.support.examples import membership as said
from tests.support.examples.groups import HEALTH, LEADERS
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN, NEIGHBOUR
from tests.support.visitors import Visitor, errors_beside, hidden, issue
from tests.support.wire import Wire

TAB = f"/groups/kommuner/{LYNGEN}"
SEAT = f"{TAB}/grupper/{LEADERS}/plasser/1"
APPOINTMENT = {"contact_id": CONTACT, "role": "director", "valid_from": "02.11.2026"}

NEIGHBOURS_CONTACT = "0d1f8f7e-4b7d-4c1c-9c39-0f3d5d3f0a11"


def test_a_form_without_its_token_is_refused(office: Visitor, groups: Wire) -> None:
    before = len(groups.store.history())
    answer = office.browser.post(f"{SEAT}/oppnevning", data=APPOINTMENT)

    assert answer.status_code == 400
    assert "csrf-failed" in answer.text
    assert len(groups.store.history()) == before


def test_a_municipality_appoints_its_contact_by_name(lyngen: Visitor) -> None:
    vacant = lyngen.see(TAB)
    answer = lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT)
    filled = lyngen.see(TAB)

    assert "Ledig" in vacant
    assert f'<option value="{CONTACT}">Kommunedirektøren (eksempel)</option>' in lyngen.see(SEAT)
    assert (answer.status_code, answer.headers["Location"]) == (303, TAB)
    assert "Kommunedirektøren (eksempel)" in filled
    assert "Ledig" not in filled


def test_what_is_missing_in_an_appointment_stands_beside_its_field(lyngen: Visitor) -> None:
    answer = lyngen.send(SEAT, f"{SEAT}/oppnevning", {"valid_from": "", "role": ""})

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {
        "contact_id": "Må fylles ut.",
        "role": "Må fylles ut.",
        "valid_from": "Må fylles ut.",
    }


def test_a_seat_that_is_taken_is_said_to_be(lyngen: Visitor) -> None:
    lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT)
    answer = lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT | {"role": "specialist"})

    assert answer.status_code == 409
    assert errors_beside(answer.text)["valid_from"].startswith("Plassen er allerede besatt")


def test_a_form_sent_twice_appoints_once(lyngen: Visitor, groups: Wire) -> None:
    sent = hidden(lyngen.see(SEAT), f"{SEAT}/oppnevning") | APPOINTMENT
    answers = [lyngen.browser.post(f"{SEAT}/oppnevning", data=sent) for _ in range(2)]
    names = [type(recorded.event).__name__ for recorded in groups.store.history()]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert names.count("SeatFilled") == 1


def test_a_municipality_ends_the_terms_of_member_and_deputy(lyngen: Visitor) -> None:
    lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT)
    lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT | {"deputy": "true"})
    with_deputy = lyngen.see(TAB)
    ended = lyngen.send(SEAT, f"{SEAT}/fratredelse", {"term": "2", "vacated_on": "2026-11-03"})
    sitting = lyngen.see(f"{TAB}?as_of=2026-11-03")
    lyngen.send(SEAT, f"{SEAT}/fratredelse", {"term": "1", "vacated_on": "2026-11-03"})

    assert "Vara:" in with_deputy
    assert ended.status_code == 303
    assert "Vara:" not in sitting
    assert "Kommunedirektøren" in sitting
    assert "Ledig" in lyngen.see(f"{TAB}?as_of=2026-11-03")


def test_a_municipality_ends_the_term_that_took_over_on_its_first_day_and_one_that_lies_ahead(
    lyngen: Visitor, groups: Wire
) -> None:
    for first, last in (("01.10.2026", "31.10.2026"), ("01.11.2026", "30.11.2026"), ("01.01.2027", "")):
        days = {"valid_from": first, "valid_to": last}
        assert lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT | days).status_code == 303
    page = lyngen.see(SEAT)
    assert hidden(page, f"{SEAT}/fratredelse")["term"] == "2"
    assert "Avslutt perioden fra 1. januar 2027" in page

    for term, day in (("2", "01.11.2026"), ("3", "01.01.2027")):
        answer = lyngen.send(SEAT, f"{SEAT}/fratredelse", {"term": term, "vacated_on": day})
        assert answer.status_code == 303
    vacated = [one.event for one in groups.store.history() if type(one.event).__name__ == "SeatVacated"]
    assert [(one.term, str(one.vacated_on)) for one in vacated] == [(2, "2026-11-01"), (3, "2027-01-01")]


def test_a_municipality_signs_up_and_gives_the_seat_back(lyngen: Visitor) -> None:
    form = {"contact_id": CONTACT, "role": "specialist", "group_ids": [HEALTH]}
    answer = lyngen.send(f"{TAB}/faggrupper", f"{TAB}/faggrupper", form)
    seat = f"{TAB}/grupper/{HEALTH}/plasser/1"
    given_back = lyngen.send(seat, f"{seat}/avmelding", {"closed_on": "2026-11-03"})

    assert (answer.status_code, given_back.status_code) == (303, 303)
    assert "Helse (eksempel)" in lyngen.see(TAB)
    assert "Helse (eksempel)" not in lyngen.see(f"{TAB}?as_of=2026-11-03")


@pytest.fixture
def waits_after(office: Visitor, groups: Wire) -> Callable[..., bool]:
    """Whether the neighbour, invited and signed up for a group, waits for a seat after these events."""
    tab = f"/groups/kommuner/{NEIGHBOUR}"
    of_neighbour = {"municipality_id": NEIGHBOUR}
    groups.tell(
        "membership",
        said.municipality_registered(**of_neighbour),
        said.municipality_invited(**of_neighbour),
    )
    form = {"contact_id": NEIGHBOURS_CONTACT, "role": "specialist", "group_ids": [HEALTH]}
    assert office.send(f"{tab}/faggrupper", f"{tab}/faggrupper", form).status_code == 303

    def waits(*events: Event) -> bool:
        groups.tell("membership", *[msgspec.structs.replace(event, **of_neighbour) for event in events])
        return "Påmeldt fra innmelding" in office.see(tab)

    return waits


def test_a_sign_up_waits_for_joining_until_its_seat_has_begun(waits_after: Callable[..., bool]) -> None:
    begun, ahead = date(2026, 10, 1), date(2026, 12, 1)

    assert waits_after()
    assert not waits_after(said.municipality_joined(member_from=begun))
    assert waits_after(said.joining_date_corrected(member_from=ahead))
    waits_after(said.joining_date_corrected(member_from=begun))
    assert not waits_after(said.municipality_left(left_on=date(2026, 11, 1)))
    assert not waits_after(said.municipality_invited(round=2))


def test_a_sign_up_whose_seat_was_given_back_before_it_began_waits_no_longer(
    office: Visitor, waits_after: Callable[..., bool]
) -> None:
    assert waits_after(said.municipality_joined(member_from=date(2026, 12, 1)))
    seat = f"/groups/kommuner/{NEIGHBOUR}/grupper/{HEALTH}/plasser/1"
    office.send(seat, f"{seat}/avmelding", {"closed_on": "02.11.2026"})

    assert not waits_after()


def test_the_form_for_professional_groups_says_what_it_requires(lyngen: Visitor) -> None:
    answer = lyngen.send(f"{TAB}/faggrupper", f"{TAB}/faggrupper", {"role": "specialist"})

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {
        "contact_id": "Velg en kontaktperson.",
        "group_ids": "Velg minst én faggruppe.",
    }
    assert '<option value="specialist" selected>' in answer.text


def test_a_municipality_sees_the_seats_of_others_without_forms(lyngen: Visitor) -> None:
    own, other = lyngen.see(TAB), lyngen.see(f"/groups/kommuner/{HARSTAD}")

    assert "Oppnevn" in own
    assert "Velg faggrupper" in own
    assert "Oppnevn" not in other
    assert "Velg faggrupper" not in other


def test_an_unknown_municipality_is_a_page_that_says_so(office: Visitor) -> None:
    answer = office.browser.get(f"/groups/kommuner/{CONTACT}")

    assert answer.status_code == 404
    assert "Kommunen finnes ikke" in answer.text


def test_without_membership_the_role_stands_for_the_person(
    office: Visitor, lyngen: Visitor, groups: Wire, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT)
    monkeypatch.setenv("SAMVIRKE_INTERNAL_URL", "http://127.0.0.1:9")
    alone = Visitor(create_app(groups.store), issue(settings, ("groups:read", "groups:write"), LYNGEN))
    tab, form = alone.see(TAB), alone.see(SEAT)

    assert "Kommunedirektør" in tab
    assert "Kommunedirektøren (eksempel)" not in tab
    assert "Kontaktpersonene kan ikke hentes akkurat nå." in form


def test_vacant_seats_are_counted_by_municipality_and_stand_in_no_table(
    office: Visitor, lyngen: Visitor
) -> None:
    before = office.see(f"/groups/grupper/{LEADERS}")
    lyngen.send(SEAT, f"{SEAT}/oppnevning", APPOINTMENT)
    after = office.see(f"/groups/grupper/{LEADERS}")

    assert "2 ledige plasser i 2 kommuner" in before
    assert "Besatte plasser" not in before
    assert "1 ledig plass i 1 kommune" in after
    assert "Besatte plasser" in after
    assert "Medlemmer uten noen i gruppen" not in after
