"""What has happened to a municipality, as sentences in Norwegian."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.membership.contract import (
    AgreementReceived,
    AgreementSigned,
    ContactAppointed,
    ContactErased,
    ContactRemoved,
    CouncilResolved,
    DeadlineNeared,
    DeadlinePassed,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityBoundaryAdjusted,
    MunicipalityCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
    Names,
    PopulationUpdated,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    TreatmentRegistered,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from services.membership.wording import CONTACT_ROLES, LEAVING_CAUSES
from shared.messages import Event
from shared.web.norwegian import antall, dato, til_og_med

NameOf = Callable[[str], str]
"""The name of a municipality by its id."""

FACTS = {
    "number": "kommunenummeret",
    "organisation_number": "organisasjonsnummeret",
    "name_nb": "det norske navnet",
    "name_se": "det nordsamiske navnet",
    "name_fkv": "det kvenske navnet",
    "valid_from": "startdatoen",
}
_OUTCOMES = {
    "approved": "sa ja til avtalen",
    "approved_with_conditions": "sa ja til avtalen med vilkår",
    "deferred": "utsatte saken",
    "rejected": "sa nei til avtalen",
}
_TREATED = {
    "planned": "skal behandle saken",
    "recommended": "anbefalte avtalen",
    "not_recommended": "anbefalte ikke avtalen",
    "sent_back": "sendte saken tilbake",
    "noted": "tok saken til orientering",
}
_DEADLINES = {"reply": "Svarfristen", "expiry": "Avtalens utløp"}


def sentence(event: Event, name_of: NameOf) -> str:
    """`event` in one sentence; another service's words for another reader are its own."""
    match event:
        case MunicipalityMerged():
            return f"{_listed(event.predecessors, name_of)} ble slått sammen til {name_of(event.successor)}."
        case MunicipalitySplit():
            return f"{name_of(event.predecessor)} ble delt i {_listed(event.successors, name_of)}."
        case MunicipalityBoundaryAdjusted():
            return f"Grensejustering: areal gikk fra {name_of(event.giver)} til {_listed(event.receivers, name_of)}."
        case _:
            return _SENTENCES[type(event)](event)


def actor(text: str) -> str:
    """Who recorded an event, as people know them."""
    kind, _, name = text.partition("/")
    known = {"office": "Nettverkskontoret", "municipality": "Kommunen", "system": "Systemet"}
    return known.get(kind) or (f"Klienten {name}" if kind == "client" else text)


def names_in_words(names: Names) -> str:
    """All official names, Norwegian first."""
    return " \N{EN DASH} ".join(name for name in (names.nb, names.se, names.fkv) if name)


def _registered(event: MunicipalityRegistered) -> str:
    number = f" med kommunenummer {event.number}" if event.number else ""
    invented = " Kommunen er oppdiktet." if event.invented else ""
    return f"{names_in_words(event.names)} ble registrert{number}.{invented}"


def _corrected(event: MunicipalityCorrected) -> str:
    fact = FACTS.get(event.fact, event.fact)
    old, new = (_value(event.fact, value) for value in (event.old_value, event.new_value))
    return f"Rettet {fact} som gjelder fra {dato(event.valid_from)}: fra {old} til {new}. {event.reason}"


def _value(fact: str, value: str | None) -> str:
    if value is None:
        return "ikke noe"
    return dato(value) if fact == "valid_from" else value


def _population(event: PopulationUpdated) -> str:
    before = ""
    if event.replaces is not None and event.replaces != event.inhabitants:
        before = f", rettet fra {antall(event.replaces)}"
    published = f", publisert {dato(event.published_on)}" if event.published_on else ""
    invented = ", oppdiktet" if event.invented else ""
    return f"Folketall {antall(event.inhabitants)}{before} (kilde: {event.source}{published}{invented})."


def _settled(event: ResolutionConditionsSettled) -> str:
    manner = "er oppfylt" if event.manner == "met" else "er godtatt av vertskommunen"
    return f"Vilkårene i vedtaket {manner}."


