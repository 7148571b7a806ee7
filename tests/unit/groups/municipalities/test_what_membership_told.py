"""What groups knows of municipalities and contacts, from what membership has told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.groups.contacts import queries as contacts
from services.groups.municipalities import queries as municipalities
from services.membership.contract import (
    ContactAppointed,
    ContactErased,
    CouncilResolved,
    JoiningDateSet,
    MunicipalityCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    Names,
    WithdrawalNoticeReceived,
)
from tests.support.examples.groups import HARSTAD, LEADER, LOPPA

LEFT, BACK, TODAY = date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1)


def of_loppa(event: Any, **fields: Any) -> Any:
    given = {"municipality_id": LOPPA, "agreement_version": 1}
    names = event.__struct_fields__
    return event(**{name: value for name, value in given.items() if name in names} | fields)


def invited(round_: int = 1) -> Any:
    return of_loppa(MunicipalityInvited, round=round_, invited_on=date(2026, 1, 1), reply_by=date(2026, 5, 1))


def date_set(member_from: date) -> Any:
    return of_loppa(JoiningDateSet, member_from=member_from)


def rejected() -> Any:
    return of_loppa(
        CouncilResolved,
        body="Kommunestyret",
        resolved_on=date(2026, 3, 1),
        case_number="EKS 1",
        archive_case=None,
        outcome="rejected",
    )


def standing(stage: Any, day: date = TODAY) -> str:
    with stage.store.reading() as connection:
        return municipalities.standing(connection, LOPPA, day)


def intervals(stage: Any) -> tuple[municipalities.Interval, ...]:
    with stage.store.reading() as connection:
        return municipalities.membership_of(connection, LOPPA)


def corrected(fact: str, begun_on: date, new_value: str) -> Any:
    return of_loppa(
        MunicipalityCorrected,
        fact=fact,
        valid_from=begun_on,
        old_value=None,
        new_value=new_value,
        reason="Skrivefeil",
    )


def called(stage: Any, day: date) -> tuple[str, str | None]:
    with stage.store.reading() as connection:
        found = municipalities.municipality(connection, LOPPA, day)
    assert found is not None
    return found.name, found.number


def test_a_municipality_is_outside_until_it_is_invited(stage: Any) -> None:
    assert standing(stage) == "outside"

    stage.told(invited())
    assert standing(stage) == "on_its_way"


def test_a_rejection_ends_the_way_until_a_new_invitation(stage: Any) -> None:
    stage.told(invited(), rejected())
    assert standing(stage) == "outside"

    stage.told(invited(2))
    assert standing(stage) == "on_its_way"


def test_a_joining_date_ahead_is_on_its_way_and_then_a_member(stage: Any) -> None:
    stage.told(invited(), date_set(date(2027, 1, 1)))
    assert standing(stage) == "on_its_way"

    stage.told(of_loppa(MunicipalityJoined, member_from=date(2027, 1, 1)))
    assert standing(stage, date(2027, 1, 1)) == "member"


def test_a_municipality_that_has_left_is_outside(stage: Any) -> None:
    stage.told(
        of_loppa(MunicipalityJoined, member_from=date(2025, 1, 1)),
        of_loppa(MunicipalityLeft, left_on=LEFT, cause="withdrawal"),
    )

    assert standing(stage) == "outside"


def test_a_municipality_that_is_invited_again_is_on_its_way_and_stays_a_member_of_earlier_days(
    stage: Any,
) -> None:
    stage.told(
        of_loppa(MunicipalityJoined, member_from=date(2025, 1, 1)),
        of_loppa(WithdrawalNoticeReceived, received_on=TODAY, computed_ends_on=LEFT, ends_on=LEFT),
        of_loppa(MunicipalityLeft, left_on=LEFT, cause="withdrawal"),
        invited(2),
    )

    assert (standing(stage), standing(stage, date(2025, 6, 1))) == ("on_its_way", "member")
    with stage.store.reading() as connection:
        assert municipalities.coming_end(connection, LOPPA) is None


@pytest.mark.parametrize(
    "announced", [(invited(2), date_set(BACK)), (date_set(BACK),), ()], ids=["invited", "dated", "at once"]
)
def test_a_municipality_that_comes_back_is_a_member_in_both_intervals(
    stage: Any, announced: tuple[Any, ...]
) -> None:
    stage.told(
        of_loppa(MunicipalityJoined, member_from=date(2025, 1, 1)),
        of_loppa(MunicipalityLeft, left_on=LEFT, cause="withdrawal"),
        *announced,
        of_loppa(MunicipalityJoined, member_from=BACK),
    )

    assert intervals(stage) == ((date(2025, 1, 1), LEFT), (BACK, None))
    stage.told(of_loppa(MunicipalityLeft, left_on=TODAY, cause="withdrawal"))
    assert intervals(stage) == ((date(2025, 1, 1), LEFT), (BACK, TODAY))


def test_a_date_set_for_the_day_of_leaving_makes_one_membership_of_both(stage: Any) -> None:
    stage.told(
        of_loppa(MunicipalityJoined, member_from=date(2025, 1, 1)),
        of_loppa(MunicipalityLeft, left_on=LEFT, cause="withdrawal"),
        invited(2),
        date_set(LEFT),
    )

    assert intervals(stage) == ((date(2025, 1, 1), None),)


def test_a_coming_end_is_known_from_the_notice_on(stage: Any) -> None:
    end = date(2027, 1, 1)
    stage.told(
        of_loppa(MunicipalityJoined, member_from=date(2025, 1, 1)),
        of_loppa(WithdrawalNoticeReceived, received_on=TODAY, computed_ends_on=end, ends_on=end),
    )
    with stage.store.reading() as connection:
        assert municipalities.coming_end(connection, LOPPA) == end
        assert municipalities.covers(municipalities.membership_of(connection, LOPPA), TODAY)


def test_a_municipality_is_called_what_it_was_called_on_the_day(stage: Any) -> None:
    stage.told(
        of_loppa(
            MunicipalityRegistered,
            organisation_number=None,
            number="5432",
            names=Names(nb="Lopa"),
            county_number="54",
            valid_from=date(2020, 1, 1),
        ),
        of_loppa(
            MunicipalityRenumbered,
            old_number="5432",
            number="5614",
            county_number="56",
            valid_from=date(2024, 1, 1),
        ),
        of_loppa(MunicipalityRenamed, names=Names(nb="Loppa", se="Láhppi"), valid_from=date(2026, 1, 1)),
        of_loppa(
            MunicipalityCorrected,
            fact="name_nb",
            valid_from=date(2020, 1, 1),
            old_value="Lopa",
            new_value="Loppa kommune",
            reason="Skrivefeil",
        ),
    )
    with stage.store.reading() as connection:
        then = municipalities.municipality(connection, LOPPA, date(2023, 6, 30))
        now = municipalities.municipality(connection, LOPPA, TODAY)

    assert then is not None
    assert now is not None
    assert (then.name, then.number) == ("Loppa kommune", "5432")
    assert (now.names, now.number) == (("Loppa", "Láhppi"), "5614")


@pytest.mark.parametrize("text", ["2024-01-01", "20240101"])
def test_what_begins_on_a_corrected_date_begins_on_the_other_one_and_is_corrected_there(
    stage: Any, text: str
) -> None:
    recorded_on, begun_on = date(2024, 2, 1), date(2024, 1, 1)
    stage.told(
        of_loppa(
            MunicipalityRegistered,
            organisation_number=None,
            number="5432",
            names=Names(nb="Lopa"),
            county_number="54",
            valid_from=date(2020, 1, 1),
        ),
        of_loppa(
            MunicipalityRenumbered,
            old_number="5432",
            number="5641",
            county_number="56",
            valid_from=recorded_on,
        ),
        of_loppa(MunicipalityRenamed, names=Names(nb="Loppaa"), valid_from=recorded_on),
        corrected("valid_from", recorded_on, text),
    )
    assert called(stage, date(2023, 12, 31)) == ("Lopa", "5432")
    assert called(stage, begun_on) == ("Loppaa", "5641")

    stage.told(corrected("number", begun_on, "5614"), corrected("name_nb", begun_on, "Loppa"))
    assert called(stage, begun_on) == called(stage, TODAY) == ("Loppa", "5614")


def test_a_contact_is_known_elsewhere_erased_or_not_heard_of_yet(stage: Any) -> None:
    def contact_standing(municipality_id: str) -> str:
        with stage.store.reading() as connection:
            return contacts.standing(connection, municipality_id, LEADER)

    assert contact_standing(LOPPA) == "not_yet_known"

    stage.told(
        of_loppa(
            ContactAppointed, contact_id=LEADER, role="director", group_id=None, valid_from=date(2026, 1, 1)
        )
    )
    assert contact_standing(LOPPA) == "known"
    assert contact_standing(HARSTAD) == "elsewhere"

    stage.told(of_loppa(ContactErased, contact_id=LEADER))
    assert contact_standing(LOPPA) == "erased"
