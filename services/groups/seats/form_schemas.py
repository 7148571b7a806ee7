"""What the pages' forms about seats send, made into what the API asks for."""

from __future__ import annotations

from marshmallow import fields

from services.groups.seats.schemas import (
    ROLE,
    AppointmentRequest,
    GroupChoicesRequest,
    TermCorrectionRequest,
)
from shared.web.formfields import LastDate


class AppointmentForm(AppointmentRequest):
    """Who is to sit, from the first day through the last."""

    valid_to = LastDate(load_default=None)


class TermCorrectionForm(TermCorrectionRequest):
    """The first and the last day that hold, and why others stood there."""

    valid_to = LastDate(load_default=None)


class GroupChoicesForm(GroupChoicesRequest):
    """The form "Velg faggrupper (Påkrevd)", where what is left out is named in its own words."""

    contact_id = fields.UUID(required=True, error_messages={"required": "Velg en kontaktperson."})
    role = fields.String(required=True, validate=ROLE, error_messages={"required": "Velg en rolle."})
    group_ids = fields.List(
        fields.UUID(), required=True, error_messages={"required": "Velg minst én faggruppe."}
    )
