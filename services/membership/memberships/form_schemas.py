"""The steps as forms: documents by archive case, their hash from a file that is not kept."""

from __future__ import annotations

import hashlib
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.membership.memberships import schemas
from services.membership.memberships.schemas import LONG, SHORT
from shared.web.formfields import Upload

_CHUNK = 1 << 16


class _WithDocuments(Schema):
    """Fields `<document>_case`, `_journal` and `_file` become the document of that name."""

    documents: tuple[str, ...] = ("document",)

    @post_load
    def _gather(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        for name in self.documents:
            case, journal, file = (given.pop(f"{name}_{part}", None) for part in ("case", "journal", "file"))
            if case is None and (journal is not None or file is not None):
                raise ValidationError("Skriv arkivsaken dokumentet ligger i.", f"{name}_case")
            told = {"archive_case": case, "journal_ref": journal, "sha256": _digest(file), "access": "open"}
            given[name] = told if case is not None else None
        return given


class TreatmentForm(_WithDocuments, schemas.TreatmentRequest):
    """A treatment, with its paper."""

    document = None  # type: ignore[assignment]  # asked for by the three fields below
    document_case = fields.String(load_default=None, validate=SHORT)
    document_journal = fields.String(load_default=None, validate=SHORT)
    document_file = Upload(load_default=None)


class ResolutionForm(_WithDocuments, schemas.ResolutionRequest):
    """A resolution; its conditions one a line."""

    document = None  # type: ignore[assignment]
    conditions = fields.String(load_default="", validate=LONG)  # type: ignore[assignment]
    document_case = fields.String(load_default=None, validate=SHORT)
    document_journal = fields.String(load_default=None, validate=SHORT)
    document_file = Upload(load_default=None)

    @post_load
    def _split(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        lines = [line.strip() for line in given["conditions"].splitlines()]
        return given | {"conditions": [line for line in lines if line]}


class SignatureForm(_WithDocuments, schemas.SignatureRequest):
    """A signature, with the agreement where it is filed already."""

    document = None  # type: ignore[assignment]
    document_case = fields.String(load_default=None, validate=SHORT)
    document_journal = fields.String(load_default=None, validate=SHORT)
    document_file = Upload(load_default=None)


class ReceiptForm(_WithDocuments):
    """The two papers that the host holds."""

    documents = ("agreement_document", "resolution_document")

    received_on = fields.Date(required=True)
    agreement_document_case = fields.String(required=True, validate=SHORT)
    agreement_document_journal = fields.String(load_default=None, validate=SHORT)
    agreement_document_file = Upload(load_default=None)
    resolution_document_case = fields.String(required=True, validate=SHORT)
    resolution_document_journal = fields.String(load_default=None, validate=SHORT)
    resolution_document_file = Upload(load_default=None)


class WithdrawalForm(_WithDocuments):
    """A notice of withdrawal, with its letter."""

    received_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None)
    reason = fields.String(load_default=None, validate=validate.Length(1, 2000))
    document_case = fields.String(load_default=None, validate=SHORT)
    document_journal = fields.String(load_default=None, validate=SHORT)
    document_file = Upload(load_default=None)


def _digest(file: Any) -> str | None:
    """The SHA-256 of an uploaded file, read once and let go."""
    if file is None:
        return None
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
