"""What may stand in the way of a municipality, each with its code and its Norwegian sentence."""

from __future__ import annotations

from datetime import date

from shared.errors import Refused


class DateAhead(Refused):
    """What has happened cannot have happened later than today."""

    code = "date-ahead"
    nb = "Datoen kan ikke ligge fram i tid."


class DatesOutOfOrder(Refused):
    """One step of the way cannot come before the one it rests on; `details` name both."""

    code = "dates-out-of-order"
    nb = "Datoen er tidligere enn det den bygger på."


class ReasonMissing(Refused):
    """A correction, or a departure from the rule, says why."""

    code = "reason-missing"
    nb = "Skriv en begrunnelse."


class HostHasNoAgreement(Refused):
    """The host takes part by its own resolution; it makes no agreement with itself."""

    code = "host-has-no-agreement"
    nb = "Vertskommunen deltar ved eget vedtak og inngår ingen avtale med seg selv."


class MunicipalityCeased(Refused):
    """The municipality is no more from that date on."""

    code = "municipality-ceased"
    nb = "Kommunen er slått sammen eller delt og finnes ikke lenger på denne datoen."


class VersionExpired(Refused):
    """Nobody is asked to decide on a version that is over."""

    code = "version-expired"
    nb = "Denne avtaleversjonen gjelder ikke lenger."


class AlreadyInvited(Refused):
    """A round is open, or has ended with an approval; a new one would undo it."""

    code = "already-invited"
    nb = "Kommunen er allerede invitert til denne versjonen."


class NotInvited(Refused):
    """There is no invitation to answer."""

    code = "not-invited"
    nb = "Kommunen er ikke invitert til denne versjonen ennå."


class AlreadyResolved(Refused):
    """The deciding body has spoken in this round; a slip is corrected, a rejection invited anew."""

    code = "already-resolved"
    nb = "Vedtaket er allerede registrert. Rett det, eller inviter på nytt etter et avslag."


class ConditionsMismatch(Refused):
    """Conditions belong to an approval with conditions, and only there."""

    code = "conditions-mismatch"
    nb = "Vilkår hører til et vedtak med vilkår, og bare der."


class NoConditions(Refused):
    """There is nothing to settle."""

    code = "no-conditions"
    nb = "Vedtaket har ingen vilkår som skal avklares."


class ConditionsAlreadySettled(Refused):
    """The conditions were settled before, in another way or on another day."""

    code = "conditions-already-settled"
    nb = "Vilkårene er allerede avklart."


class ResolutionMissing(Refused):
    """There is no approval of this very version."""

    code = "resolution-missing"
    nb = "Det mangler et positivt vedtak om denne avtaleversjonen."


class ConditionsUnsettled(Refused):
    """The approval hangs on conditions that are neither met nor accepted by the host."""

    code = "conditions-unsettled"
    nb = "Vilkårene i vedtaket er verken oppfylt eller godtatt av vertskommunen."


class SignatureMissing(Refused):
    """The municipality has not signed."""

    code = "signature-missing"
    nb = "Avtalen er ikke signert."


class PapersMissing(Refused):
    """The host does not hold both the agreement and a copy of the resolution."""

    code = "papers-missing"
    nb = "Signert avtale og kopi av vedtaket må være mottatt."


class AlreadySigned(Refused):
    """The signature is recorded with other particulars."""

    code = "already-signed"
    nb = "Avtalen er allerede registrert som signert."


class AlreadyReceived(Refused):
    """The papers are recorded with other particulars."""

    code = "already-received"
    nb = "Papirene er allerede registrert som mottatt."


class JoiningDateAlreadySet(Refused):
    """A date that is set is corrected with a reason, never overwritten."""

    code = "joining-date-already-set"
    nb = "Innmeldingsdatoen er allerede satt. Rett den med begrunnelse."


class JoiningDateMissing(Refused):
    """There is no joining date to correct or to take back."""

    code = "joining-date-missing"
    nb = "Det er ikke satt noen innmeldingsdato."


class MembershipBegun(Refused):
    """Only a date that lies ahead can be taken back; a membership that has begun is ended."""

    code = "membership-begun"
    nb = "Medlemskapet har begynt. Rett innmeldingsdatoen, eller registrer en oppsigelse."


class OutsideValidity(Refused):
    """Membership under a version begins while the version holds."""

    code = "outside-validity"
    nb = "Datoen ligger utenfor avtaleversjonens gyldighet."


class MembershipsOverlap(Refused):
    """A municipality has one membership at a time; only a later version may take over."""

    code = "memberships-overlap"
    nb = "Kommunen er medlem under en annen versjon på denne datoen."


class NotAMember(Refused):
    """There is no membership under this version that could be ended."""

    code = "not-a-member"
    nb = "Kommunen er ikke medlem under denne versjonen."


class NoticeAlreadyGiven(Refused):
    """A notice is recorded with other particulars."""

    code = "notice-already-given"
    nb = "Oppsigelsen er allerede registrert."


class NoNotice(Refused):
    """There is no notice to take back."""

    code = "no-notice"
    nb = "Det er ikke registrert noen oppsigelse."


class WithdrawalTookEffect(Refused):
    """Membership has ended by then; what comes after is a new way in."""

    code = "withdrawal-took-effect"
    nb = "Oppsigelsen har allerede trådt i kraft."


class LeavingDateMissing(Refused):
    """There is no leaving date to correct."""

    code = "leaving-date-missing"
    nb = "Det er ikke registrert noen utmeldingsdato."


def require_not_ahead(field: str, day: date, today: date) -> None:
    """Refuse a fact of the past that is dated later than today."""
    if day > today:
        message = f"{field} lies ahead of today."
        raise DateAhead(message, field=field, latest=str(today))


def require_order(field: str, day: date, after: date | None, what: str) -> None:
    """Refuse a step that is dated before the one it rests on (`what`, the day `after`)."""
    if after is not None and day < after:
        message = f"{field} is earlier than {what}, {after}."
        raise DatesOutOfOrder(message, field=field, earliest=str(after), rests_on=what)


def require_reason(reason: str | None) -> str:
    """Refuse an empty reason."""
    if reason is None or not reason.strip():
        message = "This needs a reason."
        raise ReasonMissing(message, field="reason")
    return reason.strip()
