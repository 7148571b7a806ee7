"""Bodies in and views out, of municipalities."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

FACTS = ("number", "organisation_number", "name_nb", "name_se", "name_fkv", "valid_from")
LONGEST_NAME = 100
LONGEST_REASON = 1000


class NamesSchema(Schema):
    """Official names: Norwegian, Northern Sami and Kven; null where there is none."""

    nb = fields.String(required=True, validate=validate.Length(1, LONGEST_NAME))
    se = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, LONGEST_NAME))
    fkv = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, LONGEST_NAME))


class RegistrationRequest(Schema):
    """A municipality that becomes known; only an invented one may lack numbers."""

    organisation_number = fields.String(load_default=None, allow_none=True)
    number = fields.String(load_default=None, allow_none=True)
    names = fields.Nested(NamesSchema, required=True)
    valid_from = fields.Date(required=True)
    county_number = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"^[0-9]{2}$(?!\n)")
    )
    invented = fields.Boolean(load_default=False)


class RenumberingRequest(Schema):
    """Another number from a date on; the county follows from it."""

    number = fields.String(required=True)
    valid_from = fields.Date(required=True)


class RenamingRequest(Schema):
    """All official names from a date on."""

    names = fields.Nested(NamesSchema, required=True)
    valid_from = fields.Date(required=True)


class CorrectionRequest(Schema):
    """A dated fact that was recorded wrongly; `valid_from` says which one is meant."""

    fact = fields.String(required=True, validate=validate.OneOf(FACTS))
    valid_from = fields.Date(required=True)
    old_value = fields.String(required=True, allow_none=True, validate=validate.Length(1, LONGEST_NAME))
    new_value = fields.String(required=True, allow_none=True, validate=validate.Length(1, LONGEST_NAME))
    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class CorrectionForm(Schema):
    """The page's form: one dated fact is chosen, with what stands there now."""

    which = fields.String(required=True)
    new_value = fields.String(load_default=None, validate=validate.Length(1, LONGEST_NAME))
    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))

    @staticmethod
    def choice(fact: str, valid_from: date, value: str | None) -> str:
        """How a dated fact stands in the list to choose from."""
        return json.dumps([fact, valid_from.isoformat(), value], ensure_ascii=False)

    @post_load
    def as_correction(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The chosen fact as `CorrectionRequest` would give it."""
        try:
            fact, valid_from, old = json.loads(given["which"])
            asked = {"fact": fact, "valid_from": valid_from, "old_value": old}
            loaded: dict[str, Any] = CorrectionRequest().load(
                asked | {"new_value": given["new_value"], "reason": given["reason"]}
            )
        except (ValueError, TypeError, ValidationError) as error:
            raise ValidationError("Velg en opplysning fra lista.", "which") from error
        return loaded


class MergerRequest(Schema):
    """`predecessors` became `successor`."""

    predecessors = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 50))
    successor = fields.UUID(required=True)
    merged_on = fields.Date(required=True)


class SplitRequest(Schema):
    """`predecessor` was divided into `successors` and ceased."""

    predecessor = fields.UUID(required=True)
    successors = fields.List(fields.UUID(), required=True, validate=validate.Length(2, 50))
    split_on = fields.Date(required=True)


class BoundaryAdjustmentRequest(Schema):
    """Area went from `giver`, who goes on, to `receivers`."""

    giver = fields.UUID(required=True)
    receivers = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 50))
    adjusted_on = fields.Date(required=True)


class MapChangeView(Schema):
    """Who took part in a change of the map; it is written to each of them."""

    municipality_ids = fields.List(fields.String())


class DatedNumberView(Schema):
    """A number and county from `valid_from` until before `valid_to`."""

    number = fields.String(allow_none=True)
    county_number = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class DatedNamesView(Schema):
    """Official names from `valid_from` until before `valid_to`."""

    names = fields.Nested(NamesSchema)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class DatedOrganisationView(Schema):
    """An organisation number from `valid_from` until before `valid_to`."""

    organisation_number = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class LinkView(Schema):
    """A change of the map: who was there before it, and who after."""

    kind = fields.String()
    on = fields.Date()
    before = fields.List(fields.String())
    after = fields.List(fields.String())


class FigureView(Schema):
    """The inhabitants on a date; `published_on` is null where it is not known."""

    as_of = fields.Date()
    inhabitants = fields.Integer()
    source = fields.String()
    published_on = fields.Date(allow_none=True)
    replaces = fields.Integer(allow_none=True)
    invented = fields.Boolean()
    example = fields.Boolean()
    event_id = fields.String()
    recorded_at = fields.String()


class MunicipalitySummary(Schema):
    """A municipality as of a date; `exists` is false before its first and after its last day."""

    municipality_id = fields.String()
    organisation_number = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    names = fields.Nested(NamesSchema)
    county_number = fields.String(allow_none=True)
    county = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    exists = fields.Boolean()
    successors = fields.List(fields.String())
    invented = fields.Boolean()
    example = fields.Boolean()
    population = fields.Nested(FigureView, allow_none=True)


class MunicipalityView(MunicipalitySummary):
    """The same with all its dated facts."""

    version = fields.Integer()
    numbers = fields.List(fields.Nested(DatedNumberView))
    names_history = fields.List(fields.Nested(DatedNamesView))
    organisation_numbers = fields.List(fields.Nested(DatedOrganisationView))
    changes_of_the_map = fields.List(fields.Nested(LinkView))


class MunicipalityPage(Schema):
    """A page of the list; `next` is the cursor of the following one, null on the last."""

    items = fields.List(fields.Nested(MunicipalitySummary))
    next = fields.String(allow_none=True)
