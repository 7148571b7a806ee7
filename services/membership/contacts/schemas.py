"""Bodies and views of contacts. Only views of reading hold persons: an answer to a write is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.membership.contract import ContactRole

_DAY = validate.Range(min=date(1900, 1, 1), max=date(2999, 12, 31))
_ROLE = validate.OneOf(get_args(ContactRole))
_LINE = validate.Regexp(r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)")
"""One line of text that does not begin with a blank."""

_PHONE = validate.Regexp(r"^\+?[0-9][0-9 ]{4,19}$(?!\n)")
_PERSON = ("name", "email", "phone")


def _name(*, required: bool) -> fields.String:
    return fields.String(required=required, validate=[validate.Length(min=1, max=200), _LINE])


def _email(*, required: bool) -> fields.Email:
    return fields.Email(required=required, validate=validate.Length(max=254))


class PersonRequest(Schema):
    """All that is kept of a person."""

    name = _name(required=True)
    email = _email(required=True)
    phone = fields.String(load_default=None, allow_none=True, validate=_PHONE)


class AppointmentRequest(Schema):
    """A role with its term, for a contact that is known (`contact_id`) or for a new person.

    `valid_to` is the first day after the term, null for an open one.
    """

    superfluous = "Must be left out where contact_id is given."

    contact_id = fields.UUID(load_default=None, allow_none=True)
    name = _name(required=False)
    email = _email(required=False)
    phone = fields.String(load_default=None, allow_none=True, validate=_PHONE)
    role = fields.String(required=True, validate=_ROLE)
    group_id = fields.UUID(load_default=None, allow_none=True)
    valid_from = fields.Date(required=True, validate=_DAY)
    valid_to = fields.Date(load_default=None, allow_none=True, validate=_DAY)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _one_or_the_other(self, _data: Any, original: Any, **_kwargs: Any) -> None:
        """Either the id of a contact or a person's name and e-mail."""
        if not isinstance(original, Mapping):
            return
        if original.get("contact_id") is None:
            missing = [name for name in ("name", "email") if name not in original]
            errors = {name: ["Missing data for required field."] for name in missing}
        else:
            errors = {name: [self.superfluous] for name in _PERSON if original.get(name) is not None}
        if errors:
            raise ValidationError(errors)


class AppointmentForm(AppointmentRequest):
    """The same, as people fill it in."""

    superfluous = "La feltet stå tomt når du velger en som er registrert."


class RemovalRequest(Schema):
    """The role that ends, and the first day without it."""

    role = fields.String(required=True, validate=_ROLE)
    group_id = fields.UUID(load_default=None, allow_none=True)
    valid_to = fields.Date(required=True, validate=_DAY)


class ErasureForm(Schema):
    """Erasing cannot be undone, so people confirm it."""

    confirmed = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Kryss av for å bekrefte."),
        error_messages={"required": "Kryss av for å bekrefte."},
    )


class TermView(Schema):
    """A term by the contact's id: all that an answer to a write says."""

    municipality_id = fields.String()
    contact_id = fields.String()
    role = fields.String()
    group_id = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class RemovalView(Schema):
    """The role that has ended, and the first day without it."""

    municipality_id = fields.String()
    contact_id = fields.String()
    role = fields.String()
    group_id = fields.String(allow_none=True)
    valid_to = fields.Date()


class PersonView(Schema):
    """Whose person was written; the person itself is read, never answered."""

    municipality_id = fields.String()
    contact_id = fields.String()


class ErasureView(Schema):
    """The id that stays."""

    municipality_id = fields.String()
    contact_id = fields.String()
    erased = fields.Boolean()


class ContactView(TermView):
    """A term with the person; `name`, `email` and `phone` are null once the person is erased."""

    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    erased = fields.Boolean()
    example = fields.Boolean()


class ContactWholeView(Schema):
    """A contact with every role it had, has or will have; the person is null once it is erased."""

    municipality_id = fields.String()
    contact_id = fields.String()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    erased = fields.Boolean()
    terms = fields.List(fields.Nested(TermView))


class ContactsView(Schema):
    """A municipality's contacts on a date, those who come, and the needed roles that nobody holds."""

    municipality_id = fields.String()
    as_of = fields.Date()
    items = fields.List(fields.Nested(ContactView))
    upcoming = fields.List(fields.Nested(ContactView))
    missing_roles = fields.List(fields.String())


class ContactNameView(Schema):
    """A contact's name, for display."""

    contact_id = fields.String()
    name = fields.String()


class ContactNamesView(Schema):
    """Names of those that are known and not erased."""

    items = fields.List(fields.Nested(ContactNameView))
