"""What each type of event is called on Norwegian pages."""

from __future__ import annotations

from shared.messages import TYPE_PREFIX

_LABELS = {
    "MunicipalityRegistered": "Kommune registrert",
    "MunicipalityRenumbered": "Nytt kommunenummer",
    "MunicipalityRenamed": "Nytt kommunenavn",
    "MunicipalityMerged": "Kommuner slått sammen",
    "MunicipalitySplit": "Kommune delt",
    "MunicipalityBoundaryAdjusted": "Grense justert",
    "MunicipalityCorrected": "Opplysning om kommunen rettet",
    "PopulationUpdated": "Innbyggertall oppdatert",
    "AgreementVersionPublished": "Avtaleversjon utgitt",
    "AgreementVersionExtended": "Avtaleversjon forlenget",
    "MunicipalityInvited": "Kommune invitert",
    "TreatmentRegistered": "Politisk behandling registrert",
    "CouncilResolved": "Vedtak fattet",
    "ResolutionConditionsSettled": "Vilkår i vedtaket avklart",
    "ResolutionCorrected": "Vedtak rettet",
    "AgreementSigned": "Avtale signert",
    "AgreementReceived": "Avtale og vedtak mottatt",
    "JoiningDateSet": "Innmeldingsdato satt",
    "MunicipalityJoined": "Medlemskap begynt",
    "JoiningDateCorrected": "Innmeldingsdato rettet",
    "JoiningDateCancelled": "Innmelding trukket",
    "WithdrawalNoticeReceived": "Oppsigelse mottatt",
    "WithdrawalCancelled": "Oppsigelse trukket",
    "MunicipalityLeft": "Medlemskap avsluttet",
    "LeavingDateCorrected": "Utmeldingsdato rettet",
    "DeadlineNeared": "Frist nærmer seg",
    "DeadlinePassed": "Frist ute",
    "ContactAppointed": "Kontakt oppnevnt",
    "ContactRemoved": "Kontakt fjernet",
    "ContactErased": "Kontakt slettet",
    "FeeScheduleAdopted": "Satser vedtatt",
    "GrantAwarded": "Tilskudd gitt",
    "GrantRevoked": "Tilskudd trukket tilbake",
    "FeeQuoted": "Pris oppgitt",
    "FeeEstimated": "Avgift anslått",
    "FeeProposed": "Avgift foreslått",
    "FeeDetermined": "Avgift fastsatt",
    "FeeDeviationFound": "Avvik i avgiften funnet",
    "FeeDeviationSettled": "Avvik i avgiften avklart",
    "FeeCorrected": "Avgift rettet",
    "FeeWaived": "Avgift ettergitt",
    "GroupEstablished": "Gruppe opprettet",
    "MandateAdopted": "Mandat vedtatt",
    "GroupArchived": "Gruppe avsluttet",
    "GroupCorrected": "Opplysning om gruppen rettet",
    "GroupsChosen": "Faggrupper valgt",
    "SeatOpened": "Plass åpnet",
    "SeatFilled": "Plass besatt",
    "SeatVacated": "Plass ledig",
    "SeatClosed": "Plass lukket",
    "SeatDatesCorrected": "Datoer for plass rettet",
    "SeatTermCorrected": "Periode i plass rettet",
    "NoticeRaised": "Varsel laget",
    "NoticeRead": "Varsel lest",
    "NoticeLanguageChosen": "Språk i varsler valgt",
}


def label(type_name: str) -> str:
    """The Norwegian label of a type (`no.digitrofi.X.v1`); one that we do not know stands as it is."""
    short = type_name.removeprefix(f"{TYPE_PREFIX}.").split(".", 1)[0]
    return _LABELS.get(short, type_name)
