"""Seats follow what membership tells, through the consumers and the store."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.groups.choices.domain import MunicipalityNotInvited
from services.groups.contract import GroupArchived, GroupCorrected
from services.groups.groups.domain import EstablishGroup, groups
from services.membership.contract import (
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityLeft,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from shared.messages import Context
from tests.support.examples.groups import (
    LEADER,
    LEADERS,
    LOPPA,
    leaders_network,
    professional_group,
)
from tests.support.loppas_seats import JOINED, LEFT, TODAY, appointment, invited, joined, of_loppa, sign_up


def left(on: date = LEFT) -> MunicipalityLeft:
    return MunicipalityLeft(
        municipality_id=LOPPA,  # type: ignore[arg-type]
        agreement_version=1,
        left_on=on,
        cause="version_ended",
    )


def test_a_municipality_that_joins_has_its_seats_vacant(member: Any) -> None:
    seats = member.seats(LOPPA, TODAY)

    assert [(seat["group_id"], seat["seat"], seat["vacant"]) for seat in seats] == [
        (LEADERS, 1, True),
        (LEADERS, 2, True),
    ]
    assert member.seats(LOPPA, date(2026, 5, 31)) == []


def test_a_version_that_follows_at_once_changes_nothing_when_its_date_was_set(member: Any) -> None:
    member.appoint(appointment())
    before = member.events()
    member.told(_set_version_two(), left(), joined(2, LEFT))

    assert member.events() == before
    assert member.seats(LOPPA, date(2028, 1, 1))[0]["member"]["contact_id"] == LEADER


def _set_version_two() -> JoiningDateSet:
    return JoiningDateSet(
        municipality_id=LOPPA,  # type: ignore[arg-type]
        agreement_version=2,
        member_from=LEFT,
    )


def test_a_version_that_follows_at_once_unannounced_brings_the_same_people_back(member: Any) -> None:
    member.appoint(appointment())
    member.told(left(), joined(2, LEFT))

    assert member.seats(LOPPA, date(2028, 1, 1))[0]["member"]["contact_id"] == LEADER
    assert len(member.seats(LOPPA, date(2028, 1, 1))) == 2


def test_a_municipality_that_leaves_has_no_seats_and_nobody_sitting(member: Any) -> None:
    member.appoint(appointment())
    member.told(left())

    assert member.seats(LOPPA, LEFT) == []
    assert member.seats(LOPPA, date(2026, 12, 31))[0]["member"]["valid_to"] == LEFT


def test_a_municipality_that_comes_back_gets_new_seats_and_keeps_those_of_its_earlier_membership(
    member: Any,
) -> None:
    back = date(2027, 6, 1)
    member.appoint(appointment())
    member.told(left(), invited(2), joined(member_from=back))

    assert [seat["vacant"] for seat in member.seats(LOPPA, back)] == [True, True]
    assert member.seats(LOPPA, LEFT) == []
    assert [seat["vacant"] for seat in member.seats(LOPPA, date(2026, 12, 31))] == [False, True]


def test_a_notice_of_withdrawal_ends_nothing_and_its_cancellation_neither(member: Any) -> None:
    member.appoint(appointment())
    before = member.events()
    notice = of_loppa(
        WithdrawalNoticeReceived, received_on=TODAY, computed_ends_on=LEFT, ends_on=LEFT, reason=None
    )
    member.told(notice, of_loppa(WithdrawalCancelled, cancelled_on=TODAY, reason="Omgjort"))

    assert member.events() == before


def test_a_corrected_joining_date_moves_the_seats(member: Any) -> None:
    member.told(
        of_loppa(
            JoiningDateCorrected, old_member_from=JOINED, member_from=date(2026, 8, 1), reason="Feil i brevet"
        )
    )

    assert member.seats(LOPPA, date(2026, 7, 31)) == []
    assert len(member.seats(LOPPA, date(2026, 8, 1))) == 2


def _taken_back(version: int, joining_on: date) -> JoiningDateCancelled:
    return JoiningDateCancelled(
        municipality_id=LOPPA,  # type: ignore[arg-type]
        agreement_version=version,
        old_member_from=joining_on,
        cancelled_on=TODAY,
        reason="Omgjort",
    )


def test_seats_end_where_the_version_that_was_to_follow_is_taken_back(member: Any) -> None:
    member.appoint(appointment())
    member.told(_set_version_two(), left())
    assert len(member.seats(LOPPA, LEFT)) == 2
    member.told(_taken_back(2, LEFT))

    assert member.seats(LOPPA, LEFT) == []
    assert member.seats(LOPPA, date(2026, 12, 31))[0]["member"]["valid_to"] == LEFT


def test_who_does_not_join_after_all_is_not_on_its_way_until_a_new_date_is_set(stage: Any) -> None:
    stage.happened(professional_group())
    stage.told(invited(), of_loppa(JoiningDateSet, member_from=LEFT), _taken_back(1, LEFT))

    with pytest.raises(MunicipalityNotInvited):
        sign_up(stage, TODAY)
    stage.told(of_loppa(JoiningDateSet, member_from=LEFT))
    sign_up(stage, TODAY)


def test_a_corrected_leaving_date_moves_seats_and_terms(member: Any) -> None:
    member.appoint(appointment())
    member.told(left())
    member.told(of_loppa(LeavingDateCorrected, old_left_on=LEFT, left_on=date(2027, 7, 1), reason="Feil"))

    assert member.seats(LOPPA, date(2027, 6, 30))[0]["member"]["contact_id"] == LEADER
    assert member.seats(LOPPA, date(2027, 7, 1)) == []


def _taken_over(on: date) -> tuple[LeavingDateCorrected, JoiningDateCorrected]:
    """Where version 1 ends and version 2 begins, corrected."""
    end = of_loppa(LeavingDateCorrected, old_left_on=LEFT, left_on=on, reason="Feil")
    begin = JoiningDateCorrected(
        municipality_id=LOPPA,  # type: ignore[arg-type]
        agreement_version=2,
        old_member_from=LEFT,
        member_from=on,
        reason="Feil",
    )
    return end, begin


def test_nobody_loses_the_seat_where_the_day_of_taking_over_is_corrected(member: Any) -> None:
    member.appoint(appointment())
    member.told(_set_version_two(), left(), joined(2, LEFT))
    before = member.events()
    end, begin = _taken_over(date(2027, 3, 1))
    member.told(end, begin)
    end, begin = _taken_over(date(2026, 11, 1))
    member.told(begin, end)

    assert member.events() == before


def test_a_leaving_date_before_the_group_was_there_loses_nobody_once_it_is_put_right(stage: Any) -> None:
    stage.told(joined())
    stage.happened(leaders_network(established_on=date(2026, 8, 1), seats_per_municipality=1))
    stage.appoint(appointment(valid_from=TODAY))
    too_early = date(2026, 7, 1)
    stage.told(left(too_early))
    assert stage.seats(LOPPA, TODAY) == []

    stage.told(of_loppa(LeavingDateCorrected, old_left_on=too_early, left_on=LEFT, reason="Feil"))
    (seat,) = stage.seats(LOPPA, TODAY)
    assert (seat["seat"], seat["member"]["contact_id"], seat["member"]["valid_to"]) == (1, LEADER, LEFT)


def test_an_archiving_before_the_municipality_joined_loses_nobody_once_it_is_put_right(member: Any) -> None:
    member.appoint(appointment())
    too_early = date(2026, 5, 1)
    member.happened(GroupArchived(group_id=LEADERS, archived_on=too_early, reason="Slutt"))
    assert member.seats(LOPPA, TODAY) == []

    corrected = {"fact": "archived_on", "old_value": str(too_early), "new_value": str(LEFT)}
    member.happened(GroupCorrected(group_id=LEADERS, reason="Feil", **corrected))
    first, second = member.seats(LOPPA, TODAY)
    assert (first["seat"], first["member"]["contact_id"], second["seat"]) == (1, LEADER, 2)


def test_a_group_established_later_gives_every_member_its_seats(stage: Any) -> None:
    stage.told(joined())
    stage.happened(leaders_network(established_on=date(2026, 8, 1)))

    assert stage.seats(LOPPA, date(2026, 7, 31)) == []
    assert len(stage.seats(LOPPA, date(2026, 8, 1))) == 2


def test_a_body_with_a_given_composition_is_unchanged_by_who_joins(stage: Any) -> None:
    stage.happened(
        leaders_network(
            kind="steering_group",
            seat_kind="by_office",
            seats_per_municipality=0,
            composition=("Kommunedirektørutvalget for Troms og Finnmark (KDU)",),
        )
    )
    stage.told(joined())

    assert stage.seats(LOPPA, TODAY) == []


def test_the_schedule_finds_nothing_to_mend_where_all_fits(member: Any) -> None:
    sign_up(member, TODAY)

    assert member.day_comes(TODAY) == 0


def test_the_schedule_opens_seats_that_two_simultaneous_facts_have_missed(stage: Any) -> None:
    stage.told(joined())
    stage.store.handle(  # the group's own event has not been taken in
        *_established(leaders_network())
    )
    assert stage.seats(LOPPA, TODAY) == []

    assert stage.day_comes(TODAY) == 1
    assert len(stage.seats(LOPPA, TODAY)) == 2


def _established(event: Any) -> tuple[Any, ...]:
    command = EstablishGroup(**{name: getattr(event, name) for name in event.__struct_fields__})
    return groups, groups.stream(event.group_id), command, Context(actor="office", correlation_id="test")
