"""Who hosts the network for a time does not pay for that time, where the rates say so."""

from __future__ import annotations

from datetime import date

import pytest

from services.fees.contract import Component
from services.fees.fees.arithmetic import Term, joined
from tests.support.examples.fees import arithmetic, rates, term

JULY = date(2026, 7, 1)


def test_the_host_pays_where_the_schedule_says_so() -> None:
    fee = arithmetic(terms=(term(host=True),))

    assert (fee.liability, fee.to_pay_ore, fee.membership[0].host_exempt) == ("liable", 15_423_000, False)


def test_the_host_is_exempt_where_the_schedule_says_so() -> None:
    fee = arithmetic(rates=rates(host_pays=False), terms=(term(host=True),))

    assert (fee.liability, fee.lines, fee.to_pay_ore) == ("host_exempt", (), 0)
    assert fee.first_member_from == date(2023, 1, 1)


def test_other_members_pay_where_the_host_is_exempt() -> None:
    assert arithmetic(rates=rates(host_pays=False)).to_pay_ore == 15_423_000


def test_who_hosted_an_earlier_version_pays_once_another_hosts() -> None:
    hosts = (term(date(2023, 1, 1), JULY, host=True), term(JULY))

    assert arithmetic(2027, rates=rates(host_pays=False), terms=hosts).to_pay_ore == 15_423_000
    assert arithmetic(2025, rates=rates(host_pays=False), terms=hosts).liability == "host_exempt"


@pytest.mark.parametrize(
    ("hosts", "months"),
    [
        ((term(valid_to=JULY, host=True), term(JULY)), 6),
        ((term(valid_to=date(2026, 10, 1)), term(date(2026, 10, 1), host=True)), 9),
    ],
)
def test_a_host_for_a_part_of_the_year_is_liable_for_the_rest(hosts: tuple[Term, ...], months: int) -> None:
    fee = arithmetic(rates=rates(host_pays=False, proration="monthly"), terms=hosts)

    assert (fee.liability, {line.parts for line in fee.lines}) == ("liable", {months})
    assert [span.host_exempt for span in fee.membership] == [one.host for one in hosts]


def test_a_host_for_a_part_of_the_year_pays_all_of_it_where_a_part_counts_whole() -> None:
    hosts = (term(valid_to=JULY, host=True), term(JULY))

    assert arithmetic(rates=rates(host_pays=False), terms=hosts).to_pay_ore == 15_423_000


def test_where_the_host_pays_its_membership_is_one() -> None:
    fee = arithmetic(terms=(term(valid_to=JULY, host=True), term(JULY)))

    assert [(span.valid_from, span.host_exempt) for span in fee.membership] == [(date(2026, 1, 1), False)]


def test_two_versions_that_it_hosts_are_one_membership_as_host() -> None:
    assert [
        (one.valid_from, one.valid_to, one.host)
        for one in joined([term(valid_to=JULY, host=True), term(JULY, host=True)])
    ] == [(date(2023, 1, 1), None, True)]


def test_an_earlier_version_gives_way_where_a_later_one_has_another_host() -> None:
    terms = [term(JULY), term(host=True), term(date(2027, 1, 1), host=True)]

    assert [(one.valid_from, one.valid_to, one.host) for one in joined(terms)] == [
        (date(2023, 1, 1), JULY, True),
        (JULY, date(2027, 1, 1), False),
        (date(2027, 1, 1), None, True),
    ]


def test_a_membership_that_gives_way_on_its_first_day_is_none() -> None:
    assert joined([term(JULY, host=True), term(JULY)]) == [term(JULY)]


def test_who_joins_as_host_owes_no_one_off_and_who_becomes_host_later_does() -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=100)
    priced = rates(components=(entry,), host_pays=False)
    began, became = (
        (term(date(2026, 1, 1), JULY, host=host), term(JULY, host=not host)) for host in (True, False)
    )

    assert arithmetic(rates=priced, terms=began).to_pay_ore == 0
    assert arithmetic(rates=priced, terms=became).to_pay_ore == 100
