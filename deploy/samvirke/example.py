"""The example history: years of a network's life played into an empty suite, all of it flagged.

Each step waits until its follow-ups have arrived, so that an estimate rests on the figures that
were known then. Times of recording are those of the loading (decision record 11).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec
from rich.console import Console
from sqlalchemy import func, select

from deploy.samvirke import invented, suite
from deploy.samvirke.emptiness import require_nothing_happened
from deploy.samvirke.ways import Days, Ways
from services.fees.fees.handlers import confirm_year
from services.fees.fees.preview import preview
from services.groups.groups.register import bodies, establish_bodies
from services.membership.agreements.domain import PublishAgreementVersion, agreements
from services.membership.contacts.handlers import appoint_contact
from services.membership.contacts.queries import rows as contact_rows
from services.membership.contract import ContactRole, MunicipalityId, NoticeRule, Text
from services.membership.imports.handlers import Asked, run
from services.membership.municipalities import queries as register
from shared import clock, ids, progress
from shared.errors import NotFound, Refused, Unavailable
from shared.eventstore import Transaction
from shared.messages import Context
from shared.opening import NETWORKS, open_log
from shared.settings import Settings
from shared.tables import events

_PATIENCE = 300.0
_STEPS = ("loading", "loaded")


class AgreementText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[agreement]`: version 1; `[next]` replaces some of it."""

    legal_form: str
    valid_from: date
    notice_months: int
    takes_effect: Literal["any_date", "year_end"]
    extension: str
    checklist: tuple[str, ...]
    assumed: tuple[str, ...]
    texts: tuple[Text, ...]


class FiguresText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[figures]]`: a year's figures, when they came, and whether its fees are determined."""

    year: int
    published_on: date | None = None
    determined: bool = False


class OfficeText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[offices]]`: a contact that is an office without a person."""

    role: ContactRole
    name: str
    address: str


class NextText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[next]`: an invented version 2 and the stages that municipalities stand at."""

    legal_form: str
    stages: tuple[str, ...]


