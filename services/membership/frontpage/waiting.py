"""What waits for the office in membership, as sentences: overdue, near, missing, vacant, refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.membership.agreements.queries import agreement_versions
from services.membership.contacts.queries import missing_roles
from services.membership.memberships import queries
from services.membership.municipalities import queries as register
from services.membership.wording import CONTACT_ROLES
from shared import refusals
from shared.readmodels import Row
from shared.web import follow_ups
from shared.web.norwegian import dato, sort_key, til_og_med

SOON = 14
"""Days before a deadline from which it stands on the list (assumed)."""

LONG_BEFORE = 180
"""Days before the end of a version from which members without a next one stand there (assumed)."""

_SEVERITIES = ("danger", "warning", "info")

_LACKING = {
    "conditions": ("conditions-open", "vilkårene i vedtaket er ikke avklart", "warning"),
    "signature": ("signature-missing", "vedtaket er gjort, men avtalen er ikke signert", "info"),
    "papers": ("papers-missing", "signert avtale og kopi av vedtaket er ikke mottatt", "warning"),
    "joining_date": ("joining-date-missing", "alt er på plass, og innmeldingsdatoen kan settes", "warning"),
}


def items(connection: Connection, today: date) -> list[dict[str, Any]]:
    """The whole list, the most pressing first, then in Norwegian order."""
    names = {row["municipality_id"]: register.view(row, today).name for row in register.rows(connection)}
    ways = queries.by_municipality(queries.rows(connection))
    found = [
        *(_refused(refusal) for refusal in refusals.unsettled(connection)),
        *(
            item
            for own in ways.values()
            for row in own
            if not queries.moot(row, own, today)
            for item in _on_the_way(row, names, today)
        ),
        *_ending_versions(connection, ways.values(), today),
        *_vacant(connection, names, today),
    ]
    return sorted(found, key=lambda item: (_SEVERITIES.index(item["severity"]), sort_key(item["text"])))


def _on_the_way(row: Row, names: Mapping[str, str], today: date) -> list[dict[str, Any]]:
    name = names.get(row["municipality_id"], "Kommunen")
    left = queries.days_left(row, today)
    if left is not None and left < 0:
        text = f"{name}: svarfristen gikk ut {dato(row['reply_by'])} uten vedtak."
        return [_item("reply-overdue", text, row, row["reply_by"], "danger")]
    if left is not None and left <= SOON:
        text = f"{name}: svarfristen er {dato(row['reply_by'])}."
        return [_item("reply-near", text, row, row["reply_by"], "warning")]
    if queries.awaits_answer(row) or row["resolution"]["outcome"] == "rejected" or row["joining_cancelled"]:
        return []
    lacking = queries.lacking(row, host=row["host"])
    if not lacking:
        return []
    kind, words, severity = _LACKING[lacking[0]]
    since = (row["papers"] or {}).get("received_on") or row["resolution"]["resolved_on"]
    return [_item(kind, f"{name}: {words}.", row, since, severity)]


def _item(kind: str, text: str, row: Row, since: Any, severity: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "text": text,
        "municipality_id": row["municipality_id"],
        "href": f"/membership/kommuner/{row['municipality_id']}",
        "since": str(since),
        "severity": severity,
    }


def _ending_versions(
    connection: Connection, ways: Collection[list[Row]], today: date
) -> list[dict[str, Any]]:
    """Versions that end with members whose membership has no agreement afterwards."""
    found = []
    for version in agreement_versions(connection):
        ends, number = version["valid_to"], version["agreement_version"]
        if ends is None or (ends - today).days > LONG_BEFORE:
            continue
        left = [
            row
            for own in ways
            for row in own
            if row["agreement_version"] == number and row["joined"] and not queries.covered(row, own, ends)
        ]
        if not left:
            continue
        over = ends <= today
        verb = "gjaldt" if over else "gjelder"
        who = "1 medlem" if len(left) == 1 else f"{len(left)} medlemmer"
        found.append(
            {
                "kind": "version-ends",
                "text": f"Versjon {number} {verb} til og med {til_og_med(ends)}; {who} har ingen avtale etter det.",
                "municipality_id": None,
                "href": f"/membership/avtaler/{number}",
                "since": str(ends),
                "severity": "danger" if over else "warning",
            }
        )
    return found


def _vacant(connection: Connection, names: Mapping[str, str], today: date) -> list[dict[str, Any]]:
    members = [
        one.municipality_id
        for one in queries.memberships(queries.rows(connection))
        if one.standing(today) == "member"
    ]
    return [
        {
            "kind": "contact-missing",
            "text": f"{names.get(one, 'Kommunen')} mangler kontakt: "
            f"{', '.join(CONTACT_ROLES[role].lower() for role in roles)}.",
            "municipality_id": one,
            "href": f"/membership/kommuner/{one}/kontakter",
            "since": None,
            "severity": "info",
        }
        for one, roles in missing_roles(connection, members, today).items()
    ]


def _refused(refusal: dict[str, Any]) -> dict[str, Any]:
    about_municipality = refusal["stream"].startswith(("membership-", "municipality-", "contacts-"))
    return {
        "kind": "follow-up-refused",
        "text": f"En automatisk oppfølging ble avvist: {refusal['nb']}",
        "municipality_id": refusal["key"] if about_municipality else None,
        "href": follow_ups.address("membership", refusal),
        "since": refusal["refused_at"],
        "severity": "danger",
    }
