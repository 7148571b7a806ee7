from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from services.membership.contacts.schemas import (
    AppointmentForm,
    AppointmentRequest,
    ErasureForm,
    PersonRequest,
    RemovalRequest,
)

CONTACT = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"

person = {"name": "Postmottak", "email": "post@example.org", "phone": "+47 77 00 00 00"}
term = {"role": "invoice", "valid_from": "2026-01-01", "valid_to": "2027-01-01"}
removal = {"role": "invoice", "valid_to": "2027-01-01"}


def errors_of(schema: Any, body: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as raised:
        schema.load(body)
    found = raised.value.messages
    assert isinstance(found, dict)
    return found


def test_a_new_person_with_a_term_is_taken() -> None:
    assert AppointmentRequest().load(person | term)["name"] == "Postmottak"


def test_a_known_contact_needs_no_person() -> None:
    assert str(AppointmentRequest().load(term | {"contact_id": CONTACT})["contact_id"]) == CONTACT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "Post\nmottak"),
        ("name", "Post\x00mottak"),
        ("name", "x" * 201),
        ("name", None),
        ("name", 7),
        ("email", "post"),
        ("email", "post@example.org\nBcc: all@example.org"),
        ("email", f"{'x' * 250}@example.org"),
        ("email", f"post@{'.'.join(['x' * 60] * 5)}.org"),
        ("email", None),
        ("phone", "ring"),
        ("phone", "12"),
        ("phone", "+47 77 00 00 00\n"),
        ("phone", "1" * 30),
        ("role", "king"),
        ("role", None),
        ("group_id", "steering"),
        ("contact_id", "somebody"),
        ("valid_from", "1.1.2026"),
        ("valid_from", "0001-01-01"),
        ("valid_from", "9999-12-31"),
        ("valid_from", None),
        ("valid_to", "1899-12-31"),
        ("valid_to", "never"),
        ("nickname", "P"),
    ],
)
def test_an_appointment_with_a_wrong_field_is_refused_there(field: str, value: Any) -> None:
    assert field in errors_of(AppointmentRequest(), person | term | {field: value})


def test_without_a_contact_the_person_must_be_told() -> None:
    assert set(errors_of(AppointmentRequest(), term)) == {"name", "email"}


def test_with_a_contact_no_person_may_be_told() -> None:
    refused = errors_of(AppointmentRequest(), person | term | {"contact_id": CONTACT})

    assert set(refused) == {"name", "email", "phone"}


def test_people_are_told_in_norwegian_that_person_and_choice_exclude_each_other() -> None:
    refused = errors_of(AppointmentForm(), person | term | {"contact_id": CONTACT})

    assert refused["name"] == ["La feltet stå tomt når du velger en som er registrert."]


@pytest.mark.parametrize("body", [[], "text", None, 7])
def test_what_is_no_object_is_refused(body: Any) -> None:
    assert errors_of(AppointmentRequest(), body)


@pytest.mark.parametrize(("field", "value"), [("name", "\t"), ("email", "@"), ("phone", "x")])
def test_a_person_with_a_wrong_field_is_refused_there(field: str, value: Any) -> None:
    assert PersonRequest().load(person)
    assert field in errors_of(PersonRequest(), person | {field: value})


@pytest.mark.parametrize(
    ("field", "value"), [("role", "king"), ("group_id", "x"), ("valid_to", "0900-01-01"), ("valid_to", None)]
)
def test_a_removal_with_a_wrong_field_is_refused_there(field: str, value: Any) -> None:
    assert RemovalRequest().load(removal)
    assert field in errors_of(RemovalRequest(), removal | {field: value})


@pytest.mark.parametrize("body", [{}, {"confirmed": "false"}])
def test_an_erasure_must_be_confirmed(body: dict[str, str]) -> None:
    assert ErasureForm().load({"confirmed": "true"})
    assert errors_of(ErasureForm(), body) == {"confirmed": ["Kryss av for å bekrefte."]}
