"""Fees taken step by step: membership's word fed in by hand, own events followed at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.fees.consumer import CONSUMERS
from services.fees.fees.domain import DetermineFee, fees
from services.fees.fees.queries import arithmetic_of, row_of
from services.fees.grants.domain import AwardGrant, RevokeGrant, grants
from services.fees.schedules.domain import AdoptSchedule, schedules
from services.fees.store import RULES
from services.membership import contract as membership
from services.membership.contract import (
    AgreementVersionPublished,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    MunicipalityId,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityRegistered,
    Names,
    PopulationUpdated,
    WithdrawalNoticeReceived,
)
from shared import clock
from shared.decider import Decider
from shared.eventstore import Handled, Store
from shared.intake import apply
from shared.messages import Context, Event, Recorded
from shared.readmodels import Row
from shared.scheduling import Schedule
from tests.support.examples.fees import ASSUMED, FIXED, GRANT, LOPPA, SCHEDULE, VARIABLE
from tests.support.examples.membership import agreement_version_published

ID = MunicipalityId(LOPPA)
JUNE = date(2026, 6, 1)
OFFICE = Context(actor="office", correlation_id="test")
MEMBERSHIP, OWN_TOPIC = CONSUMERS


class Stage:
    """The service with its consumers, taken step by step."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._told = 0
        self._followed = 0

    def told(self, *events: Event, on: date = date(2026, 1, 15), example: bool = False) -> None:
        """Membership says so, and it was recorded on that day."""
        for event in events:
            self.told_together(event, on=on, example=example)

    def told_together(self, *events: Event, on: date = date(2026, 1, 15), example: bool = False) -> None:
        """The same, all in one batch."""
        taken = []
        for event in events:
            self._told += 1
            taken.append((_recorded(event, self._told, on, example=example), b""))
        with self.store.transaction(OFFICE) as transaction:
            apply(transaction, MEMBERSHIP, taken)

    def asked(self, decider: Decider[Any, Any, Any], stream: str, command: Any) -> Handled:
        """Somebody asks for something here, and its policies follow."""
        handled = self.store.handle(decider, stream, command, OFFICE)
        self.follow()
        return handled

    def follow(self) -> None:
        """Take in the own events that have not been taken in."""
        while new := self.store.history()[self._followed :]:
            self._followed += len(new)
            with self.store.transaction(OFFICE) as transaction:
                apply(transaction, OWN_TOPIC, [(event, b"") for event in new])

    def adopted(self, schedule_id: str = SCHEDULE, **changes: Any) -> None:
        """The office adopts the first network's rates."""
        command = AdoptSchedule(
            **{
                "schedule_id": schedule_id,
                "first_year": 2023,
                "last_year": None,
                "components": (FIXED, VARIABLE),
                "proration": "none",
                "host_pays": True,
                "assumed": ASSUMED,
                **changes,
            }
        )
        self.asked(schedules, schedules.stream(schedule_id), command)

    def awarded(self, *years: int) -> None:
        """The fixed part is covered in those years."""
        command = AwardGrant(
            grant_id=GRANT,
            grantor="Statsforvalteren i Troms og Finnmark",
            component="fixed",
            years=years,
            known_components=("fixed",),
        )
        self.asked(grants, grants.stream(GRANT), command)

    def revoked(self) -> None:
        """The grant is gone."""
        self.asked(grants, grants.stream(GRANT), RevokeGrant(grant_id=GRANT, reason="Trukket tilbake"))

    def day_comes(self, day: date) -> int:
        """The schedule looks at the day; the number of commands that led to something."""
        return Schedule(self.store, RULES).write_due(day)

    def fee(self, year: int, municipality_id: str = LOPPA) -> Row:
        """The row of a fee; it must exist."""
        with self.store.reading() as connection:
            row = row_of(connection, municipality_id, year)
        assert row is not None
        return row

    def said(self, year: int | None = None) -> list[str]:
        """What has happened to fees of the year, or of any year, in order."""
        return [
            type(recorded.event).__name__
            for recorded in self.store.history()
            if recorded.stream.startswith("fee-") and year in (None, recorded.event.year)
        ]


