from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import OtherMembership
from services.membership.memberships.domain.refusals import (
    DateAhead,
    DatesOutOfOrder,
    LeavingDateMissing,
    MembershipsOverlap,
    NoNotice,
    NotAMember,
    NoticeAlreadyGiven,
    ReasonMissing,
    WithdrawalTookEffect,
)
from tests.support.examples.membership import (
    council_resolved,
    deadline_neared,
    deadline_passed,
    document,
    joining_date_corrected,
    joining_date_set,
    leaving_date_corrected,
    municipality_invited,
    municipality_joined,
    municipality_left,
    withdrawal_cancelled,
    withdrawal_notice_received,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import (
    FACTS,
    cancel,
    correct_leaving_date,
    end,
    end_because,
    follow,
    give_notice,
    note_near,
    note_passed,
)

given = Scenario(memberships).given

joined = (municipality_invited(), council_resolved(), joining_date_set(), municipality_joined())
notice = withdrawal_notice_received()
leaving = (*joined, notice)
left = (*leaving, municipality_left())


def test_a_notice_sets_the_end_by_the_rule() -> None:
    given(*joined).when(give_notice()).then(notice)


def test_a_notice_keeps_its_letter() -> None:
    letter = document(kind="notice")

    given(*joined).when(give_notice(document=letter)).then(withdrawal_notice_received(document=letter))


def test_another_end_needs_a_reason() -> None:
    sooner = date(2026, 1, 1)

    given(*joined).when(give_notice(ends_on=sooner)).then_refused(ReasonMissing, field="reason")
    given(*joined).when(give_notice(ends_on=sooner, reason="Avtalt")).then(
        withdrawal_notice_received(ends_on=sooner, reason="Avtalt")
    )


def test_an_end_that_has_come_ends_the_membership_at_once() -> None:
    today = date(2025, 3, 3)
    asked = give_notice(ends_on=today, reason="Avtalt")

    given(*joined).when(asked).then(
        withdrawal_notice_received(ends_on=today, reason="Avtalt"), municipality_left(left_on=today)
    )


def test_only_a_member_gives_notice() -> None:
    given(*joined[:2]).when(give_notice()).then_refused(NotAMember)
    given(*left).when(give_notice(received_on=date(2027, 2, 1), today=date(2027, 2, 1))).then_refused(
        NotAMember
    )


def test_a_notice_is_given_once() -> None:
    given(*leaving).when(give_notice()).then_nothing()
    given(*leaving).when(give_notice(received_on=date(2025, 3, 4))).then_refused(
        NoticeAlreadyGiven, ends_on="2027-01-01"
    )


def test_a_notice_is_dated_within_membership_and_not_ahead() -> None:
    given(*joined).when(give_notice(received_on=date(2025, 3, 5))).then_refused(
        DateAhead, field="received_on", latest="2025-03-04"
    )
    given(*joined).when(give_notice(received_on=date(2022, 12, 1))).then_refused(
        DatesOutOfOrder, field="received_on", earliest="2023-01-01", rests_on="the joining date"
    )


def test_membership_does_not_end_before_its_notice_nor_before_it_begins() -> None:
    given(*joined).when(give_notice(ends_on=date(2025, 3, 2), reason="Avtalt")).then_refused(
        DatesOutOfOrder, field="ends_on", earliest="2025-03-03", rests_on="the notice"
    )
    first_day = give_notice(received_on=date(2023, 1, 1), ends_on=date(2023, 1, 1), reason="Avtalt")
    given(*joined).when(first_day).then_refused(DatesOutOfOrder, field="ends_on", earliest="2023-01-01")


def test_an_end_inside_the_membership_of_the_next_version_is_refused() -> None:
    follows = OtherMembership(agreement_version=2, start=date(2026, 7, 1), end=None)
    facts = replace(FACTS, others=(follows,))

    given(*joined).when(give_notice(facts=facts)).then_refused(
        MembershipsOverlap, field="ends_on", agreement_version=2, start="2026-07-01"
    )
    given(*leaving).when(correct_leaving_date(facts=facts, left_on=date(2026, 8, 1))).then_refused(
        MembershipsOverlap, field="left_on", agreement_version=2, start="2026-07-01"
    )


def test_a_notice_is_taken_back_before_it_takes_effect() -> None:
    given(*leaving).when(cancel()).then(withdrawal_cancelled())
    given(*leaving, withdrawal_cancelled()).when(end(today=date(2027, 1, 1))).then_nothing()


def test_taking_back_needs_a_notice_and_a_reason() -> None:
    given(*joined).when(cancel()).then_refused(NoNotice)
    given(*leaving).when(cancel(reason="")).then_refused(ReasonMissing, field="reason")


def test_what_has_taken_effect_is_not_taken_back() -> None:
    after = date(2027, 1, 1)

    given(*leaving).when(cancel(cancelled_on=after, today=after)).then_refused(
        WithdrawalTookEffect, ends_on="2027-01-01"
    )
    given(*left).when(cancel(cancelled_on=date(2026, 12, 1), today=after)).then_refused(
        WithdrawalTookEffect, ends_on="2027-01-01"
    )


def test_taking_back_is_dated_after_the_notice_and_not_ahead() -> None:
    given(*leaving).when(cancel(cancelled_on=date(2025, 3, 2))).then_refused(
        DatesOutOfOrder, field="cancelled_on", earliest="2025-03-03", rests_on="the notice"
    )
    given(*leaving).when(cancel(cancelled_on=date(2025, 9, 2))).then_refused(
        DateAhead, field="cancelled_on", latest="2025-09-01"
    )


def test_membership_ends_on_its_date_and_once() -> None:
    given(*leaving).when(end(today=date(2026, 12, 31))).then_nothing()
    given(*leaving).when(end(today=date(2027, 1, 1))).then(municipality_left())
    given(*left).when(end(today=date(2027, 1, 2))).then_nothing()
    given(*joined).when(end(today=date(2027, 1, 2))).then_nothing()


def test_a_later_version_ends_the_earlier_membership() -> None:
    given(*joined).when(end_because()).then(municipality_left(cause="version_ended"))
    given(*left).when(end_because()).then_nothing()
    given(*joined).when(end_because(today=date(2026, 12, 31))).then_nothing()
    given(*joined[:2]).when(end_because()).then_nothing()


def test_an_end_follows_the_version_that_took_over() -> None:
    gave_way = (*joined, municipality_left(cause="version_ended"))
    told = leaving_date_corrected(reason="Feil i brevet")

    given(*gave_way).when(follow()).then(told)
    given(*gave_way).when(follow(left_on=date(2027, 1, 1))).then_nothing()
    given(*gave_way, told).when(follow()).then_nothing()
    given(*gave_way, told).when(follow(old_left_on=date(2027, 7, 1), left_on=date(2027, 1, 1))).then(
        leaving_date_corrected(old_left_on=date(2027, 7, 1), left_on=date(2027, 1, 1), reason="Feil i brevet")
    )


def test_an_end_of_another_cause_follows_nothing() -> None:
    merged = municipality_left(cause="merged")

    for history in ((*leaving,), (*left,), (*joined, merged)):
        given(*history).when(follow()).then_nothing()


def test_a_leaving_date_is_corrected_before_and_after_the_end() -> None:
    given(*leaving).when(correct_leaving_date()).then(leaving_date_corrected())
    given(*left).when(correct_leaving_date()).then(leaving_date_corrected())


def test_a_leaving_date_corrected_into_the_past_ends_the_membership() -> None:
    past = date(2025, 8, 1)

    given(*leaving).when(correct_leaving_date(left_on=past)).then(
        leaving_date_corrected(left_on=past), municipality_left(left_on=past)
    )


def test_a_correction_of_the_end_keeps_its_guards() -> None:
    given(*joined).when(correct_leaving_date()).then_refused(LeavingDateMissing, missing=["leaving_date"])
    given(*leaving).when(correct_leaving_date(reason="")).then_refused(ReasonMissing, field="reason")
    given(*leaving).when(correct_leaving_date(left_on=date(2023, 1, 1))).then_refused(
        DatesOutOfOrder, field="left_on", earliest="2023-01-01"
    )
    given(*leaving).when(correct_leaving_date(left_on=date(2027, 1, 1))).then_nothing()


def test_a_wrongly_recorded_end_is_undone_by_correcting_and_taking_back() -> None:
    moved = (*left, leaving_date_corrected(left_on=date(2028, 1, 1)))
    asked = cancel(cancelled_on=date(2027, 2, 1), today=date(2027, 2, 1))

    given(*moved).when(asked).then(withdrawal_cancelled(cancelled_on=date(2027, 2, 1)))
    assert not memberships.fold((*moved, withdrawal_cancelled())).left


def test_a_near_deadline_is_said_once() -> None:
    given(*joined[:1]).when(note_near()).then(deadline_neared())
    given(*joined[:1], deadline_neared()).when(note_near()).then_nothing()


def test_a_passed_deadline_is_said_once() -> None:
    given(*joined[:1]).when(note_passed()).then(deadline_passed())
    given(*joined[:1], deadline_passed()).when(note_passed()).then_nothing()


def test_an_answered_invitation_has_no_deadline() -> None:
    given(*joined[:2]).when(note_near()).then_nothing()
    given(*joined[:2]).when(note_passed()).then_nothing()


def test_a_deferral_is_no_answer() -> None:
    deferred = council_resolved(outcome="deferred")

    given(municipality_invited(), deferred).when(note_passed()).then(deadline_passed())


def test_a_deadline_that_no_longer_stands_is_not_said() -> None:
    given(*joined[:1]).when(note_near(deadline=date(2022, 12, 1))).then_nothing()


def test_the_end_of_a_version_warns_and_ends_nothing() -> None:
    expiry = date(2027, 1, 1)
    warned = deadline_neared(rule="expiry", deadline=expiry, days_left=60)
    passed = deadline_passed(rule="expiry", deadline=expiry)

    given(*joined).when(note_near(rule="expiry", deadline=expiry, days_left=60)).then(warned)
    given(*joined).when(note_passed(rule="expiry", deadline=expiry)).then(passed)
    assert memberships.fold((*joined, passed)).ends_on is None


def test_who_leaves_by_then_is_not_warned_of_the_versions_end() -> None:
    given(*leaving).when(note_near(rule="expiry", deadline=date(2027, 1, 1))).then_nothing()


def test_who_leaves_later_than_the_version_ends_is_warned_of_its_end() -> None:
    expiry = date(2026, 12, 31)
    warned = deadline_neared(rule="expiry", deadline=expiry, days_left=60)

    given(*leaving).when(note_near(rule="expiry", deadline=expiry, days_left=60)).then(warned)


def test_who_has_not_joined_is_not_warned_of_the_versions_end() -> None:
    given(*joined[:-1]).when(note_near(rule="expiry", deadline=date(2027, 1, 1))).then_nothing()


def test_a_correction_is_published_with_the_value_it_replaces() -> None:
    state = memberships.fold(joined)

    assert memberships.previous(state, joining_date_corrected()) == {"member_from": date(2023, 1, 1)}


def test_a_notice_dated_on_the_calendars_last_day_is_refused_like_any_that_lies_ahead() -> None:
    given(*joined).when(give_notice(received_on=date(9999, 12, 31))).then_refused(
        DateAhead, field="received_on", latest="2025-03-04"
    )
