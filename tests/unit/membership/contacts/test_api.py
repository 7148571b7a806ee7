from __future__ import annotations

import pytest

from shared import ids
from tests.support.conditions import changes_only_what_was_seen, version
from tests.support.contacts_stage import ContactsStage, told
from tests.support.examples.membership import HARSTAD, LYNGEN

NOBODY = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2f"
CONTACTS_OF_LYNGEN = f"/municipalities/{LYNGEN}/contacts"
PERSON = {"name": "Kari Kanari", "email": "kari.kanari@example.org", "phone": "77 12 34 56"}


def removal(valid_to: str) -> dict[str, str]:
    return {"role": "invoice", "valid_to": valid_to}


def test_an_appointed_person_is_read_by_name_and_answered_by_id_alone(stage: ContactsStage) -> None:
    answer = stage.appoint(**PERSON)

    assert answer.status_code == 201
    answered = {"municipality_id", "contact_id", "role", "group_id", "valid_from", "valid_to"}
    assert set(told(answer)) == answered
    (held,) = stage.contacts()["items"]
    assert {name: held[name] for name in PERSON} == PERSON
    assert held["contact_id"] == told(answer)["contact_id"]


def test_a_known_contact_takes_a_further_role(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**PERSON)

    assert stage.appointed(contact_id=contact_id, role="director") == contact_id
    assert [held["role"] for held in stage.contacts()["items"]] == ["director", "invoice"]
    assert len(stage.persons()) == 1


def test_nothing_of_a_refused_appointment_is_kept(stage: ContactsStage) -> None:
    refused = stage.appoint(role="group", **PERSON)

    assert refused.status_code == 422
    assert told(refused)["code"] == "contact-group-missing"
    assert stage.persons() == []


@pytest.mark.parametrize("of_another", [True, False], ids=["another municipality's", "nobody"])
def test_who_is_no_contact_of_the_municipality_is_not_found(stage: ContactsStage, of_another: bool) -> None:
    contact_id = stage.appointed(HARSTAD) if of_another else NOBODY
    path = f"{CONTACTS_OF_LYNGEN}/{contact_id}"

    asked = [
        stage.appoint(contact_id=contact_id, role="director"),
        stage.ask("PUT", path, body=PERSON),
        stage.ask("POST", f"{path}/removal", body=removal("2026-06-01")),
        stage.ask("POST", f"{path}/erasure"),
    ]

    assert [(answer.status_code, told(answer)["code"]) for answer in asked] == [(404, "contact-unknown")] * 4


def test_an_unknown_municipality_has_no_contacts(stage: ContactsStage) -> None:
    asked = [stage.appoint(NOBODY), stage.ask("GET", f"/municipalities/{NOBODY}/contacts")]

    assert [(one.status_code, told(one)["code"]) for one in asked] == [(404, "municipality-unknown")] * 2


def test_a_role_ends_on_its_date_and_is_missing_from_then_on(stage: ContactsStage) -> None:
    contact_id = stage.appointed()
    answer = stage.ask("POST", f"{CONTACTS_OF_LYNGEN}/{contact_id}/removal", body=removal("2026-06-01"))

    assert answer.status_code == 201
    assert told(answer)["valid_to"] == "2026-06-01"
    assert stage.contacts(as_of="2026-05-31")["missing_roles"] == ["director", "digital_lead"]
    assert stage.contacts(as_of="2026-06-01")["missing_roles"] == ["director", "digital_lead", "invoice"]


def test_who_comes_later_is_told_apart_from_who_is_there(stage: ContactsStage) -> None:
    stage.appointed(valid_from="2030-01-01")

    before, then = stage.contacts(as_of="2029-12-31"), stage.contacts(as_of="2030-01-01")
    assert (len(before["items"]), len(before["upcoming"])) == (0, 1)
    assert (len(then["items"]), len(then["upcoming"])) == (1, 0)


