"""The steps that a municipality has taken so far, as lines of a page."""

from __future__ import annotations

from typing import Any

from services.membership.wording import (
    LEAVING_CAUSES,
    RESOLUTION_OUTCOMES,
    SETTLEMENTS,
    SIGNING_METHODS,
    TREATMENT_OUTCOMES,
)
from shared.readmodels import Row
from shared.web.norwegian import dato, til_og_med


def steps(row: Row) -> list[dict[str, Any]]:
    """Date, text and where the documents of each step are filed, the earliest first."""
    found = [
        *_invitation(row),
        *(_treatment(one) for one in row["treatments"]),
        *_resolution(row),
        *_papers(row),
        *_membership(row),
    ]
    return sorted(found, key=lambda step: step["on"])


def _step(on: Any, text: str, *documents: dict[str, Any] | None) -> dict[str, Any]:
    return {"on": str(on), "text": text, "filed": _filed([one for one in documents if one])}


def _filed(documents: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each place in the archive once, with the checksums of what is there."""
    found: dict[str, list[str]] = {}
    for one in documents:
        checksums = found.setdefault(one["journal_ref"] or one["archive_case"], [])
        checksums.extend([one["sha256"]] if one["sha256"] else [])
    return [(place, " ".join(checksums)) for place, checksums in found.items()]


def _invitation(row: Row) -> list[dict[str, Any]]:
    if row["invited_on"] is None:
        return []
    again = f" (runde {row['round']})" if row["round"] > 1 else ""
    return [_step(row["invited_on"], f"Invitert{again}, med svarfrist {dato(row['reply_by'])}")]


def _treatment(one: Row) -> dict[str, Any]:
    outcome = TREATMENT_OUTCOMES[one["outcome"]].lower()
    return _step(one["treated_on"], f"{one['body']}, sak {one['case_number']}: {outcome}", one["document"])


def _resolution(row: Row) -> list[dict[str, Any]]:
    resolution, settled = row["resolution"], row["settled"]
    if resolution is None:
        return []
    outcome = RESOLUTION_OUTCOMES[resolution["outcome"]].lower()
    conditions = "; ".join(resolution["conditions"])
    text = f"{resolution['body']}, sak {resolution['case_number']}: {outcome}"
    found = [
        _step(
            resolution["resolved_on"],
            f"{text} ({conditions})" if conditions else text,
            resolution["document"],
        )
    ]
    if settled is not None:
        found.append(_step(settled["settled_on"], SETTLEMENTS[settled["manner"]]))
    return found


def _papers(row: Row) -> list[dict[str, Any]]:
    signature, papers = row["signature"], row["papers"]
    found = []
    if signature is not None:
        method = SIGNING_METHODS[signature["method"]].lower()
        text = f"Signert av {signature['signatory_role'].lower()}, {method}"
        found.append(_step(signature["signed_on"], text, signature["document"]))
    if papers is not None:
        text = "Signert avtale og kopi av vedtaket mottatt"
        found.append(
            _step(papers["received_on"], text, papers["agreement_document"], papers["resolution_document"])
        )
    return found


def _membership(row: Row) -> list[dict[str, Any]]:
    found, notice, cancelled = [], row["notice"], row["joining_cancelled"]
    if cancelled is not None:
        text = f"Innmeldingen fra {dato(cancelled['old_member_from'])} er trukket: {cancelled['reason']}"
        found.append(_step(cancelled["cancelled_on"], text))
    if row["member_from"] is not None:
        text = "Medlem" if row["joined"] else "Blir medlem"
        found.append(_step(row["member_from"], f"{text}, som vertskommune" if row["host"] else text))
    if notice is not None:
        found.append(
            _step(
                notice["received_on"],
                f"Oppsigelse mottatt, medlem til og med {til_og_med(row['ends_on'])}",
                notice["document"],
            )
        )
    if row["left"]:
        cause = LEAVING_CAUSES[row["left_because"]]
        found.append(_step(row["ends_on"], f"Medlemskapet er avsluttet: {cause}"))
    return found
