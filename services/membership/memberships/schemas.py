"""Bodies in and views out, of memberships and the way to them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

SHORT = validate.Length(1, 200)
LONG = validate.Length(1, 2000)


class DocumentRequest(Schema):
    """Where a document lies in the archive, and the SHA-256 of its bytes."""

    archive_case = fields.String(required=True, validate=SHORT)
    journal_ref = fields.String(load_default=None, allow_none=True, validate=SHORT)
    sha256 = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"^[0-9a-f]{64}$(?!\n)")
    )
    access = fields.String(load_default="open", validate=validate.OneOf(["open", "restricted"]))


class InvitationRequest(Schema):
    """An invitation and the last day of the answer."""

    invited_on = fields.Date(required=True)
    reply_by = fields.Date(required=True)


class TreatmentRequest(Schema):
    """A treatment in a named body; with `treatment_id`, one that is brought up to date."""

    treatment_id = fields.UUID(load_default=None, allow_none=True)
    body = fields.String(required=True, validate=SHORT)
    treated_on = fields.Date(required=True)
    case_number = fields.String(required=True, validate=SHORT)
    archive_case = fields.String(load_default=None, allow_none=True, validate=SHORT)
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["planned", "recommended", "not_recommended", "sent_back", "noted"]),
    )
    document = fields.Nested(DocumentRequest, load_default=None, allow_none=True)


class ResolutionRequest(Schema):
    """What the deciding body decided."""

    body = fields.String(required=True, validate=SHORT)
    resolved_on = fields.Date(required=True)
    case_number = fields.String(required=True, validate=SHORT)
    archive_case = fields.String(load_default=None, allow_none=True, validate=SHORT)
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["approved", "approved_with_conditions", "deferred", "rejected"]),
    )
    conditions = fields.List(fields.String(validate=LONG), load_default=list, validate=validate.Length(0, 20))
    document = fields.Nested(DocumentRequest, load_default=None, allow_none=True)


class SettlementRequest(Schema):
    """How the conditions were settled."""

    settled_on = fields.Date(required=True)
    manner = fields.String(required=True, validate=validate.OneOf(["met", "accepted_by_host"]))
    archive_case = fields.String(load_default=None, allow_none=True, validate=SHORT)


class ResolutionCorrectionRequest(Schema):
    """The date and case number that hold."""

    resolved_on = fields.Date(required=True)
    case_number = fields.String(required=True, validate=SHORT)
    reason = fields.String(required=True, validate=LONG)


class SignatureRequest(Schema):
    """A signature, by a role and perhaps a contact."""

    signed_on = fields.Date(required=True)
    signatory_role = fields.String(required=True, validate=SHORT)
    contact_id = fields.UUID(load_default=None, allow_none=True)
    method = fields.String(load_default="paper", validate=validate.OneOf(["paper", "electronic"]))
    document = fields.Nested(DocumentRequest, load_default=None, allow_none=True)


class ReceiptRequest(Schema):
    """The papers that the host holds; a missing one is refused by the rule, which names it."""

    received_on = fields.Date(required=True)
    agreement_document = fields.Nested(DocumentRequest, load_default=None, allow_none=True)
    resolution_document = fields.Nested(DocumentRequest, load_default=None, allow_none=True)


class JoiningDateRequest(Schema):
    """From which day the municipality is a member."""

    member_from = fields.Date(required=True)


class JoiningDateCorrectionRequest(JoiningDateRequest):
    """The joining date that holds, and why."""

    reason = fields.String(required=True, validate=LONG)


class JoiningDateCancellationRequest(Schema):
    """The joining date is taken back before it comes."""

    cancelled_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=LONG)


class WithdrawalRequest(Schema):
    """A notice of withdrawal; without `ends_on` the version's rule gives the date."""

    received_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default=None, allow_none=True, validate=LONG)
    document = fields.Nested(DocumentRequest, load_default=None, allow_none=True)


class WithdrawalCancellationRequest(Schema):
    """The notice is taken back."""

    cancelled_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=LONG)


class LeavingDateCorrectionRequest(Schema):
    """The first day without membership that holds, and why."""

    left_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=LONG)


class IntervalView(Schema):
    """Membership under one version from `member_from`, before `member_to`."""

    agreement_version = fields.Integer()
    member_from = fields.Date()
    member_to = fields.Date(allow_none=True)


class WayView(Schema):
    """A municipality's way through one version; others than the office and itself see less."""

    municipality_id = fields.String()
    agreement_version = fields.Integer()
    stage = fields.String()
    round = fields.Integer()
    invited_on = fields.Date(allow_none=True)
    reply_by = fields.Date(allow_none=True)
    days_left = fields.Integer(allow_none=True)
    treatments = fields.List(fields.Dict())
    resolution = fields.Dict(allow_none=True)
    settled = fields.Dict(allow_none=True)
    signature = fields.Dict(allow_none=True)
    papers = fields.Dict(allow_none=True)
    missing = fields.List(fields.String())
    member_from = fields.Date(allow_none=True)
    joining_cancelled = fields.Dict(allow_none=True)
    joined = fields.Boolean()
    host = fields.Boolean()
    notice = fields.Dict(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    left = fields.Boolean()
    left_because = fields.String(allow_none=True)
    intervals = fields.List(fields.Nested(IntervalView))
    version = fields.Integer()
    changed_at = fields.String()
    example = fields.Boolean()


class MunicipalityMembershipsView(Schema):
    """Everything about one municipality's membership as of a date."""

    municipality_id = fields.String()
    as_of = fields.Date()
    known_at = fields.String(allow_none=True)
    standing = fields.String(allow_none=True)
    member_from = fields.Date(allow_none=True)
    member_to = fields.Date(allow_none=True)
    ways = fields.List(fields.Nested(WayView))


class MemberView(Schema):
    """One unbroken membership, with numbers and names valid on the date asked for."""

    municipality_id = fields.String()
    number = fields.String(allow_none=True)
    organisation_number = fields.String(allow_none=True)
    names = fields.Dict()
    county_number = fields.String(allow_none=True)
    standing = fields.String(allow_none=True)
    member_from = fields.Date(allow_none=True)
    member_to = fields.Date(allow_none=True)
    agreement_version = fields.Integer(allow_none=True)
    host = fields.Boolean()
    parts = fields.List(fields.Nested(IntervalView))
    example = fields.Boolean()


class MembersPage(Schema):
    """A page of members; `changed_through` is what `changedAfter` takes next time."""

    items = fields.List(fields.Nested(MemberView))
    next = fields.String(allow_none=True)
    as_of = fields.Date()
    known_at = fields.String(allow_none=True)
    changed_through = fields.String(allow_none=True)


class BoardItemView(WayView):
    """One municipality on the board."""

    name = fields.String()
    number = fields.String(allow_none=True)


class BoardView(Schema):
    """Who is where on the way to each version, in Norwegian order of names."""

    as_of = fields.Date()
    items = fields.List(fields.Nested(BoardItemView))
