"""Facts that a decision about a membership needs and that stand elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from services.membership.agreements.queries import agreement_version, agreement_versions
from services.membership.contract import MunicipalityId, NoticeRule
from services.membership.memberships import queries
from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import (
    CorrectJoiningDate,
    EndMembershipBecause,
    Facts,
    FollowSuccessor,
    OtherMembership,
)
from services.membership.municipalities.queries import municipality
from shared.errors import NotFound
from shared.locks import take_turn
from shared.readmodels import Row


class MunicipalityUnknown(NotFound):
    """There is no municipality of that id."""

    code = "municipality-unknown"
    nb = "Kommunen finnes ikke."


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All versions and all ways, read once, from which the facts of any decision follow."""

    versions: Mapping[int, Row]
    ways: Mapping[str, Sequence[Row]]
    ceased: Mapping[str, tuple[date, str]]

    def facts(self, municipality_id: str, version: int) -> Facts:
        """What a decision about this way must know."""
        terms = self.versions[version]
        gone = self.ceased.get(municipality_id)
        others = [row for row in self.ways.get(municipality_id, ()) if row["agreement_version"] != version]
        return Facts(
            host_municipality_id=MunicipalityId(terms["host_municipality_id"]),
            valid_from=terms["valid_from"],
            valid_to=terms["valid_to"],
            notice_rule=NoticeRule(months=terms["notice_months"], takes_effect=terms["notice_takes_effect"]),
            others=tuple(
                OtherMembership(
                    agreement_version=part.agreement_version,
                    start=part.start,
                    end=part.end,
                    gave_way=row["left_because"] == "version_ended" and part.end == row["ends_on"],
                )
                for row in others
                for part in queries.intervals(row)
            ),
            ceased_on=gone[0] if gone else None,
        )


def knowledge(connection: Connection, municipality_id: str | None = None) -> Knowledge:
    """Everything, or all about one municipality."""
    return Knowledge(
        versions={row["agreement_version"]: row for row in agreement_versions(connection)},
        ways=queries.by_municipality(queries.rows(connection, municipality_id)),
        ceased=queries.ceased(connection),
    )


def facts(connection: Connection, municipality_id: str, version: int, today: date) -> Facts:
    """What a decision about one way must know.

    Raises MunicipalityUnknown or AgreementVersionUnknown. Two decisions about one municipality
    wait for each other, since each must see the other's membership.
    """
    take_turn(connection, municipality_id)
    if municipality(connection, municipality_id, today) is None:
        raise MunicipalityUnknown("There is no municipality of that id.")
    agreement_version(connection, version)
    return knowledge(connection, municipality_id).facts(municipality_id, version)


def follow_ups(known: Knowledge, municipality_id: str, today: date) -> list[tuple[str, EndMembershipBecause]]:
    """Memberships that end because a later version has taken over or the municipality is no more."""
    own = [row for row in known.ways.get(municipality_id, ()) if row["joined"] and not row["left"]]
    found = []
    for row in own:
        version = row["agreement_version"]
        later = [
            other["member_from"]
            for other in own
            if other["agreement_version"] > version and other["member_from"] <= today
        ]
        gone_on, cause = known.ceased.get(municipality_id, (None, "version_ended"))
        if later and row["ends_on"] is None:
            left_on, because = min(later), "version_ended"
        elif gone_on is not None and gone_on <= today:
            left_on, because = gone_on, cause
        else:
            continue
        command = EndMembershipBecause(
            municipality_id=MunicipalityId(municipality_id),
            agreement_version=version,
            facts=known.facts(municipality_id, version),
            today=today,
            left_on=left_on,
            cause=because,  # type: ignore[arg-type]  # the column holds what the projection wrote
        )
        found.append((memberships.stream(municipality_id, str(version)), command))
    return found


def moved_ends(known: Knowledge, correction: CorrectJoiningDate) -> list[tuple[str, FollowSuccessor]]:
    """Memberships that ended because the corrected one took over: their end follows its begin."""
    own = known.ways.get(correction.municipality_id, ())
    begun = next(
        (row["member_from"] for row in own if row["agreement_version"] == correction.agreement_version), None
    )
    found = []
    for row in own:
        version = row["agreement_version"]
        if begun is None or row["left_because"] != "version_ended" or row["ends_on"] != begun:
            continue
        command = FollowSuccessor(
            municipality_id=correction.municipality_id,
            agreement_version=version,
            facts=known.facts(correction.municipality_id, version),
            today=correction.today,
            old_left_on=begun,
            left_on=correction.member_from,
            reason=correction.reason.strip(),
        )
        found.append((memberships.stream(correction.municipality_id, str(version)), command))
    return found