def test_what_was_known_earlier_can_still_be_asked(stage: ContactsStage) -> None:
    stage.appointed()
    (appointed,) = stage.store.history(stream=f"contacts-{LYNGEN}")

    then = stage.contacts(as_of="2026-02-01", known_at=appointed.recorded_at)
    before = stage.contacts(as_of="2026-02-01", known_at="2020-01-01")
    assert (len(then["items"]), len(before["items"])) == (1, 0)


def test_a_person_is_corrected_without_an_event(stage: ContactsStage) -> None:
    contact_id = stage.appointed()
    before = stage.store.history(key=LYNGEN)
    answer = stage.ask("PUT", f"{CONTACTS_OF_LYNGEN}/{contact_id}", body=PERSON)

    assert told(answer) == {"municipality_id": LYNGEN, "contact_id": contact_id}
    assert stage.contacts()["items"][0]["name"] == PERSON["name"]
    assert stage.store.history(key=LYNGEN) == before


def test_an_erased_person_leaves_an_id_and_no_name(stage: ContactsStage) -> None:
    contact_id = stage.appointed(**PERSON, valid_from="2020-01-01")
    path = f"{CONTACTS_OF_LYNGEN}/{contact_id}"

    assert told(stage.ask("POST", f"{path}/erasure"))["erased"] is True
    assert stage.contacts()["items"] == []
    (past,) = stage.contacts(as_of="2021-01-01")["items"]
    assert (past["contact_id"], past["name"], past["erased"]) == (contact_id, None, True)
    assert told(stage.ask("PUT", path, body=PERSON))["code"] == "contact-is-erased"
    assert told(stage.appoint(contact_id=contact_id, role="archive"))["code"] == "contact-is-erased"


def test_an_erasure_happens_once(stage: ContactsStage) -> None:
    path = f"{CONTACTS_OF_LYNGEN}/{stage.appointed()}/erasure"
    stage.ask("POST", path)
    once, erased = stage.store.history(key=LYNGEN), stage.persons()

    assert stage.ask("POST", path).status_code == 201
    assert stage.store.history(key=LYNGEN) == once
    assert stage.persons() == erased


def test_a_change_of_an_old_version_is_refused(stage: ContactsStage) -> None:
    contact_id = stage.appointed()
    read = stage.ask("GET", CONTACTS_OF_LYNGEN).headers["ETag"]
    stage.appointed(role="director")
    path = f"{CONTACTS_OF_LYNGEN}/{contact_id}/removal"

    late = stage.ask("POST", path, body=removal("2026-06-01"), headers={"If-Match": read})

    assert late.status_code == 412


def test_a_municipality_keeps_its_own_contacts_and_touches_nobody_elses(stage: ContactsStage) -> None:
    contact_id = told(stage.appoint(LYNGEN, LYNGEN))["contact_id"]

    assert stage.contacts(LYNGEN, LYNGEN)["items"][0]["contact_id"] == contact_id
    for method, rest, body in [
        ("GET", "", None),
        ("POST", "", {"role": "invoice", "valid_from": "2026-01-01", **PERSON}),
        ("PUT", f"/{contact_id}", PERSON),
        ("POST", f"/{contact_id}/removal", removal("2026-06-01")),
        ("POST", f"/{contact_id}/erasure", None),
    ]:
        refused = stage.ask(method, CONTACTS_OF_LYNGEN + rest, HARSTAD, body=body)
        assert (refused.status_code, told(refused)["code"]) == (403, "other-municipality"), (method, rest)


def test_a_client_of_no_municipality_sees_no_persons(stage: ContactsStage) -> None:
    contact_id = stage.appointed()

    for path in (CONTACTS_OF_LYNGEN, f"/contacts?ids={contact_id}"):
        assert told(stage.ask("GET", path, "client"))["code"] == "office-only"


