"""Bodies in and views out, of agreement versions."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.web.jsonfields import Whole

SHORT = validate.Length(1, 200)


class NoticeRuleSchema(Schema):
    """Months of notice, and whether membership then ends on any day or at a turn of the year."""

    months = Whole(required=True, validate=validate.Range(0, 120))
    takes_effect = fields.String(required=True, validate=validate.OneOf(["any_date", "year_end"]))


class TextSchema(Schema):
    """A text of the agreement in one language."""

    language = fields.String(required=True, validate=validate.OneOf(["nb", "nn"]))
    title = fields.String(required=True, validate=SHORT)
    body = fields.String(required=True, validate=validate.Length(1, 20000))


class AgreementRequest(Schema):
    """A version for the councils to decide on."""

    agreement_version = Whole(required=True, validate=validate.Range(1, 999))
    legal_form = fields.String(required=True, validate=SHORT)
    host_municipality_id = fields.UUID(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    notice_rule = fields.Nested(NoticeRuleSchema, required=True)
    extension = fields.String(load_default="", validate=validate.Length(0, 2000))
    checklist = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(0, 50))
    texts = fields.List(fields.Nested(TextSchema), load_default=list, validate=validate.Length(0, 20))
    assumed = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(0, 20))


class ExtensionRequest(Schema):
    """A later end (null: open-ended), and who decided it."""

    valid_to = fields.Date(required=True, allow_none=True)
    decided_by = fields.String(required=True, validate=SHORT)


class AgreementView(Schema):
    """A version as it stands; valid from `valid_from`, before `valid_to`."""

    agreement_version = fields.Integer()
    legal_form = fields.String()
    host_municipality_id = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    notice_rule = fields.Nested(NoticeRuleSchema)
    extension = fields.String()
    checklist = fields.List(fields.String())
    texts = fields.List(fields.Nested(TextSchema))
    assumed = fields.List(fields.String())
    extensions = fields.List(fields.Dict())
    version = fields.Integer()
    example = fields.Boolean()


class AgreementsView(Schema):
    """All versions."""

    items = fields.List(fields.Nested(AgreementView))


class AgreementForm(Schema):
    """A version as the page asks for it: one text per language, the checklist one point a line."""

    agreement_version = fields.Integer(required=True, validate=validate.Range(1, 999))
    legal_form = fields.String(required=True, validate=SHORT)
    host_municipality_id = fields.UUID(required=True)
    valid_from = fields.Date(required=True)
    valid_through = fields.Date(load_default=None)
    months = fields.Integer(required=True, validate=validate.Range(0, 120))
    takes_effect = fields.String(required=True, validate=validate.OneOf(["any_date", "year_end"]))
    extension = fields.String(load_default="", validate=validate.Length(0, 2000))
    checklist = fields.String(load_default="", validate=validate.Length(0, 10000))
    title_nb = fields.String(load_default=None, validate=SHORT)
    body_nb = fields.String(load_default=None, validate=validate.Length(1, 20000))
    title_nn = fields.String(load_default=None, validate=SHORT)
    body_nn = fields.String(load_default=None, validate=validate.Length(1, 20000))

    @validates_schema
    def _whole_texts(self, given: dict[str, object], **_: object) -> None:
        for language in ("nb", "nn"):
            title, body = f"title_{language}", f"body_{language}"
            if (given.get(title) is None) != (given.get(body) is None):
                raise ValidationError("Skriv både overskrift og tekst.", title)


class ExtensionForm(Schema):
    """The last day of the extended version, empty for an open-ended one."""

    valid_through = fields.Date(load_default=None)
    decided_by = fields.String(required=True, validate=SHORT)
