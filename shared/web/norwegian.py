"""Norwegian order of words, and search that does not mind accents."""

from __future__ import annotations

import unicodedata

_LAST = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"}
"""Letters that follow z, in this order; their stand-ins follow z in ASCII."""

_FOLDED = str.maketrans(
    {"æ": "ae", "ä": "a", "ø": "o", "ö": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"}
)


def sort_key(text: str) -> tuple[str, str]:
    """A key that sorts æ, ø, å last and other accents as their plain letters."""
    composed = unicodedata.normalize("NFC", text.strip()).casefold()
    letters = (_LAST.get(letter) or _plain(letter).translate(_FOLDED) for letter in composed)
    return "".join(letters), composed


def fold_search(text: str) -> str:
    """`text` as it is searched for: lower case, without accents, single spaces."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(_plain(composed.translate(_FOLDED)).split())


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
