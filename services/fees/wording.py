"""What the pages call things, in Norwegian bokmål."""

from __future__ import annotations

STATUS = {
    "quoted": "pristilbud",
    "estimated": "anslag",
    "proposed": "klar til fastsetting",
    "determined": "fastsatt",
    "not_liable": "ikke avgiftspliktig",
}
"""How far a fee has come."""

STAGES = {
    "quote": "Pristilbud",
    "estimate": "Anslag",
    "proposal": "Forslag",
    "determination": "Fastsatt",
}
"""What was said of a fee, in the order in which it is said."""

CHANGED = {
    "liability": "avgiftsplikt",
    "membership": "medlemskap",
    "population": "folketall",
    "schedule": "satser",
    "grant": "tilskudd",
}
"""What may change after a determination."""

OUTCOMES = {"corrected": "rettet", "left": "står", "vanished": "falt bort"}
"""How a deviation was dealt with."""

CAUSES = {
    "schedule-missing": "det finnes ingen satser for året",
    "population-figure-missing": "folketallet per 1. januar mangler",
    "year-not-begun": "året har ikke begynt",
}
"""Why a member's fee cannot be determined."""

PRORATIONS = {
    "none": "Ingen avkorting: en del av året koster som hele året",
    "monthly": "Månedsvis: påbegynte måneder av 12",
    "daily": "Dagvis: dager av 365 eller 366",
}
"""How a part of a year counts."""

ASSUMED = {
    "amount_per_member": "beløp per medlem",
    "host_pays": "vertskommunens plikt til å betale",
    "proration": "avkorting for en del av et år",
    "rates": "videreførte satser",
    "grant": "tilskudd",
}
"""Names of assumptions that networks have made so far; others are shown by their own name."""


def assumed(names: list[str] | tuple[str, ...]) -> list[str]:
    """The assumptions in words."""
    return [ASSUMED.get(name, name) for name in names]
