"""Reads the forms of a page, and makes values for their fields that nobody who fills in a form would mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes

from tests.support.hostile import DATES

OWN = ("csrf_token", "once", "if_match")
Pairs = Sequence[tuple[str, Any]]
PREVIEW, SIGN_OUT = "/forhandsvisning", "/logg-ut"
NUL, HALF_A_SURROGATE, NO_UTF_8 = "a\0b", b"a\xed\xa0\x80b", b"\xff"
CHOICES = ("select", "radio", "checkboxes")

_ODD_DATES = ("0001-01-01", "9999-12-31", "20260101", "2026-W53-7")
_NO_DATES = tuple(one for one in DATES if one not in _ODD_DATES)
_NO_NUMBERS = ("NaN", "²", "1e5", "1.5", "1" * 5000, "9" * 25)
_NO_CHOICES = ("x" * 300, "\u202e", "9" * 20)
_TOO_LONG = ("x" * 2_001,)
_FAR_TOO_LONG = ("x" * 20_001,)
_ODD_NUMBERS = ("0", "-1", "2147483648", "9223372036854775808")
_ODD_TEXTS = ("\u202e", "'\"<&;--", "{}", "æ" * 150, HALF_A_SURROGATE, NO_UTF_8, "0", "-1", "9" * 25)
_FILLED = {
    "number": "5599",
    "organisation_number": "974760673",
    "inhabitants": "100",
    "date": "2026-02-01",
    "email": "post@example.org",
}


@dataclass
class Field:
    """One field by its name; `values` is what stands in it or may be chosen."""

    name: str
    kind: str
    required: bool
    values: list[str] = field(default_factory=list)

    def filled(self) -> str | None:
        """What somebody would send: what stands there already, else something of its kind."""
        if self.kind in CHOICES:
            return next((value for value in self.values if value), None)
        if self.values and self.values[0]:
            return self.values[0]
        if not self.required and self.name not in _FILLED:
            return None
        return _FILLED.get(self.name, _FILLED.get(self.kind, "1" if self.kind == "number" else "Tekst"))

    def wrong(self, turn: int) -> str:
        """Something that can be no value of this field; with every `turn` another one."""
        match self.kind:
            case "date":
                values = _NO_DATES
            case "number":
                values = _NO_NUMBERS
            case "select" | "radio" | "checkbox" | "checkboxes":
                values = _NO_CHOICES
            case "textarea":
                values = _FAR_TOO_LONG
            case _:
                values = _TOO_LONG
        return values[turn % len(values)]


@dataclass
class Form:
    """A form: where it goes, and its fields."""

    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)

    def filled(self) -> dict[str, Any]:
        """The form as somebody would send it."""
        typed = {name: one.filled() for name, one in self.fields.items()}
        return self.hidden | {name: value for name, value in typed.items() if value is not None}


def forms_of(page: str, address: str) -> list[Form]:
    """The forms of a page that change something, or show what they would; not the one that signs out."""
    reader = _Reader(address)
    reader.feed(page)
    return [
        form
        for form in reader.forms
        if (form.method == "post" or form.action.endswith(PREVIEW)) and not form.action.endswith(SIGN_OUT)
    ]


def errors_beside(page: str) -> set[str]:
    """The names of the fields that something stands beside."""
    return set(re.findall(r'class="ds-validation-message" id="felt-([^"]+)-feil"', page))


def wrong_attempts(form: Form, turns: Iterator[int]) -> Iterator[tuple[set[str], Pairs]]:
    """The form with nothing in it, and with all of its fields as they surely cannot be.

    With each goes which fields something must be said beside. `turns` goes on from form to form,
    so that all values have their turn though a field gets few.
    """
    kept = list(form.hidden.items())
    shown = {name: one for name, one in form.fields.items() if one.kind != "hidden"}
    required = {name for name, one in shown.items() if one.required}
    if required:
        yield required, kept
    if shown:
        yield set(shown), [*kept, *((name, one.wrong(next(turns))) for name, one in shown.items())]
    for name in form.hidden.keys() & form.fields.keys():
        yield set(), wrong_alone(form, name, next(turns))


def wrong_alone(form: Form, name: str, turn: int) -> Pairs:
    """The form as somebody would send it, but for one field."""
    return [*_without(form, name), (name, form.fields[name].wrong(turn))]


def odd_attempts(form: Form, turns: Iterator[int]) -> Iterator[Pairs]:
    """The form with what nobody expects, some of which may be taken.

    Dates and numbers one after the other, since rules reckon with them; all texts at once.
    """
    texts: dict[str, Any] = {}
    for name, one in form.fields.items():
        turn = next(turns)
        if one.kind in ("date", "number"):
            values = _ODD_DATES if one.kind == "date" else _ODD_NUMBERS
            yield [*_without(form, name), (name, values[turn % len(values)])]
        elif one.kind in ("text", "textarea", "email"):
            texts[name] = _ODD_TEXTS[turn % len(_ODD_TEXTS)]
    yield list((form.filled() | texts).items())
    first, turn = next(iter(form.fields), "unknown"), next(turns)
    twice = [*form.filled().items(), (first, "x"), (first, "y")]
    yield (twice, [*_without(form, first), (first, NUL)], [*form.filled().items(), ("unknown", "x")])[
        turn % 3
    ]


def encoded(pairs: Pairs) -> bytes:
    """The pairs as a browser would write them; bytes go as they are, so that they need not be UTF-8."""
    written = (
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(value if isinstance(value, bytes) else value.encode())}"
        for name, value in pairs
    )
    return "&".join(written).encode()


def _without(form: Form, name: str) -> list[tuple[str, Any]]:
    return [(other, value) for other, value in form.filled().items() if other != name]


class _Reader(HTMLParser):
    """Collects what the browser would know of the forms."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._form: Form | None = None
        self._open: Field | None = None
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action") or self._address, given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option" and self._open is not None:
            self._open.values.append(given.get("value", ""))
        elif tag in ("input", "select", "textarea") and given.get("name"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in ("select", "textarea"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea" and data.strip():
            self._open.values.append(data.strip())

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = given["name"], given.get("type", "text") if tag == "input" else tag
        if kind == "hidden":
            self._form.hidden[name] = given.get("value", "")
        if name in OWN:
            return
        one = self._form.fields.get(name)
        if one is None:
            one = Field(name, kind, given.get("aria-required") == "true")
            self._form.fields[name] = one
        elif kind == "checkbox":
            one.kind = "checkboxes"
        self._open = one if tag in ("select", "textarea") else None
        if tag == "input" and kind != "checkbox":
            one.values.append(given.get("value", ""))