def test_names_are_given_to_the_office_and_to_their_own_municipality(stage: ContactsStage) -> None:
    own, other = stage.appointed(LYNGEN, **PERSON), stage.appointed(HARSTAD)
    erased = stage.appointed(LYNGEN)
    stage.ask("POST", f"{CONTACTS_OF_LYNGEN}/{erased}/erasure")
    path = f"/contacts?ids={own},{other},{erased},{NOBODY},nonsense"

    assert {one["contact_id"] for one in told(stage.ask("GET", path))["items"]} == {own, other}
    assert told(stage.ask("GET", path, LYNGEN))["items"] == [{"contact_id": own, "name": PERSON["name"]}]
    assert told(stage.ask("GET", "/contacts"))["items"] == []


def test_too_many_names_at_once_are_refused(stage: ContactsStage) -> None:
    wanted = ",".join(str(number) for number in range(1001))

    assert stage.ask("GET", f"/contacts?ids={wanted}").status_code == 422


def test_a_repeated_request_appoints_one_person(stage: ContactsStage) -> None:
    key = {"Idempotency-Key": ids.new_id()}
    body = {"role": "invoice", "valid_from": "2026-01-01", **PERSON}

    first, second = (stage.ask("POST", CONTACTS_OF_LYNGEN, body=body, headers=key) for _ in range(2))

    assert first.json == second.json
    assert len(stage.persons()) == 1


def test_a_person_is_written_only_over_the_one_that_was_seen(stage: ContactsStage) -> None:
    path = f"{CONTACTS_OF_LYNGEN}/{stage.appointed()}"
    changes_only_what_was_seen(
        lambda: stage.ask("GET", path),
        lambda headers: stage.ask("PUT", path, body=PERSON, headers=headers),
    )

    assert [row["name"] for row in stage.persons()] == [PERSON["name"]]


@pytest.mark.parametrize("deed", ["removal", "erasure"])
def test_a_role_ends_only_as_it_was_seen(stage: ContactsStage, deed: str) -> None:
    path = f"{CONTACTS_OF_LYNGEN}/{stage.appointed(**PERSON)}"
    body = removal("2026-06-01") if deed == "removal" else None
    changes_only_what_was_seen(
        lambda: stage.ask("GET", path),
        lambda headers: stage.ask("POST", f"{path}/{deed}", body=body, headers=headers),
    )


def test_an_appointment_answers_with_the_tag_to_write_the_person_by(stage: ContactsStage) -> None:
    answer = stage.appoint(**PERSON)
    path = f"{CONTACTS_OF_LYNGEN}/{told(answer)['contact_id']}"
    written = stage.ask(
        "PUT", path, body=PERSON | {"name": "Ola"}, headers={"If-Match": answer.headers["ETag"]}
    )

    assert written.status_code == 200
    assert version(written) == version(stage.ask("GET", path))


def test_a_contact_is_read_with_past_roles_by_its_own_and_the_office(stage: ContactsStage) -> None:
    contact_id = stage.appointed(valid_to="2026-02-01", **PERSON)
    path = f"{CONTACTS_OF_LYNGEN}/{contact_id}"
    found = stage.ask("GET", path)
    others = [stage.ask("GET", path, who).status_code for who in (LYNGEN, HARSTAD, "client")]

    assert {name: found.json[name] for name in PERSON} == PERSON
    assert [(term["role"], term["valid_to"]) for term in found.json["terms"]] == [("invoice", "2026-02-01")]
    assert found.headers["Cache-Control"] == "no-store"
    assert others == [200, 403, 403]


def test_an_erased_contact_is_read_without_the_person(stage: ContactsStage) -> None:
    path = f"{CONTACTS_OF_LYNGEN}/{stage.appointed(**PERSON)}"
    stage.ask("POST", f"{path}/erasure")
    found = stage.ask("GET", path)

    assert (found.json["name"], found.json["erased"]) == (None, True)
    assert PERSON["name"] not in found.text
    assert stage.ask("GET", f"{CONTACTS_OF_LYNGEN}/{NOBODY}").status_code == 404
