"""Names of contact persons, fetched from membership while a page is shown and never kept here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.groups.wording import CONTACT_ROLES
from shared.web.neighbours import ask
from shared.web.norwegian import sort_key

AT_ONCE = 100
"""So many ids fit into a request line of 4 kB, which every server takes."""


def names_of(contact_ids: Iterable[str]) -> dict[str, str]:
    """The names that membership gives for these contacts; without an answer, none.

    Whoever shows them falls back on the role, also for the erased, who have no name.
    """
    wanted = sorted(set(contact_ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        answer = ask(f"/membership/v1/contacts?ids={','.join(wanted[start : start + AT_ONCE])}")
        if answer is None:
            break  # asking a silent neighbour again would only make the page slow
        found |= _named(answer)
    return found


def contacts_of(municipality_id: str) -> list[tuple[str, str]] | None:
    """The municipality's contacts as (id, name), to choose among; None when membership is silent.

    A contact without a name of its own stands by its role.
    """
    answer = ask(f"/membership/v1/municipalities/{municipality_id}/contacts")
    if answer is None:
        return None
    found = {
        item["contact_id"]: item.get("name") or CONTACT_ROLES.get(str(item.get("role")), "Kontakt")
        for item in _items(answer)
        if not item.get("erased")
    }
    return sorted(found.items(), key=lambda contact: sort_key(contact[1]))


def _named(answer: Any) -> dict[str, str]:
    return {item["contact_id"]: item["name"] for item in _items(answer) if item.get("name")}


def _items(answer: Any) -> list[dict[str, Any]]:
    return [*answer["items"], *answer.get("upcoming", [])]
