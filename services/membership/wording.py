"""What stages, roles, steps and events are called on screen, in Norwegian bokmål."""

from __future__ import annotations

STAGES = {
    "invited": "Invitert",
    "in_treatment": "Til behandling",
    "deferred": "Utsatt",
    "rejected": "Avslått",
    "approved": "Vedtatt",
    "approved_with_conditions": "Vedtatt med vilkår",
    "signed": "Signert",
    "received": "Papirer mottatt",
    "joining_cancelled": "Innmelding trukket",
    "joining": "Innmeldt, trer inn senere",
    "member": "Medlem",
    "notice_given": "Har sagt opp",
    "ended": "Avsluttet",
}

STAGE_COLORS = {
    "deferred": "warning",
    "rejected": "danger",
    "approved_with_conditions": "warning",
    "joining_cancelled": "warning",
    "notice_given": "warning",
    "member": "success",
    "joining": "success",
}

LACKING = {
    "resolution": "vedtak",
    "conditions": "avklaring av vilkår",
    "signature": "signatur",
    "papers": "signert avtale og kopi av vedtaket",
    "joining_date": "innmeldingsdato",
}

STANDINGS = {"member": "Medlem", "former": "Tidligere medlem", "coming": "Kommende medlem"}

TREATMENT_OUTCOMES = {
    "planned": "Planlagt",
    "recommended": "Tilrådd",
    "not_recommended": "Ikke tilrådd",
    "sent_back": "Sendt tilbake",
    "noted": "Tatt til orientering",
}

RESOLUTION_OUTCOMES = {
    "approved": "Vedtatt",
    "approved_with_conditions": "Vedtatt med vilkår",
    "deferred": "Utsatt",
    "rejected": "Avslått",
}

SETTLEMENTS = {"met": "Vilkårene er oppfylt", "accepted_by_host": "Vertskommunen godtar vilkårene"}

SIGNING_METHODS = {"paper": "På papir", "electronic": "Elektronisk"}

LEAVING_CAUSES = {
    "withdrawal": "oppsigelse",
    "version_ended": "ny avtaleversjon tok over",
    "merged": "kommunen ble slått sammen",
    "split": "kommunen ble delt",
}

TAKES_EFFECT = {"any_date": "fra hvilken som helst dag", "year_end": "ved et årsskifte"}

CONTACT_ROLES = {
    "director": "Kommunedirektør",
    "digital_lead": "Digitaliseringsansvarlig",
    "invoice": "Faktura",
    "archive": "Arkiv og postmottak",
    "group": "Kontakt i gruppe",
}

EVENTS = {
    "MunicipalityRegistered": "Kommunen ble registrert",
    "MunicipalityRenumbered": "Nytt kommunenummer",
    "MunicipalityRenamed": "Nye offisielle navn",
    "MunicipalityMerged": "Kommunesammenslåing",
    "MunicipalitySplit": "Kommunedeling",
    "MunicipalityBoundaryAdjusted": "Grensejustering",
    "MunicipalityCorrected": "Opplysning om kommunen ble rettet",
    "PopulationUpdated": "Nytt folketall",
    "AgreementVersionPublished": "Avtaleversjon publisert",
    "AgreementVersionExtended": "Avtaleversjon forlenget",
    "MunicipalityInvited": "Invitert til avtalen",
    "TreatmentRegistered": "Behandling registrert",
    "CouncilResolved": "Vedtak registrert",
    "ResolutionConditionsSettled": "Vilkårene i vedtaket er avklart",
    "ResolutionCorrected": "Vedtaket ble rettet",
    "AgreementSigned": "Avtalen er signert",
    "AgreementReceived": "Avtale og vedtak er mottatt",
    "JoiningDateSet": "Innmeldingsdato er satt",
    "MunicipalityJoined": "Kommunen ble medlem",
    "JoiningDateCorrected": "Innmeldingsdatoen ble rettet",
    "JoiningDateCancelled": "Innmeldingen ble trukket",
    "WithdrawalNoticeReceived": "Oppsigelse mottatt",
    "WithdrawalCancelled": "Oppsigelsen er trukket",
    "MunicipalityLeft": "Medlemskapet er avsluttet",
    "LeavingDateCorrected": "Utmeldingsdatoen ble rettet",
    "DeadlineNeared": "En frist nærmer seg",
    "DeadlinePassed": "En frist er gått ut",
    "ContactAppointed": "Kontakt oppnevnt",
    "ContactRemoved": "Kontakt avsluttet",
    "ContactErased": "Personopplysninger slettet",
}
"""What happened, by the name of the event."""
