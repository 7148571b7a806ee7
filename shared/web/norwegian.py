"""Numbers, money, dates and the alphabet as people here write and look for them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask import Flask

from shared import clock

NOTHING = "\N{EN DASH}"
_BLANK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_STROKED = str.maketrans({"đ": "d", "ŋ": "n", "ŧ": "t", "ł": "l", "ð": "d", "þ": "th", "ß": "ss"})
_LAST = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})
_SEARCHED = str.maketrans({"æ": "ae", "ø": "o"})
_SEPARATORS = re.compile(r"[\W_]+")

Day = date | str


def kroner(ore: int | None) -> str:
    """An amount in øre: `kr 276 020,00`."""
    if ore is None:
        return NOTHING
    whole, rest = divmod(abs(ore), 100)
    return f"{_MINUS if ore < 0 else ''}kr{_BLANK}{_grouped(whole)},{rest:02d}"


def antall(number: int | None) -> str:
    """A number of things: `25 204`."""
    if number is None:
        return NOTHING
    return f"{_MINUS if number < 0 else ''}{_grouped(abs(number))}"


def dato(day: Day | None) -> str:
    """A date, or the Norwegian date of a moment: `1. januar 2026`."""
    return NOTHING if day is None or day == "" else format_date(_day(day), "d. MMMM y", locale="nb")


def kortdato(day: Day | None) -> str:
    """A date, or the Norwegian date of a moment: `01.01.2026`."""
    return NOTHING if day is None or day == "" else _day(day).strftime("%d.%m.%Y")


def tidspunkt(moment: str | datetime | None) -> str:
    """A moment on Norwegian clocks: `1. januar 2026 kl. 14.05`."""
    if moment is None or moment == "":
        return NOTHING
    instant = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = instant.astimezone(clock.OSLO)
    return f"{dato(local.date())} kl. {local:%H.%M}"


class LastDay(date):
    """The last day of an interval; shown as a long date where no other filter follows."""

    def __str__(self) -> str:
        """The date as `dato` writes it."""
        return dato(date(self.year, self.month, self.day))


def til_og_med(end: Day | None) -> LastDay | str:
    """The last day of a half-open interval that ends before `end`; a dash for an open one."""
    if end is None or end == "":
        return NOTHING
    last = _day(end) - timedelta(days=1)
    return LastDay(last.year, last.month, last.day)


@lru_cache(maxsize=4096)
def sort_key(text: str, *, aa: bool = False) -> tuple[str, str]:
    """The place of `text` in the Norwegian alphabet: æ, ø, å last, Sami letters by their base.

    With `aa`, a double a counts as å, as in older names. Accents only decide between
    words that are otherwise alike.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    if aa:
        folded = folded.replace("aa", "å")
    return _without_accents(folded.translate(_LAST)), folded


def fold_search(text: str) -> str:
    """`text` without case, accents and punctuation: `tromso` finds Tromsø, `gaivuotna` Gáivuotna."""
    folded = _without_accents(text.casefold().translate(_SEARCHED))
    return _SEPARATORS.sub(" ", folded).strip()


def install(app: Flask) -> None:
    """Offer the formats as template filters."""
    for write in (kroner, antall, dato, kortdato, tidspunkt, til_og_med):
        app.jinja_env.filters[write.__name__] = write


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", _BLANK)


def _day(day: Day) -> date:
    if isinstance(day, datetime):
        return day.astimezone(clock.OSLO).date()
    if isinstance(day, date):
        return day
    return date.fromisoformat(day) if len(day) == len("2026-01-01") else clock.day_of(day)


def _without_accents(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.translate(_STROKED))
    return "".join(character for character in parted if not unicodedata.combining(character))
