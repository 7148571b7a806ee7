"""What the kinds, rules and roles of groups are called on screen, in Norwegian bokmål."""

from __future__ import annotations

from datetime import date

GROUP_KINDS = {
    "steering_group": "Styringsgruppe",
    "leadership": "Leder og koordinatorer",
    "leaders_network": "Ledernettverk",
    "professional_group": "Faggruppe",
    "working_group": "Arbeidsgruppe",
}

DECISION_RULES = {
    "consensus_else_leader": "Enighet, ellers avgjør leder",
    "majority": "Flertall",
    "advisory": "Rådgivende",
}

SEAT_KINDS = {
    "by_office": "Følger av stilling",
    "appointed": "Oppnevnes av kommunen",
    "open": "Påmelding",
}

SEAT_ROLES = {
    "director": "Kommunedirektør",
    "digital_lead": "Digitaliseringsansvarlig",
    "sector_lead": "Sektorleder",
    "specialist": "Fagperson",
    "other": "Annen rolle",
}

CONTACT_ROLES = {
    "director": "Kommunedirektør",
    "digital_lead": "Digitaliseringsansvarlig",
    "invoice": "Fakturamottak",
    "archive": "Arkiv",
    "group": "Kontakt for faggruppe",
}

_MONTHS = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)


def day_in_words(day: date) -> str:
    """The day as it stands in a sentence: 1. januar 2026."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
