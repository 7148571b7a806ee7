"""A notice is raised once, for those it is for, and read by them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.notifications import contract
from services.notifications.notices.domain import (
    NoticeForOthers,
    NoticeUnknown,
    RaiseNotice,
    ReadNotice,
    notices,
)
from services.notifications.notices.projection import on_notice_raised, on_notice_read
from services.notifications.texts.domain import Place, PlaceholderMissing
from services.notifications.texts.queries import newest
from tests.support.examples.notifications import (
    LYNGEN,
    NOTICE,
    TRIGGER,
    as_recorded,
    notice_raised,
    notice_read,
)
from tests.support.given_when_then import Scenario

given = Scenario(notices).given


def raise_it(**changes: Any) -> RaiseNotice:
    facts: dict[str, Any] = {
        "notice_id": NOTICE,
        "trigger_event_id": TRIGGER,
        "trigger_type": "MunicipalityJoined.v1",
        "municipality_id": LYNGEN,
        "audience": "municipality",
        "role": "director",
        "template": newest("joined"),
        "language": "nb",
        "channel": "page",
        "values": {
            "municipality": Place(name="Lyngen", number="5424"),
            "member_from": date(2027, 1, 1),
            "version": "2",
        },
        "href": f"/membership/kommuner/{LYNGEN}",
        "read": False,
    }
    return RaiseNotice(**(facts | changes))


def test_a_notice_is_raised_with_its_text() -> None:
    given().when(raise_it()).then(notice_raised())


def test_a_notice_is_raised_once() -> None:
    given(notice_raised()).when(raise_it()).then_nothing()


def test_a_notice_whose_text_lacks_a_value_is_refused() -> None:
    given().when(raise_it(values={"version": "2"})).then_refused(
        PlaceholderMissing, placeholder="municipality", template="joined"
    )


def test_a_notice_is_in_the_language_that_was_asked_for() -> None:
    text = "Lyngen kommune (5424) er medlem frå 1. januar 2027, etter versjon 2 av samarbeidsavtalen."
    given().when(raise_it(language="nn")).then(
        notice_raised(language="nn", subject="Medlemskapen har teke til", text=text)
    )


def test_a_notice_without_a_translation_is_in_bokmaal_and_says_so() -> None:
    untranslated = msgspec.structs.replace(newest("joined"), en=None)

    given().when(raise_it(template=untranslated, language="en")).then(notice_raised(language_missing="en"))


def test_those_it_is_for_can_read_a_notice() -> None:
    given(notice_raised()).when(ReadNotice(reader="municipality")).then(notice_read())


def test_reading_twice_changes_nothing() -> None:
    given(notice_raised(), notice_read()).when(ReadNotice(reader="municipality")).then_nothing()


def test_what_was_past_when_it_was_loaded_is_read_already() -> None:
    given(notice_raised(read=True)).when(ReadNotice(reader="municipality")).then_nothing()


def test_the_office_cannot_read_for_a_municipality() -> None:
    given(notice_raised()).when(ReadNotice(reader="office")).then_refused(
        NoticeForOthers, audience="municipality"
    )


def test_a_notice_that_does_not_exist_cannot_be_read() -> None:
    given().when(ReadNotice(reader="office")).then_refused(NoticeUnknown)


def test_notices_are_keyed_by_their_municipality() -> None:
    stream = notices.stream(LYNGEN, NOTICE)

    assert notices.key(stream) == LYNGEN
    assert notices.subject(stream) == f"municipality/{LYNGEN}"


def test_a_row_is_unread_until_it_is_read() -> None:
    raised = on_notice_raised(None, as_recorded(notice_raised(), contract.SERVICE, 1))
    read = on_notice_read(raised, as_recorded(notice_read(), contract.SERVICE, 2))

    assert raised["read_at"] is None
    assert read is not None
    assert read["read_at"] == "2026-11-02T10:00:02.000000Z"


def test_the_row_of_a_notice_raised_as_read_is_read() -> None:
    row = on_notice_raised(None, as_recorded(notice_raised(read=True), contract.SERVICE, 1))

    assert row["read_at"] == row["raised_at"]
