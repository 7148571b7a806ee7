"""What may be asked of the feed, and who may see what (I-03, I-04, decision 16)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications import contract as notifications
from shared.errors import RequestError
from shared.messages import TYPE_PREFIX, Event

CONTRACTS: tuple[tuple[str, tuple[type[Event], ...]], ...] = (
    (membership.SERVICE, membership.EVENTS),
    (fees.SERVICE, fees.EVENTS),
    (groups.SERVICE, groups.EVENTS),
    (notifications.SERVICE, notifications.EVENTS),
)

PUBLISHED: Mapping[str, Path] = {
    contract.SERVICE: contract.PUBLISHED for contract in (membership, fees, groups, notifications)
}
"""Where each service keeps what is frozen of its events."""

KNOWN_TYPES = frozenset(
    f"{TYPE_PREFIX}.{event.type_name()}" for _, events in CONTRACTS for event in events
)  # fmt: skip

SEEN_OF_OTHERS = frozenset(
    f"{TYPE_PREFIX}.{event.type_name()}"
    for event in (
        membership.MunicipalityRegistered,
        membership.MunicipalityRenumbered,
        membership.MunicipalityRenamed,
        membership.MunicipalityMerged,
        membership.MunicipalitySplit,
        membership.MunicipalityBoundaryAdjusted,
        membership.MunicipalityCorrected,
        membership.PopulationUpdated,
        membership.AgreementVersionPublished,
        membership.AgreementVersionExtended,
        membership.JoiningDateSet,
        membership.MunicipalityJoined,
        membership.JoiningDateCorrected,
        membership.JoiningDateCancelled,
        membership.MunicipalityLeft,
        fees.FeeScheduleAdopted,
        fees.GrantAwarded,
        fees.GrantRevoked,
        groups.GroupEstablished,
        groups.MandateAdopted,
        groups.GroupArchived,
        groups.GroupCorrected,
        groups.SeatOpened,
        groups.SeatFilled,
        groups.SeatVacated,
        groups.SeatClosed,
        groups.SeatDatesCorrected,
        groups.SeatTermCorrected,
    )
)
"""What a municipality sees although it is not about itself: identity, membership, agreements, rosters, rates."""

DEFAULT_LIMIT, MAXIMUM_LIMIT, MAXIMUM_TIMEOUT = 100, 1000, 30_000

Order = Literal["asc", "desc"]


class BadFeedQuestion(RequestError):
    """The question has not the form that the feed's description gives."""

    code = "bad-feed-question"
    nb = "Spørringen mot hendelsesstrømmen kan ikke brukes."


class CursorUnknown(RequestError):
    """There is no such event in the feed; starting anew silently would repeat years of events."""

    code = "unknown-cursor"
    nb = "Ukjent hendelse i «after»."


class CursorGone(RequestError):
    """The event was in the feed but is kept no longer; `details["oldest"]` is where to go on."""

    code = "cursor-gone"
    status = 410
    nb = "Hendelsen i «after» er ikke lenger i strømmen."


@dataclass(frozen=True, kw_only=True)
class FeedQuestion:
    """One page asked for. `types` are full names or `prefix.*`; `timeout` is in milliseconds."""

    after: str | None = None
    limit: int = DEFAULT_LIMIT
    types: tuple[str, ...] = ()
    subject: str | None = None
    since: str | None = None
    order: Order = "asc"
    timeout: int = 0

    def next_address(self, path: str, cursor: str | None) -> str:
        """Where the next page is found: the same question after `cursor`."""
        following = self if cursor is None else replace(self, after=cursor, since=None)
        pairs = [("after", following.after), ("since", following.since), ("subject", self.subject)]
        pairs += [("type", name) for name in self.types]
        pairs += [("limit", str(self.limit)), ("order", self.order), ("timeout", str(self.timeout))]
        return f"{path}?{urlencode([pair for pair in pairs if pair[1] is not None])}"


def ask(arguments: Mapping[str, Sequence[str]]) -> FeedQuestion:
    """The question in query parameters; raises BadFeedQuestion naming the parameter that is wrong."""
    for name, values in arguments.items():
        if "" in values:
            raise BadFeedQuestion(f"The parameter {name} is empty.", parameter=name)
    single = {name: values[0] for name, values in arguments.items() if name != "type"}
    if "after" in single and "lastEventId" in single:
        raise BadFeedQuestion("Give either after or lastEventId.", parameter="lastEventId")
    after = single.get("after", single.get("lastEventId"))
    order = single.get("order", "asc")
    if order not in ("asc", "desc"):
        raise BadFeedQuestion("The order is asc or desc.", parameter="order")
    if "since" in single and (after is not None or order == "desc"):
        raise BadFeedQuestion("since goes neither with after nor with order=desc.", parameter="since")
    return FeedQuestion(
        after=after,
        limit=_number(single, "limit", DEFAULT_LIMIT, 1, MAXIMUM_LIMIT),
        types=tuple(arguments.get("type", ())),
        subject=single.get("subject"),
        since=_moment(single["since"]) if "since" in single else None,
        order="desc" if order == "desc" else "asc",
        timeout=_number(single, "timeout", 0, 0, MAXIMUM_TIMEOUT),
    )


def matches(pattern: str, type_name: str) -> bool:
    """Whether a type is meant by an exact name or by `prefix.*`."""
    return type_name.startswith(pattern[:-1]) if pattern.endswith(".*") else type_name == pattern


def check_types(types: Sequence[str], known: frozenset[str]) -> None:
    """Raise BadFeedQuestion for a filter that no known type can ever pass."""
    for pattern in types:
        if not any(matches(pattern, name) for name in known):
            raise BadFeedQuestion(f"No event has the type {pattern}.", parameter="type", type=pattern)


def _number(given: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
        raise BadFeedQuestion(f"{name} is a number from {lowest} to {highest}.", parameter=name)
    return int(text)


def _moment(text: str) -> str:
    try:
        # An unescaped plus sign arrives as a space.
        instant = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise BadFeedQuestion("since is a moment as RFC 3339 writes it.", parameter="since") from error
    if instant.tzinfo is None:
        raise BadFeedQuestion("since needs an offset or Z.", parameter="since")
    try:
        # Not strftime, which writes the years before 1000 without their zeros.
        return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError as error:
        raise BadFeedQuestion("since lies outside of all years.", parameter="since") from error
