"""Laws that hold for every history that the rules can lead to."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.contract import Names
from services.membership.municipalities.corrections import CorrectFact
from services.membership.municipalities.domain import (
    MunicipalityCommand,
    RegisterMunicipality,
    RenameMunicipality,
    RenumberMunicipality,
    municipalities,
)
from services.membership.municipalities.map_changes import RecordBoundaryAdjustment, RecordMerger, RecordSplit
from shared.errors import Refused
from tests.support.chance import EXAMPLES, tried
from tests.support.examples.membership import HARSTAD, LYNGEN, NEIGHBOUR

days = st.integers(0, 8).map(lambda years: date(2020, 1, 1) + timedelta(days=365 * years))
numbers = st.sampled_from(["5424", "5536", "5636"])
names = st.builds(Names, nb=st.just("Lyngen"), se=st.sampled_from([None, "Ivgu"]), fkv=st.none())
values = st.sampled_from(
    [None, "5424", "5536", "Ivgu", "840014932", "2020-01-01", "2024-12-30", "2027-12-29"]
)
facts = st.sampled_from(["number", "organisation_number", "name_nb", "name_se", "name_fkv", "valid_from"])
commands: st.SearchStrategy[MunicipalityCommand] = st.one_of(
    st.builds(
        RegisterMunicipality,
        municipality_id=st.just(LYNGEN),
        organisation_number=st.just("840014932"),
        number=numbers,
        names=names,
        valid_from=days,
        taken_by=st.none(),
    ),
    st.builds(RenumberMunicipality, number=numbers, valid_from=days, taken_by=st.none()),
    st.builds(RenameMunicipality, names=names, valid_from=days),
    st.builds(
        CorrectFact,
        fact=facts,
        valid_from=days,
        old_value=values,
        new_value=values,
        reason=st.just("Feil"),
        taken_by=st.none(),
    ),
    st.builds(
        RecordMerger,
        municipality_id=st.just(LYNGEN),
        predecessors=st.just((LYNGEN, NEIGHBOUR)),
        successor=st.sampled_from([LYNGEN, HARSTAD]),
        merged_on=days,
    ),
    st.builds(
        RecordSplit,
        municipality_id=st.just(LYNGEN),
        predecessor=st.just(LYNGEN),
        successors=st.just((HARSTAD, NEIGHBOUR)),
        split_on=days,
    ),
    st.builds(
        RecordBoundaryAdjustment,
        municipality_id=st.just(LYNGEN),
        giver=st.just(LYNGEN),
        receivers=st.just((HARSTAD,)),
        adjusted_on=days,
    ),
)


@pytest.mark.sampled
@settings(tried, max_examples=5 * EXAMPLES)
@given(st.lists(commands, max_size=12))
def test_folding_never_fails_and_facts_stay_in_the_order_of_their_dates(
    asked: list[MunicipalityCommand],
) -> None:
    municipality = municipalities.initial
    for command in asked:
        try:
            events = municipalities.decide(municipality, command)
        except Refused:
            continue
        municipality = municipalities.fold(events, municipality)
        if isinstance(command, RenumberMunicipality | RenameMunicipality):
            assert list(municipalities.decide(municipality, command)) == []
        for kind in (municipality.numbers, municipality.names, municipality.organisations):
            assert all(earlier.valid_from < later.valid_from for earlier, later in pairwise(kind))
