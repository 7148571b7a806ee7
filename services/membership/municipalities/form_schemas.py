"""What the pages' forms about municipalities send, made into what the API asks for."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.municipalities.schemas import LONGEST_NAME, RegistrationRequest, SplitRequest

_NAME = validate.Length(1, LONGEST_NAME)


class _WithNames(Schema):
    """Fields `nb`, `se` and `fkv` become `names`; a language without an official name is left empty."""

    nb = fields.String(required=True, validate=_NAME)
    se = fields.String(load_default=None, validate=_NAME)
    fkv = fields.String(load_default=None, validate=_NAME)

    @post_load
    def _gather(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        return given | {"names": {language: given.pop(language) for language in ("nb", "se", "fkv")}}


class RegistrationForm(_WithNames, RegistrationRequest):
    """A municipality that becomes known."""

    class Meta:
        """`names` are asked for by the three fields above."""

        exclude = ("names",)

    county_number = fields.String(
        load_default=None,
        validate=validate.Regexp(r"^[0-9]{2}$(?!\n)", error="Et fylkesnummer har to sifre."),
    )


class SplitForm(SplitRequest):
    """A split, where one successor alone is told in the form's own words."""

    successors = fields.List(
        fields.UUID(), required=True, validate=validate.Length(2, 50, error="Velg minst to kommuner.")
    )


class RenamingForm(_WithNames):
    """All official names from a date on."""

    valid_from = fields.Date(required=True)
