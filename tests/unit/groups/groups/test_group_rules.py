"""A group is established, given mandates, corrected and archived."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.contract import GroupArchived, GroupCorrected, MandateAdopted
from services.groups.groups.domain import (
    AdoptMandate,
    ArchiveGroup,
    CorrectGroup,
    CorrectionWithoutEffect,
    DateBeforeEstablished,
    EstablishGroup,
    GroupAlreadyArchived,
    GroupAlreadyEstablished,
    GroupUnknown,
    MandateOutOfOrder,
    SeatRuleContradictory,
    groups,
)
from tests.support.examples.groups import LEADERS, leaders_network, professional_group
from tests.support.given_when_then import Scenario

THE_GROUP = Scenario(groups)


def establish(**changes: Any) -> EstablishGroup:
    event = leaders_network(**changes)
    return EstablishGroup(**{field: getattr(event, field) for field in event.__struct_fields__})


def adopt(**changes: Any) -> AdoptMandate:
    given: dict[str, Any] = {"text": "Samordne", "decided_by": "KDU", "adopted_on": date(2023, 1, 1)}
    return AdoptMandate(group_id=LEADERS, **(given | changes))


def adopted(**changes: Any) -> MandateAdopted:
    given: dict[str, Any] = {
        "mandate_version": 1,
        "text": "Samordne",
        "decided_by": "KDU",
        "adopted_on": date(2023, 1, 1),
    }
    return MandateAdopted(group_id=LEADERS, **(given | changes))


def archive(day: date = date(2027, 1, 1)) -> ArchiveGroup:
    return ArchiveGroup(group_id=LEADERS, archived_on=day, reason="Oppgaven er løst")


ARCHIVED = GroupArchived(group_id=LEADERS, archived_on=date(2027, 1, 1), reason="Oppgaven er løst")


def correct(fact: Any, new_value: str) -> CorrectGroup:
    return CorrectGroup(group_id=LEADERS, fact=fact, new_value=new_value, reason="Skrivefeil")


def test_a_group_is_established() -> None:
    THE_GROUP.when(establish()).then(leaders_network())


def test_loading_the_networks_bodies_again_changes_nothing() -> None:
    THE_GROUP.given(leaders_network()).when(establish()).then_nothing()


def test_a_group_is_not_established_otherwise_a_second_time() -> None:
    THE_GROUP.given(leaders_network()).when(establish(name="Noe annet")).then_refused(
        GroupAlreadyEstablished, name="Ledernettverk"
    )


def test_a_group_with_sign_up_gives_no_fixed_seats() -> None:
    THE_GROUP.when(establish(seat_kind="open")).then_refused(
        SeatRuleContradictory, field="seats_per_municipality"
    )


def test_mandates_are_numbered() -> None:
    THE_GROUP.given(leaders_network(), adopted()).when(adopt(text="Mer")).then(
        adopted(mandate_version=2, text="Mer")
    )


def test_the_same_mandate_again_changes_nothing() -> None:
    THE_GROUP.given(leaders_network(), adopted()).when(adopt()).then_nothing()


def test_an_older_mandate_does_not_follow_a_newer_one() -> None:
    story = THE_GROUP.given(leaders_network(), adopted(adopted_on=date(2024, 1, 1)))
    story.when(adopt(text="Gammelt")).then_refused(MandateOutOfOrder, field="adopted_on")


def test_a_group_that_does_not_exist_gets_no_mandate() -> None:
    THE_GROUP.when(adopt()).then_refused(GroupUnknown)


def test_no_mandate_precedes_the_group() -> None:
    story = THE_GROUP.given(leaders_network())
    story.when(adopt(adopted_on=date(2022, 1, 1))).then_refused(DateBeforeEstablished, field="adopted_on")


def test_a_group_is_archived_once() -> None:
    THE_GROUP.given(leaders_network()).when(archive()).then(ARCHIVED)
    THE_GROUP.given(leaders_network(), ARCHIVED).when(archive()).then_nothing()
    story = THE_GROUP.given(leaders_network(), ARCHIVED)
    story.when(archive(date(2028, 1, 1))).then_refused(GroupAlreadyArchived, archived_on=date(2027, 1, 1))
    story.when(adopt()).then_refused(GroupAlreadyArchived, archived_on=date(2027, 1, 1))


def test_a_group_does_not_end_before_it_begins() -> None:
    THE_GROUP.given(leaders_network()).when(archive(date(2022, 1, 1))).then_refused(
        DateBeforeEstablished, field="archived_on"
    )


def test_a_corrected_fact_keeps_what_stood() -> None:
    THE_GROUP.given(leaders_network()).when(correct("established_on", "2024-01-01")).then(
        GroupCorrected(
            group_id=LEADERS,
            fact="established_on",
            old_value="2023-01-01",
            new_value="2024-01-01",
            reason="Skrivefeil",
        )
    )


def test_a_name_is_corrected_to_the_same_only_silently() -> None:
    THE_GROUP.given(leaders_network()).when(correct("name", "Ledernettverk")).then_nothing()


def test_an_end_that_was_never_recorded_cannot_be_corrected() -> None:
    story = THE_GROUP.given(professional_group())
    story.when(correct("archived_on", "2027-01-01")).then_refused(CorrectionWithoutEffect, field="fact")


def test_a_correction_keeps_the_dates_in_order() -> None:
    story = THE_GROUP.given(leaders_network(), ARCHIVED)
    story.when(correct("established_on", "2028-01-01")).then_refused(DateBeforeEstablished, field="new_value")


def corrected(fact: Any, old_value: str, new_value: str) -> GroupCorrected:
    return GroupCorrected(
        group_id=LEADERS, fact=fact, old_value=old_value, new_value=new_value, reason="Skrivefeil"
    )


def test_what_was_corrected_is_what_stands() -> None:
    THE_GROUP.given(leaders_network(), corrected("name", "Ledernettverk", "Lederne")).when(
        correct("name", "Ledernettverk")
    ).then(corrected("name", "Lederne", "Ledernettverk"))
    THE_GROUP.given(leaders_network(), corrected("established_on", "2023-01-01", "2024-01-01")).when(
        correct("established_on", "2025-01-01")
    ).then(corrected("established_on", "2024-01-01", "2025-01-01"))
    THE_GROUP.given(leaders_network(), ARCHIVED, corrected("archived_on", "2027-01-01", "2028-01-01")).when(
        correct("archived_on", "2029-01-01")
    ).then(corrected("archived_on", "2028-01-01", "2029-01-01"))


def test_the_first_mandate_has_number_one() -> None:
    THE_GROUP.given(leaders_network()).when(adopt()).then(adopted())


def test_a_group_that_does_not_exist_is_not_corrected() -> None:
    THE_GROUP.when(correct("name", "Lederne")).then_refused(GroupUnknown)


def test_a_group_may_end_on_the_day_on_which_it_began() -> None:
    THE_GROUP.given(leaders_network(), ARCHIVED).when(correct("archived_on", "2023-01-01")).then(
        corrected("archived_on", "2027-01-01", "2023-01-01")
    )


def test_a_correction_does_not_let_a_group_end_before_it_begins() -> None:
    story = THE_GROUP.given(leaders_network(), ARCHIVED)
    story.when(correct("archived_on", "2022-12-31")).then_refused(DateBeforeEstablished, field="new_value")


def test_a_mandate_and_an_end_tell_what_stood_before() -> None:
    begun = groups.fold([leaders_network()])
    with_mandate = groups.fold([adopted()], begun)
    ended = groups.fold([ARCHIVED], begun)

    assert groups.previous(begun, adopted()) == {}
    assert groups.previous(with_mandate, adopted(mandate_version=2)) == {
        "text": "Samordne",
        "decided_by": "KDU",
        "adopted_on": date(2023, 1, 1),
    }
    assert groups.previous(begun, ARCHIVED) == {"archived_on": None}
    assert groups.previous(ended, ARCHIVED) == {"archived_on": date(2027, 1, 1)}
    assert groups.previous(begun, corrected("name", "Ledernettverk", "Lederne")) == {}
