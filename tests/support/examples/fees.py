"""Example events of fees: one function per event, with defaults and keyword overrides."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import msgspec

from services.fees import contract
from services.fees.contract import (
    Arithmetic,
    Component,
    GrantId,
    MunicipalityId,
    PopulationUsed,
    ScheduleId,
    ScheduleUsed,
)
from services.fees.fees.arithmetic import Cover, Rates, Term, reckon
from shared.messages import Event

E = TypeVar("E", bound=Event)

LOPPA = MunicipalityId("018f0000-0000-7000-8000-000000005614")
SCHEDULE = ScheduleId("018f0000-0000-7000-8000-000000000001")
GRANT = GrantId("018f0000-0000-7000-8000-000000000002")

FIXED = Component(name="fixed", label="Fast del", kind="fixed", amount_ore=15_000_000)
VARIABLE = Component(name="variable", label="Variabel del", kind="per_inhabitant", amount_ore=500)
ASSUMED = ("amount_per_member", "host_pays", "proration")


def rates(**changes: Any) -> Rates:
    """The first network's rates, as adopted by one event."""
    given: dict[str, Any] = {
        "used": ScheduleUsed(schedule_id=SCHEDULE, event_id="schedule-event"),
        "components": (FIXED, VARIABLE),
        "proration": "none",
        "host_pays": True,
        "assumed": ASSUMED,
    }
    return Rates(**given | changes)


def figure(inhabitants: int = 846, as_of: date = date(2026, 1, 1), **changes: Any) -> PopulationUsed:
    """A population figure; Loppa's of 2026 unless another is given."""
    given: dict[str, Any] = {"source": "SSB 07459", "event_id": f"population-{as_of}-{inhabitants}"}
    return PopulationUsed(inhabitants=inhabitants, as_of=as_of, **given | changes)


def cover(component: str = "fixed") -> Cover:
    """The State Administrator's grant."""
    return Cover(event_id="grant-event", grantor="Statsforvalteren i Troms og Finnmark", component=component)


def term(valid_from: date = date(2023, 1, 1), valid_to: date | None = None, *, host: bool = False) -> Term:
    """A membership, open-ended unless told otherwise."""
    return Term(valid_from=valid_from, valid_to=valid_to, event_ids=(f"joined-{valid_from}",), host=host)


def arithmetic(year: int = 2026, **changes: Any) -> Arithmetic:
    """The fee of Loppa for 2026: a member the whole year, nothing covered."""
    given: dict[str, Any] = {
        "population": figure(),
        "covers": (),
        "terms": (term(),),
    } | changes
    return reckon(year, given.pop("rates", rates()), **given)


def fee_schedule_adopted(**changes: Any) -> contract.FeeScheduleAdopted:
    """The rates that the network's page gives."""
    return _changed(
        contract.FeeScheduleAdopted(
            schedule_id=SCHEDULE,
            first_year=2023,
            last_year=None,
            components=(FIXED, VARIABLE),
            proration="none",
            host_pays=True,
            assumed=ASSUMED,
        ),
        changes,
    )


def grant_awarded(**changes: Any) -> contract.GrantAwarded:
    """The grant that covered the fixed part in 2023 and 2024."""
    return _changed(
        contract.GrantAwarded(
            grant_id=GRANT,
            grantor="Statsforvalteren i Troms og Finnmark",
            component="fixed",
            years=(2023, 2024),
        ),
        changes,
    )


def grant_revoked(**changes: Any) -> contract.GrantRevoked:
    """The grant is gone."""
    return _changed(contract.GrantRevoked(grant_id=GRANT, reason="Tildelingen er trukket tilbake"), changes)


def fee_quoted(**changes: Any) -> contract.FeeQuoted:
    """What 2026 would cost Loppa."""
    return _changed(contract.FeeQuoted(**_said()), changes)


def fee_estimated(**changes: Any) -> contract.FeeEstimated:
    """What 2026 will cost Loppa."""
    return _changed(contract.FeeEstimated(**_said()), changes)


def fee_proposed(**changes: Any) -> contract.FeeProposed:
    """Loppa's fee of 2026 can be determined."""
    return _changed(contract.FeeProposed(**_said()), changes)


def fee_determined(**changes: Any) -> contract.FeeDetermined:
    """Loppa's fee of 2026 is determined."""
    return _changed(contract.FeeDetermined(**_said(), estimated_ore=15_423_000), changes)


def fee_deviation_found(**changes: Any) -> contract.FeeDeviationFound:
    """A re-issued figure gives Loppa another fee."""
    expected = changes.pop("expected", arithmetic(population=figure(850)))
    return _changed(
        contract.FeeDeviationFound(
            municipality_id=LOPPA,
            year=2026,
            deviation=1,
            changed=("population",),
            determined_ore=15_423_000,
            expected_ore=expected.to_pay_ore,
            difference_ore=expected.to_pay_ore - 15_423_000,
            expected=expected,
        ),
        changes,
    )


def fee_deviation_settled(**changes: Any) -> contract.FeeDeviationSettled:
    """The office lets the fee stand."""
    return _changed(
        contract.FeeDeviationSettled(
            municipality_id=LOPPA, year=2026, deviation=1, outcome="left", reason="Under terskelen"
        ),
        changes,
    )


def fee_corrected(**changes: Any) -> contract.FeeCorrected:
    """The office follows the re-issued figure."""
    return _changed(
        contract.FeeCorrected(
            municipality_id=LOPPA,
            year=2026,
            deviation=1,
            old_to_pay_ore=15_423_000,
            to_pay_ore=15_425_000,
            arithmetic=arithmetic(population=figure(850)),
            reason="Nytt folketall",
        ),
        changes,
    )


def fee_waived(**changes: Any) -> contract.FeeWaived:
    """The office does not claim a part of the fee."""
    return _changed(
        contract.FeeWaived(municipality_id=LOPPA, year=2026, waived_ore=423_000, reason="Vedtak i KDU"),
        changes,
    )


def _said() -> dict[str, Any]:
    return {
        "municipality_id": LOPPA,
        "year": 2026,
        "to_pay_ore": 15_423_000,
        "arithmetic": arithmetic(),
    }


def _changed(event: E, changes: dict[str, Any]) -> E:
    return msgspec.structs.replace(event, **changes)


def examples() -> tuple[Event, ...]:
    """One example of every event of the contract."""
    return (
        fee_schedule_adopted(),
        grant_awarded(),
        grant_revoked(),
        fee_quoted(),
        fee_estimated(),
        fee_proposed(),
        fee_determined(),
        fee_deviation_found(),
        fee_deviation_settled(),
        fee_corrected(),
        fee_waived(),
    )
