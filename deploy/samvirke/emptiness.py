"""Whether anything has happened in an installation beyond what its network's folder says."""

from __future__ import annotations

from sqlalchemy import select

from deploy.samvirke import suite
from services.fees.contract import FeeScheduleAdopted, GrantAwarded
from services.groups.contract import GroupEstablished, MandateAdopted
from services.membership.contract import (
    MunicipalityBoundaryAdjusted,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
)
from shared.errors import Refused
from shared.messages import Event
from shared.settings import Settings
from shared.tables import events

GROUND: tuple[type[Event], ...] = (
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalityMerged,
    MunicipalitySplit,
    MunicipalityBoundaryAdjusted,
    FeeScheduleAdopted,
    GrantAwarded,
    GroupEstablished,
    MandateAdopted,
)
"""What the register, rates, grants and bodies of a network are told in: nothing has happened with it yet."""


class SuiteInUse(Refused):
    """Something has happened here, and nothing invented may be written beside it."""

    code = "suite-in-use"
    nb = "Installasjonen er tatt i bruk."


def require_nothing_happened(settings: Settings) -> None:
    """Raise SuiteInUse where a service holds an event beyond the register, rates, grants and bodies."""
    for service in suite.SERVICES.values():
        beyond = sorted(_types(settings, service) - {event.type_name() for event in GROUND})
        if beyond:
            message = (
                f"{service.name} holds {', '.join(beyond[:3])}{' and more' if beyond[3:] else ''}; the example "
                "history is for a suite that holds only the register: choose another folder and databases."
            )
            raise SuiteInUse(message)


def _types(settings: Settings, service: suite.Service) -> set[str]:
    store = service.open_store(settings)
    try:
        with store.reading() as connection:
            return set(connection.execute(select(events.c.type).distinct()).scalars())
    finally:
        store.database.close()
