"""Which notices follow from what happened, for whom, and how they are listed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.notifications.consumer import CONSUMERS, FEED
from services.notifications.contract import Language
from services.notifications.languages.domain import ChooseLanguage, languages
from services.notifications.notices.domain import (
    ReadNotice,
    notices,
)
from services.notifications.notices.occasions import OCCASIONS
from services.notifications.notices.policy import is_past
from services.notifications.notices.queries import notices_of, unread_count
from shared import refusals
from shared.eventstore import Store
from shared.messages import Context, Event
from tests.support.examples import fees as of_fees
from tests.support.examples import membership as told
from tests.support.examples.notifications import (
    HARSTAD,
    LYNGEN,
    as_recorded,
)
from tests.support.notices_raised import as_told, lists, seat_opened, take


def choose(store: Store, language: Language) -> None:
    chosen = ChooseLanguage(municipality_id=LYNGEN, language=language)
    store.handle(languages, languages.stream(LYNGEN), chosen, Context(actor="office", correlation_id="test"))


def test_joining_tells_the_office_and_the_municipality_by_name(store: Store) -> None:
    take(store, "notices-membership", *as_told(told.municipality_registered(), told.municipality_joined()))
    found = lists(store)

    assert {(row["audience"], row["role"], row["template"]) for row in found} == {
        ("office", "office", "joined"),
        ("municipality", "director", "joined"),
    }
    assert all(row["text"].startswith("Lyngen kommune (") for row in found)


def test_a_joining_taken_back_is_told_with_both_dates(store: Store) -> None:
    take(store, "notices-membership", *as_told(told.municipality_registered(), told.joining_date_cancelled()))
    found = lists(store)

    assert {(row["audience"], row["role"]) for row in found} == {
        ("office", "office"),
        ("municipality", "director"),
    }
    assert "1. september 2023" in found[0]["text"]
    assert "trukket 1. juni 2023" in found[0]["text"]


def test_a_version_that_is_replaced_by_the_next_ends_no_membership(store: Store) -> None:
    day = date(2026, 1, 1)
    replaced = told.municipality_left(agreement_version=1, left_on=day, cause="version_ended")
    take(
        store,
        "notices-membership",
        *as_told(told.municipality_joined(agreement_version=2, member_from=day), replaced),
    )

    assert {row["template"] for row in lists(store)} == {"joined"}


@pytest.mark.parametrize("cause", ["withdrawal", "merged", "split"])
def test_a_membership_that_ends_is_told_of_whatever_the_cause(store: Store, cause: Any) -> None:
    take(store, "notices-membership", *as_told(told.municipality_left(cause=cause)))

    assert {row["audience"] for row in lists(store)} == {"office", "municipality"}
    assert {row["template"] for row in lists(store)} == {"left"}


def test_a_municipality_is_told_in_its_own_language_from_its_choice_on(store: Store) -> None:
    take(store, "notices-membership", *as_told(told.municipality_registered(), told.municipality_invited()))
    choose(store, "nn")
    joined = (told.municipality_joined(), told.municipality_joined(municipality_id=HARSTAD))
    later = [as_recorded(event, "membership", number) for number, event in enumerate(joined, start=3)]
    take(store, "notices-membership", *later)
    languages_of = {
        (row["template"], row["municipality_id"], row["audience"]): row["language"] for row in lists(store)
    }

    assert languages_of == {
        ("invited", LYNGEN, "office"): "nb",
        ("invited", LYNGEN, "municipality"): "nb",
        ("joined", LYNGEN, "office"): "nb",
        ("joined", LYNGEN, "municipality"): "nn",
        ("joined", HARSTAD, "office"): "nb",
        ("joined", HARSTAD, "municipality"): "nb",
    }


def test_the_same_event_again_raises_nothing_new(store: Store) -> None:
    joined = as_told(told.municipality_joined())
    take(store, "notices-membership", *joined)
    take(store, "notices-membership", *joined)

    assert len(lists(store)) == 2


def test_two_events_of_one_kind_raise_a_notice_each(store: Store) -> None:
    take(store, "notices-membership", *as_told(told.deadline_neared(), told.deadline_neared()))

    assert len(lists(store, audience="office")) == 2


def test_example_events_about_the_past_are_raised_as_read_and_flagged(store: Store) -> None:
    past = told.municipality_joined(member_from=date(2023, 1, 1))
    ahead = told.municipality_invited(invited_on=date(2026, 11, 2))
    take(store, "notices-membership", *as_told(past, ahead, example=True))

    found = {row["template"]: row for row in lists(store, audience="office")}

    assert found["joined"]["read_at"] is not None
    assert found["invited"]["read_at"] is None
    assert all(row["example"] for row in found.values())


def test_real_events_about_the_past_are_unread(store: Store) -> None:
    take(store, "notices-membership", *as_told(told.municipality_joined(member_from=date(2023, 1, 1))))

    with store.reading() as connection:
        assert unread_count(connection, "office") == 1


def test_lists_are_filtered_by_municipality_and_by_unread(store: Store) -> None:
    take(
        store,
        "notices-membership",
        *as_told(told.municipality_joined(), told.municipality_joined(municipality_id=HARSTAD)),
    )
    own = lists(store, audience="municipality", municipality_id=LYNGEN)[0]
    store.handle(
        notices,
        notices.stream(LYNGEN, own["notice_id"]),
        ReadNotice(reader="municipality"),
        Context(actor="office", correlation_id="test"),
    )

    assert lists(store, audience="municipality", municipality_id=LYNGEN, unread=True) == []
    assert len(lists(store, audience="municipality", unread=True)) == 1
    assert len(lists(store, audience="municipality", municipality_id=LYNGEN, unread=False)) == 1


def test_pages_of_the_list_follow_each_other(store: Store) -> None:
    take(store, "notices-membership", *as_told(*[told.deadline_neared() for _ in range(5)]))
    first = lists(store, audience="office", limit=3)
    last = first[-1]
    second = lists(store, audience="office", limit=3, before=(last["raised_at"], last["notice_id"]))

    assert len({row["notice_id"] for row in [*first, *second]}) == 5


def test_every_event_of_every_contract_is_handled_or_ignored_and_never_both() -> None:
    for consumer in CONSUMERS:
        assert consumer.handled() | set(consumer.ignores) == set(consumer.events), consumer.name
        assert not consumer.handled() & set(consumer.ignores), consumer.name


def test_the_feed_takes_in_all_four_services() -> None:
    assert {consumer.service for consumer in FEED} == {"membership", "fees", "groups", "notifications"}


def test_every_occasion_can_be_told(store: Store) -> None:
    examples: list[tuple[str, Event]] = [
        ("membership", told.municipality_invited()),
        ("membership", told.deadline_neared(rule="reply")),
        ("membership", told.deadline_neared(rule="expiry")),
        ("membership", told.deadline_passed(rule="reply")),
        ("membership", told.deadline_passed(rule="expiry")),
        ("membership", told.agreement_signed()),
        ("membership", told.joining_date_cancelled()),
        ("membership", told.municipality_joined()),
        ("membership", told.withdrawal_notice_received()),
        ("membership", told.withdrawal_cancelled()),
        ("membership", told.municipality_left()),
        ("fees", of_fees.fee_estimated()),
        ("fees", of_fees.fee_proposed()),
        ("fees", of_fees.fee_determined()),
        ("fees", of_fees.fee_deviation_found()),
        ("fees", of_fees.fee_corrected()),
        ("groups", seat_opened()),
    ]
    for number, (service, event) in enumerate(examples, start=1):
        take(store, f"notices-{service}", as_recorded(event, service, number))
    with store.reading() as connection:
        found = notices_of(connection, limit=1000)
        refused = refusals.unsettled(connection)

    assert refused == []
    assert {row["template"] for row in found} == {occasion.template for occasion in OCCASIONS}
    assert all("{" not in row["text"] for row in found)


def test_determination_is_asked_of_the_office_alone(store: Store) -> None:
    take(store, "notices-fees", as_recorded(of_fees.fee_proposed(), "fees", 1))

    assert [row["audience"] for row in lists(store)] == ["office"]


@pytest.mark.parametrize(("year", "past"), [(2025, True), (2026, True), (2027, False)])
def test_a_fee_is_about_its_year(year: int, past: bool) -> None:
    occasion = next(one for one in OCCASIONS if one.template == "fee-estimated")
    estimated = as_recorded(of_fees.fee_estimated(year=year), "fees", 1, example=True)

    assert is_past(occasion, estimated) is past
