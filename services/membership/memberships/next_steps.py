"""Which steps a way is open for, the next one first; the rules have the last word."""

from __future__ import annotations

from datetime import date

from services.membership.memberships import queries
from shared.readmodels import Row

OWN_STEPS = ("treatments", "resolution", "resolution-correction", "signature")
"""What a municipality records itself (decision 16); the rest is the office's."""

_NEXT = {
    "resolution": "resolution",
    "conditions": "conditions-settlement",
    "signature": "signature",
    "papers": "receipt",
    "joining_date": "joining-date",
}


def open_steps(row: Row | None, today: date, *, host: bool, office: bool) -> list[str]:
    """The steps that make sense now for the office, or for the municipality itself."""
    if row is None or (row["round"] == 0 and not host):
        steps = ["resolution"] if host else ["invitation"]
    elif row["member_from"] is not None:
        steps = _of_member(row, today, host=host)
    else:
        steps = _of_candidate(row, today, host=host)
    return [step for step in steps if office or step in OWN_STEPS]


def _of_member(row: Row, today: date, *, host: bool) -> list[str]:
    ended = row["left"] and row["ends_on"] is not None and row["ends_on"] <= today
    if ended:
        return [*([] if host else ["invitation"]), "leaving-date-correction"]
    if row["notice"]:
        return ["withdrawal-cancellation", "leaving-date-correction", "joining-date-correction"]
    if not row["joined"] and row["member_from"] > today:
        return ["joining-date-correction", "joining-date-cancellation", "resolution-correction"]
    leave = ["withdrawal"] if row["joined"] else []
    return ["joining-date-correction", *leave, "resolution-correction"]


def _of_candidate(row: Row, today: date, *, host: bool) -> list[str]:
    missing = queries.lacking(row, host=host)
    rejected = row["resolution"] is not None and row["resolution"]["outcome"] == "rejected"
    silent = queries.awaits_answer(row) and row["reply_by"] is not None and row["reply_by"] < today
    if rejected and not host:
        return ["invitation", "resolution-correction"]
    steps = [_NEXT[missing[0]]]
    if missing[0] == "conditions" and "signature" in missing:
        steps.append("signature")
    if queries.awaits_answer(row):
        steps.append("treatments")
    if missing[0] == "resolution" and "signature" in missing:
        # Whoever comes with the paper too early is told by the rule what is missing.
        steps.append("signature")
    if row["resolution"]:
        steps.append("resolution-correction")
    if (silent or row["joining_cancelled"]) and not host:
        steps.append("invitation")
    return steps