def _resolved(event: CouncilResolved) -> str:
    conditions = f" Vilkår: {'; '.join(event.conditions)}." if event.conditions else ""
    return f"{event.body} {_OUTCOMES[event.outcome]} (sak {event.case_number}).{conditions}"


def _resolution_corrected(event: ResolutionCorrected) -> str:
    return (
        f"Rettet vedtaket: fra sak {event.old_case_number} {dato(event.old_resolved_on)} "
        f"til sak {event.case_number} {dato(event.resolved_on)}. {event.reason}"
    )


def _joined(event: MunicipalityJoined) -> str:
    what = "ble med som vertskommune" if event.host else "ble medlem"
    return f"Kommunen {what} under avtaleversjon {event.agreement_version}."


def _notice(event: WithdrawalNoticeReceived) -> str:
    reason = f" {event.reason}" if event.reason else ""
    return f"Kommunen sa opp avtalen. Medlemskapet varer til og med {til_og_med(event.ends_on)}.{reason}"


def _near(event: DeadlineNeared) -> str:
    return f"{_DEADLINES[event.rule]} er {dato(event.deadline)}, om {event.days_left} dager."


def _passed(event: DeadlinePassed) -> str:
    return f"{_DEADLINES[event.rule]} {dato(event.deadline)} er passert."


_SENTENCES: Mapping[type[Event], Callable[[Any], str]] = {
    MunicipalityRegistered: _registered,
    MunicipalityRenumbered: lambda event: f"Nytt kommunenummer {event.number}, før {event.old_number}.",
    MunicipalityRenamed: lambda event: f"Offisielle navn: {names_in_words(event.names)}.",
    MunicipalityCorrected: _corrected,
    PopulationUpdated: _population,
    MunicipalityInvited: lambda event: (
        f"Invitert til avtaleversjon {event.agreement_version} (runde {event.round}). "
        f"Svarfrist {dato(event.reply_by)}."
    ),
    TreatmentRegistered: lambda event: f"{event.body} {_TREATED[event.outcome]} (sak {event.case_number}).",
    CouncilResolved: _resolved,
    ResolutionConditionsSettled: _settled,
    ResolutionCorrected: _resolution_corrected,
    AgreementSigned: lambda event: f"Avtalen ble signert ({event.signatory_role}).",
    AgreementReceived: lambda _: "Vertskommunen mottok signert avtale og kopi av vedtaket.",
    JoiningDateSet: lambda event: f"Medlemskapet skal begynne {dato(event.member_from)}.",
    MunicipalityJoined: _joined,
    JoiningDateCorrected: lambda event: (
        f"Rettet innmeldingsdatoen fra {dato(event.old_member_from)} til {dato(event.member_from)}. {event.reason}"
    ),
    JoiningDateCancelled: lambda event: (
        f"Innmeldingen fra {dato(event.old_member_from)} ble trukket. {event.reason}"
    ),
    WithdrawalNoticeReceived: _notice,
    WithdrawalCancelled: lambda event: f"Oppsigelsen ble trukket. {event.reason}",
    MunicipalityLeft: lambda event: f"Medlemskapet ble avsluttet: {LEAVING_CAUSES[event.cause]}.",
    LeavingDateCorrected: lambda event: (
        f"Rettet sluttdatoen: siste dag var {til_og_med(event.old_left_on)}, "
        f"er {til_og_med(event.left_on)}. {event.reason}"
    ),
    DeadlineNeared: _near,
    DeadlinePassed: _passed,
    ContactAppointed: lambda event: f"Ny kontakt ({_role(event)}).",
    ContactRemoved: lambda event: f"Kontakten ({_role(event)}) er ikke lenger kontakt.",
    ContactErased: lambda _: "En kontaktperson ble slettet.",
}


def _role(event: ContactAppointed | ContactRemoved) -> str:
    return CONTACT_ROLES[event.role].lower()


def _listed(ids: tuple[Any, ...], name_of: NameOf) -> str:
    named = [name_of(one) for one in ids]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} og {named[-1]}"
