"""The feed: one sequence, followed by cursors that never lose or repeat, and seen by right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from services.fees import contract as fees
from services.membership import contract as membership
from services.membership.contract import MunicipalityId, MunicipalityInvited, MunicipalityJoined
from services.notifications.feed.domain import (
    KNOWN_TYPES,
    SEEN_OF_OTHERS,
    BadFeedQuestion,
    CursorGone,
    CursorUnknown,
    FeedQuestion,
)
from services.notifications.feed.projection import append
from services.notifications.feed.queries import LogFilter, Page, log_page, page
from services.notifications.feed.schemas import event_types
from services.notifications.feed.tables import feed, feed_head
from services.notifications.feed.wording import label
from shared.cloudevents import UnknownType, encode
from shared.eventstore import Store
from shared.messages import Event, Recorded
from tests.support.examples.notifications import HARSTAD, LYNGEN, as_recorded

JOINED = "no.digitrofi.MunicipalityJoined.v1"
INVITED = "no.digitrofi.MunicipalityInvited.v1"


def joined(about: str = LYNGEN) -> Event:
    return MunicipalityJoined(
        municipality_id=MunicipalityId(about), agreement_version=2, member_from=date(2026, 11, 1)
    )


def invited(about: str = LYNGEN) -> Event:
    return MunicipalityInvited(
        municipality_id=MunicipalityId(about),
        agreement_version=2,
        round=1,
        invited_on=date(2026, 10, 1),
        reply_by=date(2027, 3, 1),
    )


def documents(events: Sequence[Event], first: int = 1) -> list[tuple[Recorded[Any], bytes]]:
    recorded = [as_recorded(event, "membership", number) for number, event in enumerate(events, start=first)]
    return [(each, encode(each, source="https://samvirke.example/membership")) for each in recorded]


def fill(store: Store, *events: Event, first: int = 1) -> list[str]:
    """Append events and return their ids."""
    records = documents(events, first)
    with store.database.writing() as connection:
        append(connection, records)
    return [recorded.event_id for recorded, _ in records]


def look(store: Store, municipality_id: str | None = None, **asked: Any) -> Page:
    with store.reading() as connection:
        return page(connection, FeedQuestion(**asked), municipality_id)


def ids(found: Page) -> list[str]:
    return [json.loads(document)["id"] for document in found.documents]


def test_events_get_positions_without_gaps_in_their_order(store: Store) -> None:
    first = fill(store, invited(), joined())
    second = fill(store, invited(HARSTAD), first=3)

    with store.reading() as connection:
        rows = connection.execute(select(feed.c.position, feed.c.event_id).order_by(feed.c.position)).all()

    assert [tuple(row) for row in rows] == list(enumerate([*first, *second], start=1))


def test_an_event_that_comes_again_keeps_its_place(store: Store) -> None:
    known = fill(store, invited(), joined())
    fill(store, invited(), joined(), joined(HARSTAD))

    assert ids(look(store))[:2] == known
    assert len(ids(look(store))) == 3


def test_an_event_twice_in_one_batch_is_taken_once(store: Store) -> None:
    with store.database.writing() as connection:
        append(connection, documents([joined()]) * 2)

    assert len(look(store).documents) == 1


def test_what_is_rolled_back_leaves_no_gap(store: Store) -> None:
    def fail() -> None:
        with store.database.writing() as connection:
            append(connection, documents([joined()]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    fill(store, joined())

    with store.reading() as connection:
        assert connection.execute(select(feed_head.c.position)).scalar_one() == 1


def test_the_feed_passes_on_the_published_bytes(store: Store) -> None:
    records = documents([joined()])
    with store.database.writing() as connection:
        append(connection, records)

    assert [document.encode() for document in look(store).documents] == [records[0][1]]


def test_a_type_that_we_do_not_know_is_passed_on_too(store: Store) -> None:
    unknown = UnknownType(
        type="no.digitrofi.MunicipalityDreamt.v1",
        event_id="later",
        service="membership",
        key=LYNGEN,
        subject=f"municipality/{LYNGEN}",
        stream="dream-1",
        version=1,
        sequence=1,
        recorded_at="2026-11-02T10:00:00.000000Z",
    )
    with store.database.writing() as connection:
        append(connection, [(unknown, b'{"id":"later"}')])

    assert look(store, types=("no.digitrofi.MunicipalityDreamt.v1",)).documents == ['{"id":"later"}']


def test_a_reader_walks_250_events_in_pages_without_gap_or_repeat(store: Store) -> None:
    known = fill(store, *[joined() for _ in range(250)])
    walked: list[str] = []
    cursor = None
    while (found := look(store, after=cursor)).documents:
        walked += ids(found)
        cursor = found.cursor

    assert walked == known


def test_a_page_that_matched_nothing_still_moves_the_cursor(store: Store) -> None:
    known = fill(store, *[joined() for _ in range(20)])
    found = look(store, types=(INVITED,), limit=5)

    assert found == Page(documents=[], cursor=known[-1])


def test_at_the_end_the_cursor_stays(store: Store) -> None:
    known = fill(store, joined(), joined())

    assert look(store, after=known[-1]) == Page(documents=[], cursor=known[-1])


def test_an_empty_feed_has_no_cursor(store: Store) -> None:
    assert look(store) == Page(documents=[], cursor=None)


def test_backwards_with_limit_one_finds_the_head(store: Store) -> None:
    known = fill(store, *[joined() for _ in range(5)])

    assert ids(look(store, order="desc", limit=1)) == known[-1:]


def test_a_reader_walks_backwards_to_the_beginning(store: Store) -> None:
    known = fill(store, *[joined() for _ in range(5)])
    first = look(store, order="desc", limit=3)
    second = look(store, order="desc", limit=3, after=first.cursor)
    third = look(store, order="desc", limit=3, after=second.cursor)

    assert [*ids(first), *ids(second)] == known[::-1]
    assert third == Page(documents=[], cursor=known[0])


def test_filters_by_type_prefix_and_subject(store: Store) -> None:
    lyngen_invited, harstad_joined = fill(store, invited(), joined(HARSTAD))

    assert ids(look(store, types=(JOINED,))) == [harstad_joined]
    assert ids(look(store, types=(JOINED, INVITED))) == [lyngen_invited, harstad_joined]
    assert ids(look(store, types=("no.digitrofi.*",))) == [lyngen_invited, harstad_joined]
    assert ids(look(store, types=("no.digitrofi.MunicipalityInvited.*",))) == [lyngen_invited]
    assert ids(look(store, subject=f"municipality/{HARSTAD}")) == [harstad_joined]


def test_since_begins_with_the_first_event_recorded_then(store: Store) -> None:
    known = fill(store, joined(), joined(), joined())

    assert ids(look(store, since="2026-11-02T10:00:02.000000Z")) == known[1:]
    assert look(store, since="2026-12-01T00:00:00.000000Z").documents == []


def test_an_unknown_cursor_is_an_error(store: Store) -> None:
    fill(store, joined())

    with pytest.raises(CursorUnknown):
        look(store, after="nobody")


def test_a_cursor_that_is_kept_no_longer_says_where_to_go_on(store: Store) -> None:
    gone, oldest = fill(store, joined(), joined())
    with store.database.writing() as connection:
        connection.execute(update(feed).where(feed.c.event_id == gone).values(document=None))

    with pytest.raises(CursorGone) as raised:
        look(store, after=gone)

    assert raised.value.status == 410
    assert raised.value.details["oldest"] == oldest
    assert ids(look(store)) == [oldest]


@pytest.mark.parametrize(
    "pattern", ["no.digitrofi.Nothing.v1", "org.example.*", "MunicipalityJoined.v1", "*"]
)
def test_a_filter_that_no_type_can_pass_is_an_error(store: Store, pattern: str) -> None:
    fill(store, joined())

    with pytest.raises(BadFeedQuestion):
        look(store, types=(pattern,))


def test_a_municipality_sees_its_own_and_the_membership_of_others(store: Store) -> None:
    own_invited, _, own_joined, others_joined = fill(
        store, invited(), invited(HARSTAD), joined(), joined(HARSTAD)
    )

    assert ids(look(store, LYNGEN)) == [own_invited, own_joined, others_joined]


def test_fees_contacts_and_unfinished_treatment_of_others_are_not_seen() -> None:
    withheld: set[type[Event]] = {
        fees.FeeQuoted, fees.FeeEstimated, fees.FeeProposed, fees.FeeDetermined, fees.FeeDeviationFound,
        fees.FeeDeviationSettled, fees.FeeCorrected, fees.FeeWaived, membership.MunicipalityInvited,
        membership.TreatmentRegistered, membership.CouncilResolved, membership.AgreementSigned,
        membership.AgreementReceived, membership.DeadlineNeared, membership.DeadlinePassed,
        membership.ContactAppointed, membership.ContactRemoved, membership.ContactErased,
        membership.WithdrawalNoticeReceived, membership.WithdrawalCancelled, membership.LeavingDateCorrected,
    }  # fmt: skip

    assert not {f"no.digitrofi.{event.type_name()}" for event in withheld} & SEEN_OF_OTHERS
    assert SEEN_OF_OTHERS < KNOWN_TYPES


def test_the_catalogue_describes_every_type() -> None:
    told = event_types("https://network.example", "http://here:8080")

    assert {one["type"] for one in told} == KNOWN_TYPES
    assert all(one["description"] for one in told)
    assert all(one["example"]["type"] == one["type"] for one in told)


def test_the_log_is_filtered_by_type_municipality_and_norwegian_days(store: Store) -> None:
    fill(store, invited(), joined(HARSTAD), joined())

    def found(**sought: Any) -> list[int]:
        with store.reading() as connection:
            rows, _ = log_page(connection, LogFilter(**sought), None, 1)
        return [row["position"] for row in rows]

    assert found() == [3, 2, 1]
    assert found(type=JOINED) == [3, 2]
    assert found(municipality_id=LYNGEN) == [3, 1]
    assert found(first_day=date(2026, 11, 2), last_day=date(2026, 11, 2)) == [3, 2, 1]
    assert found(last_day=date(2026, 11, 1)) == []
    assert found(first_day=date(2026, 11, 3)) == []


def test_the_log_comes_in_pages_and_says_whether_there_are_more(store: Store) -> None:
    fill(store, *[joined() for _ in range(5)])

    with store.reading() as connection:
        first, more = log_page(connection, LogFilter(), None, 1, size=3)
        rest, further = log_page(connection, LogFilter(), None, 2, size=3)

    assert ([row["position"] for row in first], more) == ([5, 4, 3], True)
    assert ([row["position"] for row in rest], further) == ([2, 1], False)


def test_every_type_has_a_norwegian_name() -> None:
    assert [name for name in sorted(KNOWN_TYPES) if label(name) == name] == []
