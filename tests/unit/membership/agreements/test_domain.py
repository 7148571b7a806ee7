from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.agreements.domain import (
    AgreementVersionAlreadyPublished,
    AgreementVersionUnknown,
    ExtendAgreementVersion,
    ExtensionNotLater,
    HostUnknown,
    PublishAgreementVersion,
    ValidityEmpty,
    agreements,
)
from tests.support.examples.membership import agreement_version_extended, agreement_version_published
from tests.support.given_when_then import Scenario

published = agreement_version_published()
publish = PublishAgreementVersion(
    agreement_version=published.agreement_version,
    legal_form=published.legal_form,
    host_municipality_id=published.host_municipality_id,
    host_known=True,
    valid_from=published.valid_from,
    valid_to=published.valid_to,
    notice_rule=published.notice_rule,
    extension=published.extension,
    checklist=published.checklist,
    texts=published.texts,
    assumed=published.assumed,
)
extend = ExtendAgreementVersion(agreement_version=1, valid_to=date(2028, 1, 1), decided_by="Styringsgruppa")

given = Scenario(agreements).given


def test_a_version_is_published_for_the_councils() -> None:
    given().when(publish).then(published)


def test_publishing_the_same_content_again_changes_nothing() -> None:
    given(published).when(publish).then_nothing()


def test_another_content_needs_another_version() -> None:
    other = replace(publish, legal_form="et annet")

    given(published).when(other).then_refused(AgreementVersionAlreadyPublished, field="agreement_version")


def test_a_version_holds_for_at_least_a_day() -> None:
    empty = replace(publish, valid_to=publish.valid_from)

    given().when(empty).then_refused(ValidityEmpty, field="valid_to")


def test_a_version_may_be_open_ended() -> None:
    given().when(replace(publish, valid_to=None)).then(agreement_version_published(valid_to=None))


def test_the_host_is_a_registered_municipality() -> None:
    given().when(replace(publish, host_known=False)).then_refused(HostUnknown, field="host_municipality_id")


def test_a_version_can_be_extended() -> None:
    given(published).when(extend).then(agreement_version_extended())


def test_a_version_can_be_made_open_ended() -> None:
    given(published).when(replace(extend, valid_to=None)).then(agreement_version_extended(valid_to=None))


def test_extending_to_the_end_that_holds_changes_nothing() -> None:
    given(published, agreement_version_extended()).when(extend).then_nothing()


def test_an_extension_never_shortens_a_version() -> None:
    earlier = replace(extend, valid_to=date(2026, 1, 1))

    given(published).when(earlier).then_refused(ExtensionNotLater, valid_to="2027-01-01", field="valid_to")


def test_an_open_ended_version_is_given_no_end() -> None:
    open_ended = agreement_version_published(valid_to=None)

    given(open_ended).when(extend).then_refused(ExtensionNotLater, field="valid_to", valid_to="None")


def test_what_was_never_published_cannot_be_extended() -> None:
    given().when(extend).then_refused(AgreementVersionUnknown)
