"""Everything that a page shows by its word has one: no value that a contract knows is without."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args, get_type_hints

import pytest

from services.fees import contract as fees
from services.fees import wording as fees_words
from services.groups import contract as groups
from services.groups import wording as groups_words
from services.membership import contract as membership
from services.membership import wording as membership_words
from services.membership.imports.handlers import ImportKind
from services.membership.imports.pages import KINDS_IN_WORDS
from services.membership.memberships.queries import Stage, Standing
from services.membership.municipalities.identity import FactName
from services.membership.municipalities.sentences import FACTS
from services.notifications import contract as notifications
from services.notifications.wording import LANGUAGES


def of(event: type[Any], field: str) -> Any:
    """What `field` may say."""
    return get_type_hints(event)[field]


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        (membership_words.STAGES, Stage),
        (membership_words.STANDINGS, Standing),
        (membership_words.TREATMENT_OUTCOMES, of(membership.TreatmentRegistered, "outcome")),
        (membership_words.RESOLUTION_OUTCOMES, of(membership.CouncilResolved, "outcome")),
        (membership_words.SETTLEMENTS, of(membership.ResolutionConditionsSettled, "manner")),
        (membership_words.SIGNING_METHODS, of(membership.AgreementSigned, "method")),
        (membership_words.LEAVING_CAUSES, of(membership.MunicipalityLeft, "cause")),
        (membership_words.TAKES_EFFECT, of(membership.NoticeRule, "takes_effect")),
        (membership_words.CONTACT_ROLES, membership.ContactRole),
        (KINDS_IN_WORDS, ImportKind),
        (FACTS, FactName),
        (fees_words.CHANGED, fees.Changed),
        (fees_words.OUTCOMES, of(fees.FeeDeviationSettled, "outcome")),
        (fees_words.PRORATIONS, fees.Proration),
        (groups_words.GROUP_KINDS, groups.GroupKind),
        (groups_words.DECISION_RULES, groups.DecisionRule),
        (groups_words.SEAT_KINDS, groups.SeatKind),
        (groups_words.SEAT_ROLES, groups.SeatRole),
        (groups_words.CONTACT_ROLES, membership.ContactRole),
        (LANGUAGES, notifications.Language),
    ],
)
def test_every_value_has_its_word(words: Collection[str], choice: Any) -> None:
    assert set(words) == set(get_args(choice))


def test_every_event_of_membership_has_its_word() -> None:
    assert set(membership_words.EVENTS) == {event.__name__ for event in membership.EVENTS}
