"""What is wrong with a form's field, in Norwegian."""

from __future__ import annotations

import re

_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"Missing data for required field\.|Field may not be null\.", "Må fylles ut."),
        (r"Not a valid (?:integer|number)\.", "Skriv et tall."),
        (r"Not a valid date\.", "Skriv datoen som dd.mm.åååå."),
        (r"Not a valid (?:datetime|aware datetime|naive datetime)\.", "Skriv dato og klokkeslett."),
        (r"Not a valid boolean\.", "Velg ja eller nei."),
        (r"Not a valid (?:string|UUID|list|mapping type)\.", "Verdien kan ikke brukes."),
        (r"Not a valid email address\.", "Skriv en e-postadresse, for eksempel post@example.org."),
        (r"Not a valid URL\.", "Skriv en nettadresse som begynner med https://."),
        (r"Must be one of: (.*)\.", "Velg ett av alternativene."),
        (
            r"Must be greater than or equal to (.+) and less than or equal to (.+)\.",
            r"Må være fra og med \1 til og med \2.",
        ),
        (r"Must be greater than or equal to (\S+)\.", r"Må være minst \1."),
        (r"Must be less than or equal to (.+)\.", r"Kan ikke være mer enn \1."),
        (r"Must be greater than (.+)\.", r"Må være mer enn \1."),
        (r"Must be less than (.+)\.", r"Må være mindre enn \1."),
        (r"Shorter than minimum length 1\.", "Må fylles ut."),
        (r"Shorter than minimum length (\d+)\.", r"Må ha minst \1 tegn."),
        (r"Longer than maximum length (\d+)\.", r"Kan ha høyst \1 tegn."),
        (r"Length must be between (\d+) and (\d+)\.", r"Må ha \1 til \2 tegn."),
        (r"Length must be (\d+)\.", r"Må ha \1 tegn."),
        (r"String does not match expected pattern\.", "Verdien har ikke riktig form."),
        (r"Invalid value\.|Invalid input\.|Invalid input type\.", "Verdien kan ikke brukes."),
        (r"Unknown field\.", "Skjemaet har et ukjent felt. Last siden på nytt."),
    )
)


def in_norwegian(message: str) -> str:
    """`message` as people read it; what is not one of marshmallow's own stands as it is."""
    for pattern, text in _TEXTS:
        match = pattern.fullmatch(message)
        if match is not None:
            return match.expand(text)
    return message
