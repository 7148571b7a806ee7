"""The example history is invented, so it stands alone: never beside what has really happened."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from deploy.samvirke import example, suite
from deploy.samvirke.emptiness import require_nothing_happened
from services.membership.agreements.domain import PublishAgreementVersion, agreements
from services.membership.contacts.tables import persons
from services.membership.contract import MunicipalityId, Names, NoticeRule
from services.membership.municipalities.domain import RegisterMunicipality, municipalities
from shared import ids
from shared.messages import Context
from shared.opening import NETWORKS
from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED

OFFICE = Context(actor="office", correlation_id="c")


def publish_an_agreement(installation: Installation) -> None:
    """As the office does in earnest."""
    store = suite.SERVICES["membership"].open_store(installation.settings())
    command = PublishAgreementVersion(
        agreement_version=1,
        legal_form="Vertskommunesamarbeid",
        host_municipality_id=MunicipalityId(ids.new_id()),
        host_known=True,
        valid_from=date(2027, 1, 1),
        valid_to=None,
        notice_rule=NoticeRule(months=12, takes_effect="year_end"),
        extension="",
        checklist=(),
        texts=(),
        assumed=(),
    )
    store.handle(agreements, agreements.stream("1"), command, OFFICE)
    store.database.close()


def test_where_something_has_happened_it_is_refused_and_nothing_is_written(
    installation: Installation,
) -> None:
    publish_an_agreement(installation)
    before = installation.counts()

    said = installation.run("example", "load", code=1).stderr

    assert said.startswith("samvirke: suite-in-use: membership holds AgreementVersionPublished.v1;")
    assert said.count("\n") == 1
    assert installation.counts() == before
    assert not (installation.folder / "example").exists()


def test_a_second_time_it_is_refused_and_nothing_is_written(installation: Installation) -> None:
    (installation.folder / "example").write_text("loaded")
    before = installation.counts()

    said = installation.run("example", "load", code=1).stderr

    assert said == "samvirke: example-loaded: The example history is loaded already.\n"
    assert installation.counts() == before


def test_a_broken_off_loading_goes_on_among_what_it_has_written(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_an_agreement(installation)
    (installation.folder / "example").write_text("loading")
    played = []
    monkeypatch.setattr(example.Play, "perform", lambda _: played.append(True))

    installation.run("example", "load")

    assert played == [True]
    assert (installation.folder / "example").read_text() == "loaded"


def test_a_network_without_one_is_refused(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example, "NETWORKS", installation.folder)

    said = installation.run("example", "load", code=1).stderr

    assert said == "samvirke: not-found: The network digitrofi has no example history.\n"


def test_a_municipality_without_a_number_gets_no_office_with_an_address(installation: Installation) -> None:
    invented = MunicipalityId(ids.new_id())
    register = RegisterMunicipality(
        municipality_id=invented,
        organisation_number=None,
        number=None,
        names=Names(nb="Eksempelvik"),
        valid_from=date(2026, 1, 1),
        invented=True,
    )
    store = suite.SERVICES["membership"].open_store(installation.settings())
    store.handle(municipalities, municipalities.stream(invented), register, OFFICE)
    store.database.close()
    folder = NETWORKS / "digitrofi"
    told = msgspec.toml.decode((folder / "example.toml").read_bytes(), type=example.ExampleText)

    example.Play(installation.settings(), folder, told)._appoint_offices()

    addresses = [row["email"] for row in installation.rows("membership", persons)]
    assert len(addresses) == 39 * len(told.offices)
    assert [one for one in addresses if "None" in one] == []


def test_what_a_network_s_folder_says_is_no_use_of_the_suite(installation: Installation) -> None:
    with installation.working():
        installation.settle()

    require_nothing_happened(installation.settings())

    assert all(installation.counts()[service] for service in ("membership", "fees", "groups"))
