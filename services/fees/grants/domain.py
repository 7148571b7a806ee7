"""A grant: somebody else pays a component of the fee in given years, until it is revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.fees.contract import GrantAwarded, GrantId, GrantRevoked
from shared.decider import Decider
from shared.errors import NotFound, Refused


@dataclass(frozen=True, kw_only=True)
class AwardGrant:
    """Record that `grantor` pays `component` in `years`. `known_components` are the schedules'."""

    grant_id: GrantId
    grantor: str
    component: str
    years: tuple[int, ...]
    known_components: tuple[str, ...]
    reference: str | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RevokeGrant:
    """Record that the grant holds no longer."""

    grant_id: GrantId
    reason: str


GrantCommand = AwardGrant | RevokeGrant
GrantEvent = GrantAwarded | GrantRevoked


class GrantUnknown(NotFound):
    """There is no such grant."""

    code = "grant-unknown"
    nb = "Tilskuddet finnes ikke."


class GrantAlreadyAwarded(Refused):
    """A grant says the same for ever; another one is another grant."""

    code = "grant-already-awarded"
    nb = "Tilskuddet er allerede registrert. Trekk det tilbake og registrer et nytt."


class GrantWithoutYears(Refused):
    """A grant covers at least one year."""

    code = "grant-without-years"
    nb = "Oppgi minst ett år som tilskuddet gjelder for."


class ComponentUnknown(Refused):
    """No schedule has a component of that name, so the grant would cover nothing."""

    code = "component-unknown"
    nb = "Ingen satser har en del med dette navnet."


class RevocationWithoutReason(Refused):
    """A revocation says why."""

    code = "revocation-without-reason"
    nb = "Skriv hvorfor tilskuddet faller bort."


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The grant as awarded, None before that, and whether it was revoked."""

    awarded: GrantAwarded | None = None
    revoked: bool = False


def evolve(grant: Grant, event: GrantEvent) -> Grant:
    """The grant after the event."""
    match event:
        case GrantAwarded():
            return replace(grant, awarded=event)
        case GrantRevoked():
            return replace(grant, revoked=True)


def award(grant: Grant, command: AwardGrant) -> list[GrantEvent]:
    """Award the grant, once."""
    if not command.years:
        raise GrantWithoutYears("A grant covers at least one year.", field="years")
    if command.component not in command.known_components:
        known = list(command.known_components)
        raise ComponentUnknown("No schedule has such a component.", field="component", known=known)
    awarded = GrantAwarded(
        grant_id=command.grant_id,
        grantor=command.grantor,
        component=command.component,
        years=tuple(sorted(set(command.years))),
        reference=command.reference,
        assumed=command.assumed,
    )
    if grant.awarded is None:
        return [awarded]
    if grant.awarded == awarded and not grant.revoked:
        return []
    raise GrantAlreadyAwarded(
        "The grant is recorded already.", grant_id=command.grant_id, revoked=grant.revoked
    )


def revoke(grant: Grant, command: RevokeGrant) -> list[GrantEvent]:
    """Revoke the grant; revoked again, nothing happens."""
    if grant.awarded is None:
        raise GrantUnknown("There is no such grant.", grant_id=command.grant_id)
    if grant.revoked:
        return []
    if not command.reason.strip():
        raise RevocationWithoutReason("A reason is needed.", field="reason")
    return [GrantRevoked(grant_id=command.grant_id, reason=command.reason)]


def decide(grant: Grant, command: GrantCommand) -> Sequence[GrantEvent]:
    """What follows from the command."""
    match command:
        case AwardGrant():
            return award(grant, command)
        case RevokeGrant():
            return revoke(grant, command)


grants: Decider[Grant, GrantCommand, GrantEvent] = Decider(
    category="grant", initial=Grant(), decide=decide, evolve=evolve
)
