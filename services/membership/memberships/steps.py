"""Take one step of the way within a request, together with what follows from it at once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from services.membership.contacts.handlers import require_person
from services.membership.contract import ContactId, DocumentRef, MunicipalityId
from services.membership.memberships import queries
from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import (
    Command,
    CorrectJoiningDate,
    RegisterTreatment,
    SignAgreement,
)
from services.membership.memberships.handlers import facts, follow_ups, knowledge, moved_ends
from shared import clock, ids
from shared.reading import version_of
from shared.readmodels import Row
from shared.web.commands import compare, connection, handle
from shared.web.etags import versioned

_KINDS = {
    "RegisterTreatment": "treatment",
    "RecordResolution": "resolution",
    "SignAgreement": "agreement",
    "GiveNotice": "withdrawal",
}
"""Of what kind the one `document` of a step is."""


def take(step: type[Command], municipality_id: str, version: int, particulars: dict[str, Any]) -> Row:
    """Carry out `step` and show the way as it then stands; a contact that it names must be there."""
    today, stream = clock.today(), memberships.stream(municipality_id, str(version))
    command = step(
        municipality_id=MunicipalityId(municipality_id),
        agreement_version=version,
        facts=facts(connection(), municipality_id, version, today),
        today=today,
        **_typed(step, particulars),
    )
    if isinstance(command, SignAgreement) and command.contact_id is not None:
        require_person(connection(), municipality_id, command.contact_id)
    if isinstance(command, CorrectJoiningDate):
        _correct(stream, command)
    else:
        handle(memberships, stream, command)
    for other, follow_up in follow_ups(knowledge(connection(), municipality_id), municipality_id, today):
        handle(memberships, other, follow_up)
    own = queries.rows(connection(), municipality_id)
    return next(row for row in own if row["agreement_version"] == version)


def _correct(stream: str, command: CorrectJoiningDate) -> None:
    """Correct the date, and with it the ends of memberships in whose place this one came.

    Whoever reads event by event may see them overlap for a moment, but never a gap: in a gap the
    municipality would be no member, and who sits in a group would lose the seat.
    """
    moved = moved_ends(knowledge(connection(), command.municipality_id), command)
    later = [one for one in moved if one[1].left_on > one[1].old_left_on]
    sooner = [one for one in moved if one not in later]
    if later:
        # `If-Match` and `ETag` speak of the way that is corrected, whatever is written first.
        compare(version_of(connection(), stream))
    for other, follow_up in later:
        handle(memberships, other, follow_up)
    corrected = handle(memberships, stream, command)
    for other, follow_up in sooner:
        handle(memberships, other, follow_up)
    versioned(corrected.version)


def _typed(step: type[Command], particulars: dict[str, Any]) -> dict[str, Any]:
    """What a schema loaded, in the types of the command."""
    typed = dict(particulars)
    if step is RegisterTreatment:
        typed["treatment_id"] = str(typed.get("treatment_id") or ids.new_id())
    if typed.get("contact_id"):
        typed["contact_id"] = ContactId(str(typed["contact_id"]))
    if "conditions" in typed:
        typed["conditions"] = tuple(typed["conditions"])
    for field in fields(step):
        if field.name == "document" or field.name.endswith("_document"):
            kind = _KINDS.get(step.__name__) or field.name.removesuffix("_document")
            typed[field.name] = _document(typed.get(field.name), kind)
    return typed


def _document(told: dict[str, Any] | None, kind: Any) -> DocumentRef | None:
    return DocumentRef(kind=kind, **told) if told else None
