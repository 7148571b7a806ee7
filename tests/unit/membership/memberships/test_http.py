"""The way to membership and out of it over HTTP, step by step."""

from __future__ import annotations

import pytest

from shared.eventstore import Store
from tests.support.conditions import changes_only_what_was_seen
from tests.support.membership_way import PAPERS, Client, Way, day, publish

pytestmark = pytest.mark.usefixtures("version_1")


def kinds(store: Store, municipality_id: str) -> list[str]:
    return [type(one.event).__name__ for one in store.history(key=municipality_id)][-8:]


def test_a_municipality_goes_the_whole_way(office: Client, loppa: str, store: Store) -> None:
    way = Way(office, loppa)
    invited = way.invite()
    assert (invited.status_code, invited.json["stage"]) == (201, "invited")
    assert way.treat().json["stage"] == "in_treatment"
    assert way.resolve().json["stage"] == "approved"
    assert way.sign().json["stage"] == "signed"
    assert way.receive().json["missing"] == ["joining_date"]
    joined = way.join()

    assert (joined.json["stage"], joined.json["joined"]) == ("member", True)
    assert kinds(store, loppa)[-2:] == ["JoiningDateSet", "MunicipalityJoined"]


def test_signing_without_a_resolution_is_refused_with_its_code(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    refused = way.sign()

    assert (refused.status_code, refused.json["code"]) == (409, "resolution-missing")


def test_a_receipt_without_a_copy_of_the_resolution_is_refused_by_name(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    way.resolve()
    way.sign()
    refused = way.receive(resolution_document=None)

    assert refused.json["code"] == "papers-missing"
    assert "resolution_document" in refused.text


def test_unknown_fields_municipalities_and_versions_are_refused(office: Client, loppa: str) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"

    assert Way(office, loppa).invite(wish="now").status_code == 422
    assert Way(office, nobody).invite().json["code"] == "municipality-unknown"
    assert Way(office, loppa, 7).invite().json["code"] == "agreement-version-unknown"


def test_the_host_takes_part_by_its_own_resolution(office: Client, harstad: str) -> None:
    way = Way(office, harstad)

    assert way.invite().json["code"] == "host-has-no-agreement"
    assert way.resolve().status_code == 201
    assert way.sign().json["code"] == "host-has-no-agreement"
    joined = way.join()
    assert (joined.json["host"], joined.json["stage"], joined.json["missing"]) == (True, "member", [])


def test_a_host_that_has_resolved_lacks_its_joining_date_alone(office: Client, harstad: str) -> None:
    resolved = Way(office, harstad).resolve()
    waiting = [one for one in office.get("/waiting").json["items"] if one["municipality_id"] == harstad]
    board = [one for one in office.get("/board").json["items"] if one["municipality_id"] == harstad]

    assert resolved.json["missing"] == ["joining_date"]
    assert [one["missing"] for one in board] == [["joining_date"]]
    assert [one["text"] for one in waiting] == ["Harstad: alt er på plass, og innmeldingsdatoen kan settes."]


def test_a_version_that_changed_meanwhile_is_a_conflict(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    etag = way.invite().headers["ETag"]
    way.treat()

    assert (
        way.take(
            "signature", {"signed_on": day(-1), "signatory_role": "Ordfører"}, **{"If-Match": etag}
        ).status_code
        == 412
    )


def test_one_key_has_one_effect(office: Client, loppa: str, store: Store) -> None:
    body = {
        "body": "Formannskapet",
        "treated_on": day(-70),
        "case_number": "44/26",
        "outcome": "recommended",
    }
    way = Way(office, loppa)
    way.invite()
    answers = [way.take("treatments", body, **{"Idempotency-Key": "behandling-1"}) for _ in range(3)]

    assert {answer.text for answer in answers} == {answers[0].text}
    assert kinds(store, loppa).count("TreatmentRegistered") == 1


def test_a_joining_date_ahead_is_coming_and_can_be_corrected(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    set_ahead = way.go(20)
    corrected = way.take("joining-date-correction", {"member_from": day(-20), "reason": "Feil måned"})

    assert set_ahead.json["stage"] == "joining"
    assert (corrected.json["stage"], corrected.json["member_from"]) == ("member", day(-20))


def test_a_joining_date_ahead_is_taken_back_and_nobody_waits_for_another(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.go(20)
    back = way.take("joining-date-cancellation", {"cancelled_on": day(0), "reason": "Vedtaket er gjort om"})

    assert (back.status_code, back.json["stage"]) == (201, "joining_cancelled")
    assert (back.json["member_from"], back.json["intervals"]) == (None, [])
    assert office.get("/members?standing=all").json["items"] == []
    assert "joining-date-missing" not in office.get("/waiting").text
    again = way.join(30)
    assert (again.json["stage"], again.json["joining_cancelled"]) == ("joining", None)


def test_what_cannot_be_taken_back_is_refused_with_its_code(
    office: Client, from_loppa: Client, loppa: str
) -> None:
    way, body = Way(office, loppa), {"cancelled_on": day(0), "reason": "Vedtaket er gjort om"}
    way.go(20)
    ahead = way.take("joining-date-cancellation", body | {"cancelled_on": day(1)})
    early = way.take("joining-date-cancellation", body | {"cancelled_on": day(-61)})
    silent = way.take("joining-date-cancellation", body | {"reason": " "})
    own = Way(from_loppa, loppa).take("joining-date-cancellation", body)
    way.take("joining-date-correction", {"member_from": day(-20), "reason": "Feil måned"})
    begun = way.take("joining-date-cancellation", body)

    assert [one.json["code"] for one in (ahead, early, silent, begun)] == [
        "date-ahead",
        "dates-out-of-order",
        "reason-missing",
        "membership-begun",
    ]
    assert own.status_code == 403


def test_a_notice_ends_by_the_rule_is_taken_back_and_given_anew(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.go()
    given = way.take("withdrawal", {"received_on": day(-5)})
    assert given.json["stage"] == "notice_given"
    assert given.json["ends_on"] > day(360)
    assert given.json["ends_on"].endswith("-01-01")
    back = way.take("withdrawal-cancellation", {"cancelled_on": day(-4), "reason": "Nytt vedtak"})
    assert back.json["stage"] == "member"
    unexplained = way.take("withdrawal", {"received_on": day(-3), "ends_on": day(-1)})
    assert unexplained.json["code"] == "reason-missing"
    left = way.take("withdrawal", {"received_on": day(-3), "ends_on": day(-1), "reason": "Avtalt"})
    assert (left.json["stage"], left.json["left"]) == ("ended", True)
    moved = way.take("leaving-date-correction", {"left_on": day(-2), "reason": "Feil dag"})

    assert moved.json["ends_on"] == day(-2)


def test_who_has_left_may_come_back_and_both_memberships_are_told(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.leave_and_begin_anew()
    again = way.join(-15)

    assert again.status_code == 201, again.text
    assert [one["member_from"] for one in again.json["intervals"]] == [day(-30), day(-15)]
    members = office.get("/members?standing=all").json["items"]
    assert [one["standing"] for one in members] == ["former", "member"]


def test_a_later_version_takes_over_without_a_gap(
    office: Client, harstad: str, loppa: str, store: Store
) -> None:
    publish(office, harstad, 2)
    Way(office, loppa, 1).go(-30)
    Way(office, loppa, 2).go(-10)
    members = office.get("/members").json["items"]

    assert [(one["member_from"], one["agreement_version"]) for one in members] == [(day(-30), 2)]
    assert [part["member_to"] for part in members[0]["parts"]] == [day(-10), None]
    left = store.history(stream=f"membership-{loppa}/1")[-1].event
    assert (left.cause, str(left.left_on)) == ("version_ended", day(-10))


def test_two_memberships_at_a_time_are_refused(office: Client, harstad: str, loppa: str) -> None:
    publish(office, harstad, 2)
    Way(office, loppa, 2).go(-10)
    refused = Way(office, loppa, 1).go(-5)

    assert refused.json["code"] == "memberships-overlap"


def test_what_waits_is_the_offices(office: Client, from_loppa: Client, loppa: str, alta: str) -> None:
    Way(office, loppa).invite()
    way = Way(office, alta)
    way.invite()
    way.resolve()
    way.sign()
    items = office.get("/waiting").json["items"]

    assert ("reply-overdue", loppa) in [(one["kind"], one["municipality_id"]) for one in items]
    assert ("papers-missing", alta) in [(one["kind"], one["municipality_id"]) for one in items]
    assert items[0]["severity"] == "danger"
    assert from_loppa.get("/waiting").status_code == 403


def test_a_signature_keeps_the_hash_of_the_document(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    way.resolve()
    wrong = way.sign(document={"archive_case": "26/1", "sha256": "xyz"})
    signed = way.sign(document={"archive_case": "26/1", "sha256": "a" * 64})

    assert wrong.status_code == 422
    assert signed.json["signature"]["document"]["sha256"] == "a" * 64
    assert way.receive(**PAPERS).status_code == 201


def test_only_a_contact_of_the_municipality_signs_for_it(office: Client, loppa: str, alta: str) -> None:
    def appointed(municipality_id: str) -> str:
        person = {"name": "Kari Nordmann", "email": "kari@example.org", "role": "director"}
        answer = office.post(
            f"/municipalities/{municipality_id}/contacts", person | {"valid_from": day(-200)}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json["contact_id"])

    way = Way(office, loppa)
    way.invite()
    way.resolve()
    own, erased = appointed(loppa), appointed(loppa)
    assert office.post(f"/municipalities/{loppa}/contacts/{erased}/erasure", {}).status_code == 201
    unknown = way.sign(contact_id="018f0000-0000-7000-8000-000000005503")
    others = way.sign(contact_id=appointed(alta))

    assert (unknown.status_code, unknown.json["code"]) == (404, "contact-unknown")
    assert (others.status_code, others.json["code"]) == (404, "contact-unknown")
    assert way.sign(contact_id=erased).json["code"] == "contact-is-erased"
    assert way.sign(contact_id=own).json["signature"]["contact_id"] == own


def test_a_step_is_taken_only_on_the_way_that_was_seen(office: Client, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    treatment = {"body": "Formannskapet", "treated_on": day(-70), "outcome": "recommended"}
    changes_only_what_was_seen(
        lambda: office.get(way.path),
        lambda headers: way.take("treatments", treatment | {"case_number": "1/26"}, **headers),
    )


def test_a_way_that_nobody_has_begun_is_unknown(office: Client, loppa: str) -> None:
    answer = office.get(Way(office, loppa).path)

    assert (answer.status_code, answer.json["code"]) == (404, "way-unknown")
