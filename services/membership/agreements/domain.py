"""The rules of one version of the host agreement: published once, valid for a time, extended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.membership.contract import (
    AgreementVersionExtended,
    AgreementVersionPublished,
    MunicipalityId,
    NoticeRule,
    Text,
)
from shared.decider import Decider
from shared.errors import NotFound, Refused


@dataclass(frozen=True, kw_only=True)
class PublishAgreementVersion:
    """Make a version ready for the councils. `host_known` is fetched by the handler."""

    agreement_version: int
    legal_form: str
    host_municipality_id: MunicipalityId
    host_known: bool
    valid_from: date
    valid_to: date | None
    notice_rule: NoticeRule
    extension: str
    checklist: tuple[str, ...]
    texts: tuple[Text, ...]
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExtendAgreementVersion:
    """Let a version hold longer than it said: until before `valid_to` (None: open-ended)."""

    agreement_version: int
    valid_to: date | None
    decided_by: str


AgreementCommand = PublishAgreementVersion | ExtendAgreementVersion
AgreementEvent = AgreementVersionPublished | AgreementVersionExtended


class AgreementVersionAlreadyPublished(Refused):
    """A published version is what councils decide on; another content is another version."""

    code = "agreement-version-already-published"
    nb = "Denne versjonen er allerede publisert. Nytt innhold krever en ny versjon."


class AgreementVersionUnknown(NotFound):
    """No version of that number has been published."""

    code = "agreement-version-unknown"
    nb = "Avtaleversjonen finnes ikke."


class ValidityEmpty(Refused):
    """A version must hold for at least a day."""

    code = "validity-empty"
    nb = "Avtalen må gjelde til etter den dagen den gjelder fra."


class HostUnknown(Refused):
    """The host must be a municipality that the network knows."""

    code = "host-unknown"
    nb = "Vertskommunen er ikke registrert."


class ExtensionNotLater(Refused):
    """An extension gives more time; shortening a version would end memberships silently."""

    code = "extension-not-later"
    nb = "En forlengelse må gi en senere sluttdato enn den som gjelder."


@dataclass(frozen=True, kw_only=True)
class AgreementVersion:
    """What was published, and until when it holds now; `published` None is no version."""

    published: AgreementVersionPublished | None = None
    valid_to: date | None = None


def evolve(version: AgreementVersion, event: AgreementEvent) -> AgreementVersion:
    """The version after `event`."""
    match event:
        case AgreementVersionPublished():
            return AgreementVersion(published=event, valid_to=event.valid_to)
        case AgreementVersionExtended():
            return replace(version, valid_to=event.valid_to)


def publish(version: AgreementVersion, command: PublishAgreementVersion) -> list[AgreementEvent]:
    """Publish once; the same content again changes nothing."""
    if not command.host_known:
        message = "The host is not a municipality that is registered here."
        raise HostUnknown(message, field="host_municipality_id")
    if command.valid_to is not None and command.valid_to <= command.valid_from:
        message = "A version must hold for at least a day: valid_to after valid_from."
        raise ValidityEmpty(message, field="valid_to")
    published = AgreementVersionPublished(
        agreement_version=command.agreement_version,
        legal_form=command.legal_form,
        host_municipality_id=command.host_municipality_id,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        notice_rule=command.notice_rule,
        extension=command.extension,
        checklist=command.checklist,
        texts=command.texts,
        assumed=command.assumed,
    )
    if version.published == published:
        return []
    if version.published is not None:
        message = f"Version {command.agreement_version} is published already with another content."
        raise AgreementVersionAlreadyPublished(message, field="agreement_version")
    return [published]


def extend(version: AgreementVersion, command: ExtendAgreementVersion) -> list[AgreementEvent]:
    """Extend to a later end; extending to the end that holds changes nothing."""
    if version.published is None:
        message = f"There is no version {command.agreement_version}."
        raise AgreementVersionUnknown(message)
    if command.valid_to == version.valid_to:
        return []
    # An open-ended version cannot be given an end: that would take away what councils decided on.
    if version.valid_to is None or (command.valid_to is not None and command.valid_to < version.valid_to):
        message = "An extension must end later than the version does now."
        raise ExtensionNotLater(message, field="valid_to", valid_to=str(version.valid_to))
    return [
        AgreementVersionExtended(
            agreement_version=command.agreement_version,
            old_valid_to=version.valid_to,
            valid_to=command.valid_to,
            decided_by=command.decided_by,
        )
    ]


def decide(version: AgreementVersion, command: AgreementCommand) -> list[AgreementEvent]:
    """What follows from `command`, or which rule stands in the way."""
    match command:
        case PublishAgreementVersion():
            return publish(version, command)
        case ExtendAgreementVersion():
            return extend(version, command)


agreements = Decider(category="agreement", initial=AgreementVersion(), decide=decide, evolve=evolve)