def registered(
    municipality_id: str = LOPPA, number: str = "5432", name: str = "Loppa"
) -> MunicipalityRegistered:
    """A municipality of 2020."""
    return MunicipalityRegistered(
        municipality_id=MunicipalityId(municipality_id),
        organisation_number=None,
        number=number,
        names=Names(nb=name),
        county_number="54",
        valid_from=date(2020, 1, 1),
    )


def population(
    year: int, inhabitants: int, municipality_id: str = LOPPA, replaces: int | None = None
) -> PopulationUpdated:
    """The figure of 1 January of a year."""
    return PopulationUpdated(
        municipality_id=MunicipalityId(municipality_id),
        as_of=date(year, 1, 1),
        inhabitants=inhabitants,
        source="SSB 07459",
        replaces=replaces,
    )


def hosted(municipality_id: str, agreement_version: int = 1) -> AgreementVersionPublished:
    """A version that this municipality hosts."""
    return agreement_version_published(
        agreement_version=agreement_version, host_municipality_id=MunicipalityId(municipality_id)
    )


def invited(on: date = date(2026, 2, 1)) -> MunicipalityInvited:
    return MunicipalityInvited(
        municipality_id=ID, agreement_version=1, round=1, invited_on=on, reply_by=date(2026, 5, 1)
    )


def date_set(day: date = JUNE) -> JoiningDateSet:
    return JoiningDateSet(municipality_id=ID, agreement_version=1, member_from=day)


def joined(day: date = JUNE, municipality_id: str = LOPPA) -> MunicipalityJoined:
    return MunicipalityJoined(
        municipality_id=MunicipalityId(municipality_id), agreement_version=1, member_from=day
    )


def joining_corrected(day: date) -> JoiningDateCorrected:
    return JoiningDateCorrected(
        municipality_id=ID, agreement_version=1, old_member_from=JUNE, member_from=day, reason="Feil dato"
    )


def joining_cancelled(day: date = JUNE) -> JoiningDateCancelled:
    return JoiningDateCancelled(
        municipality_id=ID,
        agreement_version=1,
        old_member_from=day,
        cancelled_on=date(2026, 5, 2),
        reason="Vedtaket ble gjort om",
    )


def notice(ends_on: date) -> WithdrawalNoticeReceived:
    return WithdrawalNoticeReceived(
        municipality_id=ID,
        agreement_version=1,
        received_on=date(2026, 6, 15),
        computed_ends_on=ends_on,
        ends_on=ends_on,
    )


def left(day: date) -> MunicipalityLeft:
    return MunicipalityLeft(municipality_id=ID, agreement_version=1, left_on=day, cause="withdrawal")


def determined(stage: Stage, year: int = 2026) -> None:
    arithmetic = arithmetic_of(stage.fee(year)["proposal"])
    assert arithmetic is not None
    command = DetermineFee(municipality_id=LOPPA, year=year, arithmetic=arithmetic)
    stage.asked(fees, fees.stream(LOPPA, str(year)), command)


def _recorded(event: Event, version: int, on: date, *, example: bool) -> Recorded[Any]:
    moment = clock.moment(clock.start_of(on))
    about = getattr(event, "municipality_id", None)
    stream = f"municipality-{about}" if about else f"agreement-{getattr(event, 'agreement_version', None)}"
    return Recorded(
        event=event,
        event_id=f"told-{version}",
        service=membership.SERVICE,
        stream=stream,
        version=version,
        key=about or stream,
        subject=f"municipality/{about}" if about else stream,
        type=event.type_name(),
        time=moment,
        recorded_at=moment,
        actor="office",
        correlation_id="test",
        sequence=version,
        example=example,
    )
