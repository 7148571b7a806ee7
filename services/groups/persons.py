"""Names of contact persons, fetched from membership while a page is shown and never kept here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.web.neighbours import ask


def names_of(contact_ids: Iterable[str]) -> dict[str, str]:
    """The names that membership gives for these contacts; without an answer, none.

    Whoever shows them falls back on the role, also for the erased, who have no name.
    """
    wanted = sorted(set(contact_ids))
    if not wanted:
        return {}
    return _named(ask(f"/membership/v1/contacts?ids={','.join(wanted)}"))


def contacts_of(municipality_id: str) -> list[tuple[str, str]] | None:
    """The municipality's contacts as (id, name), to choose among; None when membership is silent."""
    answer = ask(f"/membership/v1/municipalities/{municipality_id}/contacts")
    return None if answer is None else sorted(_named(answer).items(), key=lambda contact: contact[1])


def _named(answer: Any) -> dict[str, str]:
    items = answer.get("items", []) if isinstance(answer, dict) else answer or []
    return {item["contact_id"]: item["name"] for item in items if item.get("name")}
