"""What names a state names no other one, also where positions and builds come back."""

from __future__ import annotations

from collections.abc import Callable

from shared import builds
from shared.database import Database
from shared.eventstore import Store
from shared.revision import MOST_UNNUMBERED
from tests.support import parking_company as company_rules
from tests.support.garage import OFFICE, Company, garage_store
from tests.support.migrated import migrated

MODELS = (company_rules.rented_places,)


def waiting(store: Store) -> set[str]:
    """The events that wait for a number, as the state is named by them."""
    return {value for kind, value in store.revision() or () if kind == "waiting"}


def test_a_state_has_the_same_name_for_as_long_as_nothing_happens(small_company: Company) -> None:
    small_company.rent("a")

    assert small_company.garage.revision() == small_company.garage.revision() is not None


def test_what_happens_gives_a_new_name(small_company: Company) -> None:
    names = [small_company.garage.revision()]
    small_company.rent("a")
    names.append(small_company.garage.revision())
    small_company.publish()
    names.append(small_company.garage.revision())
    small_company.free("a")
    names.append(small_company.garage.revision())

    assert len(set(names)) == 4


def test_readers_who_are_led_back_to_a_build_are_not_where_they_were(small_company: Company) -> None:
    store = small_company.garage
    before = store.revision()
    with store.database.writing() as connection:
        number = builds.create_build(connection, store.service, MODELS)
        builds.promote(connection, store.service, number)
    between = store.revision()
    with store.database.writing() as connection:
        builds.go_back(connection, [one.name for one in MODELS])

    assert len({before, between, store.revision()}) == 3


def test_a_position_that_is_given_away_again_is_not_the_same_event(
    make_database: Callable[[str], Database],
) -> None:
    """As in a database that was restored from a copy: another event comes to stand in its place."""
    found = []
    for name in ("garage", "billing"):
        database = make_database(name)
        migrated(database)
        store = garage_store(database, [])
        asked = company_rules.RentPlace(place="a", car="EK 1", garage_id="g1")
        store.handle(company_rules.places, company_rules.places.stream("g1", "a"), asked, OFFICE)
        found.append(waiting(store))

    assert [len(one) for one in found] == [1, 1]
    assert found[0] != found[1]


def test_while_many_events_wait_for_their_number_the_state_has_no_name(small_company: Company) -> None:
    for number in range(MOST_UNNUMBERED):
        small_company.rent(str(number))
    assert small_company.garage.revision() is not None
    small_company.rent("one-more")

    assert small_company.garage.revision() is None
