"""The 39 through four years: year table, preview, confirmation, and what was known when."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.fees import network_files
from services.fees.fees.domain import MissingNotAcknowledged, PreviewOutdated, WaiveFee, fees
from services.fees.fees.handlers import confirm_year
from services.fees.fees.preview import preview
from services.fees.fees.projection import FEES
from services.fees.fees.year_table import year_table
from services.membership.contract import MunicipalityId, MunicipalityJoined, MunicipalityRenumbered
from shared import clock
from tests.support.examples.fees import LOPPA
from tests.support.fees_stage import OFFICE, Stage, date_set, hosted, invited, joined, population, registered

NETWORK = Path("deploy/networks/digitrofi")


def identifier(number: str) -> MunicipalityId:
    return MunicipalityId(f"018f0000-0000-7000-8000-00000000{number}")


def figures(year: int) -> Iterator[dict[str, str]]:
    with (NETWORK / "population.csv").open(encoding="utf-8", newline="") as opened:
        yield from (row for row in csv.DictReader(opened) if int(row["year"]) == year)


def published(stage: Stage, year: int) -> None:
    for row in figures(year):
        figure = population(year, int(row["population"]), identifier(row["number_2020"]))
        stage.told(figure, on=date(year, 2, 25))


def confirmed(stage: Stage, year: int, preview_hash: str | None = None, **options: Any) -> dict[str, Any]:
    with stage.store.transaction(OFFICE) as transaction:
        seen = preview_hash or preview(transaction.connection, year)["hash"]
        return confirm_year(transaction.handle, transaction.connection, year, preview_hash=seen, **options)


def table(stage: Stage, year: int) -> dict[str, Any]:
    with stage.store.reading() as connection:
        return year_table(connection, year, as_of=date(2026, 3, 1))


def seen(stage: Stage, year: int) -> dict[str, Any]:
    with stage.store.reading() as connection:
        return preview(connection, year)


@pytest.fixture
def network(stage: Stage) -> Stage:
    """The 39 joined on 2023-01-01, on the figures of 2022, under the network's own rates."""
    with stage.store.transaction(OFFICE) as transaction:
        network_files.adopt(transaction.handle, network_files.read(NETWORK))
    stage.follow()
    for row in figures(2022):
        stage.told(registered(identifier(row["number_2020"]), row["number_2020"], row["name_nb"]))
    published(stage, 2022)
    stage.told(hosted(identifier("5402")), on=date(2022, 6, 1))
    for row in figures(2022):
        event = MunicipalityJoined(
            municipality_id=identifier(row["number_2020"]),
            agreement_version=1,
            member_from=date(2023, 1, 1),
            host=row["name_nb"] == "Harstad",
        )
        stage.told(event, on=date(2023, 1, 1))
    return stage


@pytest.fixture
def member(stage: Stage) -> Stage:
    """Loppa, with a fee of 2026 that can be determined."""
    stage.adopted()
    stage.told(registered(), population(2025, 840), joined(date(2026, 1, 1)), population(2026, 846))
    return stage


def test_the_years_of_the_first_network_come_out_as_its_office_knows_them(network: Stage) -> None:
    for year in (2023, 2024, 2025, 2026):
        published(network, year)
        assert confirmed(network, year)["newly_determined"] == 39
    totals = {year: table(network, year)["totals"] for year in (2023, 2024, 2025, 2026)}
    fixed = totals[2023]["by_component"][0]
    paid = {line["name"]: line["to_pay_ore"] for line in table(network, 2026)["fees"]}

    assert (fixed["amount_ore"], fixed["covered_ore"], fixed["to_pay_ore"]) == (585_000_000, 585_000_000, 0)
    assert {year: sums["to_pay_ore"] for year, sums in totals.items()} == {
        2023: 121_226_000,
        2024: 122_331_500,
        2025: 707_760_500,
        2026: 708_253_000,
    }
    assert totals[2023]["estimated_ore"] == 120_868_000
    assert totals[2025]["estimated_ore"] == 707_331_500
    assert totals[2026]["estimated_ore"] == 707_760_500
    assert totals[2026]["difference_to_estimate_ore"] == 492_500
    assert totals[2026]["last_year_ore"] == 707_760_500
    assert (paid["Harstad"], paid["Loppa"]) == (27_602_000, 15_423_000)


def test_the_table_is_in_norwegian_order_with_the_numbers_of_the_day(network: Stage) -> None:
    tromso = identifier("5401")
    network.told(
        MunicipalityRenumbered(
            municipality_id=tromso,
            old_number="5401",
            number="5501",
            county_number="55",
            valid_from=date(2024, 1, 1),
        )
    )
    with network.store.reading() as connection:
        then = year_table(connection, 2023, as_of=date(2023, 6, 30))
    now = table(network, 2023)

    assert [line["name"] for line in now["fees"]][-3:] == ["Tromsø", "Vadsø", "Vardø"]
    assert [t["fees"][-3]["number"] for t in (then, now)] == ["5401", "5501"]


