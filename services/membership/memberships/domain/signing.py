"""The paper: signed by the municipality, received by the host with a copy of the resolution."""

from __future__ import annotations

from services.membership.contract import AgreementReceived, AgreementSigned
from services.membership.memberships.domain.commands import ReceiveAgreement, SignAgreement
from services.membership.memberships.domain.refusals import (
    AlreadyReceived,
    AlreadySigned,
    HostHasNoAgreement,
    PapersMissing,
    ResolutionMissing,
    SignatureMissing,
    require_not_ahead,
    require_order,
)
from services.membership.memberships.domain.state import Membership, MembershipEvent


def sign(membership: Membership, command: SignAgreement) -> list[MembershipEvent]:
    """Record the signature; without an approval of this version there is nothing to sign."""
    if command.host:
        message = "The host makes no agreement with itself."
        raise HostHasNoAgreement(message)
    resolution = membership.resolution
    if resolution is None or not resolution.approves:
        message = "There is no approval of this version."
        outcome = resolution.stated.outcome if resolution else None
        raise ResolutionMissing(message, missing=["resolution"], outcome=outcome)
    signed = AgreementSigned(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        signed_on=command.signed_on,
        signatory_role=command.signatory_role,
        contact_id=command.contact_id,
        method=command.method,
        document=command.document,
    )
    if membership.signed == signed:
        return []
    if membership.signed is not None:
        message = "The agreement is signed already."
        raise AlreadySigned(message, signed_on=str(membership.signed.signed_on))
    require_not_ahead("signed_on", command.signed_on, command.today)
    require_order("signed_on", command.signed_on, resolution.resolved_on, "the resolution")
    return [signed]


def receive(membership: Membership, command: ReceiveAgreement) -> list[MembershipEvent]:
    """Record that the host holds the signed agreement and a copy of the resolution."""
    if command.host:
        message = "The host makes no agreement with itself."
        raise HostHasNoAgreement(message)
    if membership.signed is None:
        message = "The agreement is not signed."
        raise SignatureMissing(message, missing=["signature"])
    if command.agreement_document is None or command.resolution_document is None:
        papers = {
            "agreement_document": command.agreement_document,
            "resolution_document": command.resolution_document,
        }
        missing = [name for name, document in papers.items() if document is None]
        message = "The host needs the signed agreement and a copy of the resolution."
        raise PapersMissing(message, missing=missing, field=missing[0])
    received = AgreementReceived(
        municipality_id=command.municipality_id,
        agreement_version=command.agreement_version,
        received_on=command.received_on,
        agreement_document=command.agreement_document,
        resolution_document=command.resolution_document,
    )
    if membership.papers == received:
        return []
    if membership.papers is not None:
        message = "The papers are received already."
        raise AlreadyReceived(message, received_on=str(membership.papers.received_on))
    require_not_ahead("received_on", command.received_on, command.today)
    require_order("received_on", command.received_on, membership.signed.signed_on, "the signature")
    return [received]
