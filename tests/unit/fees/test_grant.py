"""A grant is awarded once and may be revoked."""

from __future__ import annotations

from typing import Any

from services.fees.grants.domain import (
    AwardGrant,
    ComponentUnknown,
    GrantAlreadyAwarded,
    GrantUnknown,
    GrantWithoutYears,
    RevocationWithoutReason,
    RevokeGrant,
    grants,
)
from tests.support.examples.fees import GRANT, grant_awarded, grant_revoked
from tests.support.given_when_then import Scenario

given = Scenario(grants).given


def award(**changes: Any) -> AwardGrant:
    return AwardGrant(
        **{
            "grant_id": GRANT,
            "grantor": "Statsforvalteren i Troms og Finnmark",
            "component": "fixed",
            "years": (2024, 2023, 2023),
            "known_components": ("fixed", "variable"),
            **changes,
        }
    )


def revoke(reason: str = "Tildelingen er trukket tilbake") -> RevokeGrant:
    return RevokeGrant(grant_id=GRANT, reason=reason)


def test_a_grant_is_awarded_for_its_years_in_order() -> None:
    given().when(award()).then(grant_awarded())


def test_an_award_says_on_what_it_rests_and_whether_that_is_assumed() -> None:
    told: dict[str, Any] = {"reference": "Tildelingsbrev 2022/1183", "assumed": ("years",)}

    given().when(award(**told)).then(grant_awarded(**told))


def test_the_same_award_again_is_nothing_new() -> None:
    given(grant_awarded()).when(award()).then_nothing()


def test_another_award_under_the_same_id_is_refused() -> None:
    given(grant_awarded()).when(award(years=(2025,))).then_refused(
        GrantAlreadyAwarded, grant_id="018f0000-0000-7000-8000-000000000002", revoked=False
    )


def test_a_revoked_grant_is_not_awarded_again() -> None:
    given(grant_awarded(), grant_revoked()).when(award()).then_refused(
        GrantAlreadyAwarded, grant_id="018f0000-0000-7000-8000-000000000002", revoked=True
    )


def test_a_grant_without_years_is_refused() -> None:
    given().when(award(years=())).then_refused(GrantWithoutYears, field="years")


def test_a_grant_for_a_component_that_nothing_has_is_refused() -> None:
    given().when(award(component="fest")).then_refused(
        ComponentUnknown, known=["fixed", "variable"], field="component"
    )


def test_a_grant_is_revoked() -> None:
    given(grant_awarded()).when(revoke()).then(grant_revoked())


def test_revoking_again_is_nothing_new() -> None:
    given(grant_awarded(), grant_revoked()).when(revoke("igjen")).then_nothing()


def test_revoking_what_was_never_awarded_is_refused() -> None:
    given().when(revoke()).then_refused(GrantUnknown, grant_id="018f0000-0000-7000-8000-000000000002")


def test_revoking_without_a_reason_is_refused() -> None:
    given(grant_awarded()).when(revoke(" ")).then_refused(RevocationWithoutReason, field="reason")