def test_assumed_values_are_named_with_the_table(network: Stage) -> None:
    assert table(network, 2023)["totals"]["assumed"] == ["amount_per_member", "host_pays", "proration"]


def test_the_networks_file_is_adopted_once(network: Stage) -> None:
    with network.store.transaction(OFFICE) as transaction:
        assert network_files.adopt(transaction.handle, network_files.read(NETWORK)) == 0


def test_a_network_without_a_file_has_no_rates(tmp_path: Path) -> None:
    assert network_files.read(tmp_path) == network_files.FeesText()


def test_the_preview_shows_differences_before_anything_is_determined(member: Stage) -> None:
    totals = seen(member, 2026)["totals"]

    assert (totals["to_determine"], totals["difference_to_estimate_ore"]) == (1, 3_000)


def test_confirming_twice_is_confirming_the_same(member: Stage) -> None:
    looked_at = seen(member, 2026)["hash"]

    assert confirmed(member, 2026, looked_at)["newly_determined"] == 1
    assert confirmed(member, 2026, looked_at)["newly_determined"] == 0


def test_confirming_what_has_changed_since_the_preview_is_refused(member: Stage) -> None:
    looked_at = seen(member, 2026)["hash"]
    member.told(population(2026, 850, replaces=846))

    with pytest.raises(PreviewOutdated):
        confirmed(member, 2026, looked_at)
    assert "FeeDetermined" not in member.said()


def test_a_grant_awarded_since_the_preview_is_seen_before_the_policy_has_followed(member: Stage) -> None:
    looked_at = seen(member, 2026)["hash"]
    member.awarded(2026)

    with pytest.raises(PreviewOutdated):
        confirmed(member, 2026, looked_at)


def test_members_without_a_figure_are_listed_and_must_be_acknowledged(member: Stage) -> None:
    other = "018f0000-0000-7000-8000-000000009999"
    member.told(registered(other, "9999", "Eksempelvik"))
    member.told(
        MunicipalityJoined(
            municipality_id=MunicipalityId(other), agreement_version=1, member_from=date(2026, 1, 1)
        )
    )

    with pytest.raises(MissingNotAcknowledged) as refused:
        confirmed(member, 2026)
    assert refused.value.details["missing"] == [
        {"municipality_id": other, "cause": "population-figure-missing"}
    ]
    assert confirmed(member, 2026, acknowledge_missing=True)["newly_determined"] == 1


def test_a_year_without_rates_names_the_cause(stage: Stage) -> None:
    stage.told(registered(), population(2026, 846), joined(date(2026, 1, 1)))

    assert [line["cause"] for line in seen(stage, 2026)["missing"]] == ["schedule-missing"]


def test_who_is_no_member_in_the_year_is_not_in_the_preview(member: Stage) -> None:
    shown = seen(member, 2025)

    assert (shown["fees"], shown["missing"]) == ([], [])


def test_what_was_known_before_a_determination_still_says_proposed(member: Stage) -> None:
    before = clock.moment(clock.now())
    confirmed(member, 2026)
    rows = [row for row in member.store.rows_known_at(FEES, before) if row["year"] == 2026]
    with member.store.reading() as connection:
        known = year_table(connection, 2026, rows=rows)

    assert known["fees"][0]["status"] == "proposed"
    assert table(member, 2026)["fees"][0]["status"] == "determined"


def test_a_quote_is_shown_but_owed_by_nobody(stage: Stage) -> None:
    stage.adopted()
    stage.told(registered(), population(2026, 846))
    stage.told(invited())
    shown = table(stage, 2026)

    assert shown["fees"][0]["quoted_ore"] == shown["totals"]["quoted_ore"] == 15_423_000
    assert (shown["fees"][0]["status"], shown["totals"]["to_pay_ore"]) == ("quoted", 0)


def test_a_waiver_is_taken_off_what_is_to_pay(member: Stage) -> None:
    confirmed(member, 2026)
    waiver = WaiveFee(municipality_id=LOPPA, year=2026, waived_ore=423_000, reason="Vedtak i KDU")
    member.asked(fees, fees.stream(LOPPA, "2026"), waiver)
    line = table(member, 2026)["fees"][0]

    assert (line["determined_ore"], line["waived_ore"], line["to_pay_ore"]) == (
        15_423_000,
        423_000,
        15_000_000,
    )


def test_a_member_to_be_is_in_no_preview_until_its_figure_is_there(stage: Stage) -> None:
    stage.adopted()
    stage.told(registered(), population(2025, 840), date_set())

    assert seen(stage, 2026)["missing"][0]["cause"] == "population-figure-missing"
