from __future__ import annotations

from tests.support.contacts_stage import ContactsStage
from tests.support.examples.membership import HARSTAD, LYNGEN

person = {"name": "Økonomikontoret", "email": "okonomi@example.org"}


def test_vacant_roles_are_shown_and_a_holder_with_the_last_day(stage: ContactsStage) -> None:
    stage.appointed(**person, valid_to="2027-01-01")
    page = stage.browser().tab(as_of="2026-03-01")

    assert page.status_code == 200
    assert page.text.count(">Ledig<") == 2
    assert "Økonomikontoret" in page.text
    assert "fra 1. januar 2026 til og med 31. desember 2026" in page.text


def test_a_person_is_registered_by_the_form(stage: ContactsStage) -> None:
    browser = stage.browser(LYNGEN)

    sent = browser.send(role="director", valid_from="01.01.2026", **person)

    assert sent.status_code == 303
    assert "Økonomikontoret" in browser.tab(as_of="2026-03-01").text


def test_somebody_registered_is_chosen_for_a_further_role(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**person)
    browser = stage.browser()

    wrong = browser.send(role="director", valid_from="2026-01-01", contact_id=contact_id, name="Og navn")
    sent = browser.send(role="director", valid_from="2026-01-01", contact_id=contact_id)

    assert "La feltet stå tomt når du velger en som er registrert." in wrong.text
    assert sent.status_code == 303
    assert len(stage.contacts()["items"]) == 2


def test_errors_stand_beside_the_fields_and_what_was_typed_is_kept(stage: ContactsStage) -> None:
    sent = stage.browser().send(role="director", valid_from="2026-01-01", name="Uten adresse", phone="ring")

    assert sent.status_code == 422
    assert 'id="felt-email-feil">Må fylles ut.' in sent.text
    assert 'id="felt-phone-feil">Verdien har ikke riktig form.' in sent.text
    assert 'value="Uten adresse"' in sent.text
    assert stage.persons() == []


def test_a_refusal_stands_beside_the_field_that_it_names(stage: ContactsStage) -> None:
    sent = stage.browser().send(role="invoice", valid_from="2026-01-01", valid_to="2026-01-01", **person)

    assert sent.status_code == 422
    assert 'id="felt-valid_to-feil">Perioden må vare i minst én dag.' in sent.text


def test_a_role_ends_by_the_form_at_it(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**person)
    browser = stage.browser()

    wrong = browser.send(f"/{contact_id}/fratredelse", role="invoice", valid_to="x")
    sent = browser.send(f"/{contact_id}/fratredelse", role="invoice", valid_to="2026-06-01")

    assert 'id="felt-valid_to-feil">Skriv datoen som dd.mm.åååå.' in wrong.text
    assert wrong.text.count('<details class="ds-details" open>') == 1
    assert sent.status_code == 303
    assert stage.contacts(as_of="2026-06-01")["items"] == []


def test_a_person_is_corrected_by_the_form_at_it(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**person)
    browser = stage.browser()

    wrong = browser.send(f"/{contact_id}", name="Regnskap", email="regnskap")
    sent = browser.send(f"/{contact_id}", name="Regnskap", email="regnskap@example.org")

    assert 'id="felt-email-feil">Skriv en e-postadresse' in wrong.text
    assert sent.status_code == 303
    assert stage.persons()[0]["name"] == "Regnskap"


def test_an_erasure_is_confirmed_by_a_tick(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**person)
    browser = stage.browser()

    unconfirmed = browser.send(f"/{contact_id}/sletting")
    kept = stage.persons()[0]["name"]
    sent = browser.send(f"/{contact_id}/sletting", confirmed="true")

    assert "Kryss av for å bekrefte." in unconfirmed.text
    assert kept == "Økonomikontoret"
    assert sent.status_code == 303
    assert "Økonomikontoret" not in browser.tab().text


def test_an_erased_person_of_the_past_is_shown_without_a_name(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**person, valid_from="2020-01-01")
    browser = stage.browser()
    browser.send(f"/{contact_id}/sletting", confirmed="true")

    assert "Slettet person" in browser.tab(as_of="2021-01-01").text


def test_a_municipality_sees_only_its_own_tab(stage: ContactsStage) -> None:
    assert stage.browser(LYNGEN).tab(LYNGEN).status_code == 200
    assert stage.browser(LYNGEN).tab(HARSTAD).status_code == 403


def test_a_form_without_its_token_is_refused(stage: ContactsStage) -> None:
    sent = stage.browser().client.post(f"/membership/kommuner/{LYNGEN}/kontakter", data=person)

    assert sent.status_code == 400
    assert stage.persons() == []