class ExampleText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole `example.toml` of a network."""

    agreement: AgreementText
    joining: Days
    figures: tuple[FiguresText, ...]
    offices: tuple[OfficeText, ...]
    next: NextText
    invented: invented.InventedText


def is_wanted(settings: Settings) -> bool:
    """Whether the network has an example and the suite is empty, or a loading was broken off."""
    if not (NETWORKS / settings.network / "example.toml").exists():
        return False
    marker = settings.data / "example"
    if marker.exists():
        return marker.read_text(encoding="utf-8") == _STEPS[0]
    store = suite.SERVICES["membership"].open_store(settings)
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(events)).scalar_one() == 0


class ExampleLoaded(Refused):
    """The history has been played here to its end."""

    code = "example-loaded"
    nb = "Eksempelhistorien er lastet inn fra før."


def load(settings: Settings) -> None:
    """Play the history. Broken off and called again, it goes on: what is there happens once.

    SuiteInUse where anything else has happened, ExampleLoaded where it has been played; nothing is written then.
    """
    folder = NETWORKS / settings.network
    if not (folder / "example.toml").exists():
        raise NotFound(f"The network {settings.network} has no example history.")
    told = msgspec.toml.decode((folder / "example.toml").read_bytes(), type=ExampleText)
    marker = settings.data / "example"
    step = marker.read_text(encoding="utf-8") if marker.exists() else None
    if step == _STEPS[1]:
        raise ExampleLoaded("The example history is loaded already.")
    if step is None:
        require_nothing_happened(settings)
    marker.write_text(_STEPS[0], encoding="utf-8")
    Play(settings, folder, told).perform()
    marker.write_text(_STEPS[1], encoding="utf-8")


@dataclass
class Play:
    """One performance."""

    settings: Settings
    folder: Path
    told: ExampleText

    def __post_init__(self) -> None:
        """Open every store; the workers of the suite do the rest."""
        self._stores = {name: service.open_store(self.settings) for name, service in suite.SERVICES.items()}
        self._log = open_log(self.settings)
        self._console = Console(stderr=True)

    def perform(self) -> None:
        """Every act, in order."""
        listed = bodies(self.folder / "groups.toml")
        establish_bodies(self._stores["groups"], listed, self._context())
        begun = self.told.joining.member_from.year
        for figures in self.told.figures:
            if figures.year < begun:
                self._read_figures(figures)
        self._publish(1, self.told.agreement)
        self._all_join()
        self._settle("joining")
        for figures in self.told.figures:
            if figures.year >= begun:
                self._play_year(figures)
        self._appoint_offices()
        self._next_version()
        invented.play(self._membership, self.told.invented, self._today())
        self._settle("the rest")
        for store in self._stores.values():
            store.database.close()
        self._log.close()

    def _play_year(self, figures: FiguresText) -> None:
        """The figures come, the fees follow, the office confirms the year."""
        self._read_figures(figures)
        self._settle(str(figures.year))
        if figures.determined:
            self._determine(figures.year)

    def _publish(self, version: int, text: AgreementText, legal_form: str | None = None) -> None:
        with self._membership() as transaction:
            command = PublishAgreementVersion(
                agreement_version=version,
                legal_form=legal_form or text.legal_form,
                host_municipality_id=self._host(transaction),
                host_known=True,
                valid_from=text.valid_from,
                valid_to=None,
                notice_rule=NoticeRule(months=text.notice_months, takes_effect=text.takes_effect),
                extension=text.extension,
                checklist=text.checklist,
                texts=text.texts,
                assumed=text.assumed,
            )
            if transaction.load(agreements, agreements.stream(str(version))).version == 0:
                transaction.handle(agreements, agreements.stream(str(version)), command)

    def _all_join(self) -> None:
        with self._membership() as transaction:
            host = self._host(transaction)
            for number, municipality_id in enumerate(self._real(transaction), start=1):
                ways = Ways(transaction, municipality_id, 1, self.told.joining, number)
                ways.host_joins() if municipality_id == host else ways.joins()

    def _next_version(self) -> None:
        """Everybody stands somewhere on the way to version 2, deadlines counted from today."""
        today = self._today()
        begins = date(today.year + 1, 1, 1)
        text = msgspec.structs.replace(self.told.agreement, valid_from=begins)
        self._publish(2, text, self.told.next.legal_form)
        days = Days.before(today, begins)
        with self._membership() as transaction:
            host = self._host(transaction)
            by_number = [one for one in self._real(transaction) if one != host]
            for rank, municipality_id in enumerate(by_number):
                stage = self.told.next.stages[rank % len(self.told.next.stages)]
                late = timedelta(days=7 * (rank % 5) - 14)
                ways = Ways(transaction, municipality_id, 2, days.with_reply_by(today + late), 100 + rank)
                ways.comes_to(stage)

    def _appoint_offices(self) -> None:
        """Contacts are offices without a person; whoever has contacts already keeps those.

        The invented municipality has no number, and so no address of an office either.
        """
        with self._membership() as transaction:
            for one in register.all_municipalities(transaction.connection, self._today()):
                if one.number is None or contact_rows(transaction.connection, one.municipality_id):
                    continue
                for office in self.told.offices:
                    asked = {
                        "role": office.role,
                        "name": office.name,
                        "email": f"{office.address}.{one.number}@example.org",
                        "valid_from": self.told.joining.member_from,
                    }
                    appoint_contact(
                        transaction.handle,
                        transaction.connection,
                        one.municipality_id,
                        asked,
                        today=self._today(),
                    )

    def _read_figures(self, figures: FiguresText) -> None:
        """One year of the network's file; the figures are real, so they are not flagged."""
        content = _only_year((self.folder / "population.csv").read_text(encoding="utf-8"), figures.year)
        asked = Asked(kind="population", content=content, published_on=figures.published_on)
        with self._membership(example=False) as transaction:
            run(transaction.connection, transaction.handle, asked)

    def _determine(self, year: int) -> None:
        store = self._stores["fees"]
        with store.transaction(self._context()) as transaction:
            seen = str(preview(transaction.connection, year)["hash"])
            confirm_year(
                transaction.handle, transaction.connection, year, preview_hash=seen, acknowledge_missing=True
            )

    def _settle(self, what: str) -> None:
        """Wait until everything that happened has arrived everywhere."""
        services = [(self._stores[name], service.consumers) for name, service in suite.SERVICES.items()]
        with self._console.status(f"example: {what}") as status:
            settled = progress.wait_until_settled(
                services,
                self._log,
                _PATIENCE,
                told=lambda count: status.update(f"example: {what}, {count} events"),
            )
        if not settled:
            message = "The workers do not take the events in; is the suite running?"
            raise Unavailable(message)

    def _real(self, transaction: Transaction) -> Sequence[MunicipalityId]:
        """The municipalities of the register, by number."""
        listed = register.all_municipalities(transaction.connection, self._today())
        real = [one for one in listed if one.number]
        return [one.municipality_id for one in sorted(real, key=lambda one: str(one.number))]

    def _host(self, transaction: Transaction) -> MunicipalityId:
        host = msgspec.toml.decode((self.folder / "network.toml").read_bytes())["host"]
        number = host["organisation_number"]
        return register.by_number(transaction.connection, number, self._today())[0].municipality_id

    def _membership(self, *, example: bool = True) -> Any:
        return self._stores["membership"].transaction(self._context(example=example))

    def _today(self) -> date:
        return clock.today()

    def _context(self, *, example: bool = True) -> Context:
        return Context(actor="office", correlation_id=ids.new_id(), example=example)


def _only_year(text: str, year: int) -> bytes:
    rows: Iterable[dict[str, str]] = csv.DictReader(io.StringIO(text))
    kept = [row for row in rows if row["year"] == str(year)]
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(kept[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return written.getvalue().encode()
