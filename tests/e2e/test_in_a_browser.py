"""A municipality's whole way through the pages of a real browser, which runs no script at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from services.membership.memberships.domain.refusals import ResolutionMissing
from shared import clock
from tests.e2e import steps
from tests.e2e.browsing import comes, fill, menu, send, step, tab
from tests.e2e.conftest import NETWORK
from tests.support.running import EmbeddedSuite, until
from tests.support.visiting import visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    # playwright closes its transport when the interpreter has stopped looking.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

TODAY = clock.today()
BEGINS = date(TODAY.year + 1, 1, 1)
PHONE = 390
expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSuite]:
    """A suite with the network's register and figures, in which nothing has happened yet."""
    running = EmbeddedSuite(tmp_path_factory.mktemp("browser"))
    try:
        running.start()
        running.run("import", "population", str(NETWORK / "population.csv"))
        yield running
    finally:
        running.stop()


def open_loppa(page: Page) -> None:
    """By the number that it had until 2023."""
    menu(page, "Kommuner")
    fill(page, Navn_eller_nummer="5432")
    page.get_by_role("main").get_by_role("button", name="Vis").click()
    page.get_by_role("main").get_by_role("link", name="Loppa").click()


def publish_agreement(page: Page) -> None:
    menu(page, "Avtaler")
    page.get_by_role("link", name="Ny versjon").click()
    form = page.locator("main form")
    fill(
        form,
        Samarbeidsform="Administrativt vertskommunesamarbeid",
        Vertskommune="Harstad",
        Gjelder_fra="2023-01-01",
        Oppsigelsestid_i_måneder="3",
        Overskrift_på_bokmål="Avtale",
        Tekst_på_bokmål="Kommunestyret ber kommunedirektøren signere.",
    )
    form.get_by_label("fra hvilken som helst dag").check()
    send(form)


def test_a_municipality_is_taken_in_through_the_pages(browser: Browser, suite: EmbeddedSuite) -> None:
    with visitor(browser, suite, "office") as page:
        publish_agreement(page)
        open_loppa(page)

        # An error stands beside its field, in Norwegian, and what was filled in stays.
        invitation = step(page, "invitation")
        fill(invitation, Invitert=str(TODAY - timedelta(days=60)))
        send(invitation)
        deadline = step(page, "invitation").get_by_label("Svarfrist")
        assert deadline.get_attribute("aria-invalid") == "true"
        beside = page.locator(f"#{deadline.get_attribute('id')}-feil")
        assert beside.inner_text() == "Må fylles ut."
        assert step(page, "invitation").get_by_label("Invitert").input_value() == str(
            TODAY - timedelta(days=60)
        )
        fill(step(page, "invitation"), Svarfrist=str(TODAY + timedelta(days=20)))
        send(step(page, "invitation"))

        # The quote that the council's paper needs.
        tab(page, "Avgift")
        comes(page, "Pristilbud")
        assert "kr 154 230,00" in page.get_by_role("main").inner_text().replace("\u00a0", " ")

        tab(page, "Medlemskap")
        treatment = step(page, "treatments")
        fill(treatment, Organ="Formannskapet", Møtedato=str(TODAY - timedelta(days=30)), Saksnummer="PS 1/26")
        treatment.get_by_label("Tilrådd", exact=True).check()
        send(treatment)

        # Signing is refused before the council has decided, with the sentence at the form.
        signature = step(page, "signature")
        fill(signature, Signert=str(TODAY - timedelta(days=11)))
        send(signature)
        refusal = page.locator('[id="1-signature"]').get_by_role("alert")
        expect(refusal).to_have_text(ResolutionMissing.nb)
        resolution = step(page, "resolution")
        fill(resolution, Vedtatt=str(TODAY - timedelta(days=10)), Saksnummer="PS 2/26")
        resolution.get_by_label("Vedtatt", exact=True).and_(page.get_by_role("radio")).check()
        send(resolution)

        # Nor may it be signed before that day.
        signature = step(page, "signature")
        fill(signature, Signert=str(TODAY - timedelta(days=11)))
        signature.get_by_role("group", name="Signert avtale").get_by_label("Arkivsak").fill("26/1")
        send(signature)
        expect(page.get_by_role("alert").first).to_be_visible()
        fill(step(page, "signature"), Signert=str(TODAY - timedelta(days=5)))
        send(step(page, "signature"))

        receipt = step(page, "receipt")
        for paper in ("Signert avtale", "Kopi av vedtaket"):
            receipt.get_by_role("group", name=paper).get_by_label("Arkivsak").fill("26/1")
        send(receipt)
        joining = step(page, "joining-date")
        fill(joining, Medlem_fra=str(BEGINS))
        send(joining)
        expect(page.get_by_text("Blir medlem fra")).to_be_visible()

        # The estimate, and the membership when its day comes.
        tab(page, "Avgift")
        comes(page, "Anslag")
        suite.run("clock", str(BEGINS))
        tab(page, "Medlemskap")
        comes(page, "Medlem fra")
        tab(page, "Grupper")
        comes(page, "Ledig")

        # A group to sign up for, and an office to do it.
        menu(page, "Grupper")
        page.get_by_role("link", name="Opprett gruppe").click()
        form = page.locator("main form")
        fill(form, Navn="Velferd", Type="Faggruppe", Hvordan_gruppen_beslutter="Rådgivende")
        fill(form, Hvordan_plassene_fylles="Påmelding", Opprettet_fra=str(BEGINS))
        send(form)
        open_loppa(page)
        tab(page, "Kontakter")
        form = page.locator("form", has=page.get_by_role("button", name="Registrer", exact=True))
        fill(form, Rolle="Digitaliseringsansvarlig", Navn="Digitalisering")
        form.get_by_label("E-post").fill("digital@example.org")
        send(form)
        expect(page.get_by_text("digital@example.org").first).to_be_visible()

        tab(page, "Varsler")
        comes(page, "Loppa")

    with visitor(browser, suite, "5614") as page:
        # The municipality signs up itself: without a group it is refused.
        tab(page, "Grupper")
        page.get_by_role("link", name="Velg faggrupper").click()
        form = page.locator("main form")
        fill(form, Kontaktperson="Digitalisering", Rolle="Digitaliseringsansvarlig")
        send(form)
        assert "minst én" in page.locator("main").inner_text()
        page.get_by_label("Velferd").check()
        send(page.locator("main form"))
        comes(page, "Velferd")
        comes(page, "Digitalisering")
        tab(page, "Varsler")
        comes(page, "medlem")


@pytest.mark.long
def test_a_municipality_sees_its_own_and_not_what_is_anothers(browser: Browser, suite: EmbeddedSuite) -> None:
    (other,) = suite.get("/membership/v1/municipalities?number=5501")["items"]
    with visitor(browser, suite, "5614") as page:
        expect(page.get_by_role("heading", name="Loppa", level=1)).to_be_visible()
        for own in ("Avgift", "Grupper", "Varsler", "Historikk", "Kontakter"):
            tab(page, own)
            expect(page.get_by_role("heading", level=1).first, own).to_have_text(re.compile("^Loppa"))

        for path in ("/fees/kommuner/{}", "/membership/kommuner/{}/kontakter", "/notifications/kommuner/{}"):
            answer = page.goto(path.format(other["municipality_id"]))
            assert answer is not None
            assert answer.status == 403, path
            expect(page.get_by_text("Dette hører til en annen kommune.")).to_be_visible()
        answer = page.goto("/membership/import")
        assert answer is not None
        assert answer.status == 403


@pytest.mark.long
def test_the_keyboard_is_enough(browser: Browser, suite: EmbeddedSuite) -> None:
    with visitor(browser, suite, "office") as page:
        page.goto("/groups/grupper/ny")
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.inner_text() == "Hopp til hovedinnhold"
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#innhold$"))

        fields = page.locator("main form [name]:not([type=hidden])").evaluate_all(
            "all => all.map(a => a.name)"
        )
        reached: dict[str, None] = {}
        for _ in range(20):
            page.keyboard.press("Tab")
            # A date has a stop for each of its parts, the last of them inside the browser's own control.
            if focused.count():
                reached[focused.get_attribute("name") or focused.inner_text()] = None
            if "Opprett gruppe" in reached:
                break
        assert list(reached) == [*fields, "Opprett gruppe"]


@pytest.mark.long
def test_pages_fit_a_phone(browser: Browser, suite: EmbeddedSuite) -> None:
    (loppa,) = suite.get("/membership/v1/municipalities?number=5614")["items"]
    (harstad,) = suite.get("/membership/v1/municipalities?number=5503")["items"]
    one, other = loppa["municipality_id"], harstad["municipality_id"]
    pages = [
        *("/membership/", "/membership/kommuner", "/membership/avtaler", "/membership/import"),
        *(f"/membership/kommuner/{one}{tab}" for tab in ("", "/kontakter", "/historikk")),
        *(f"/membership/kommuner/{one}/{form}" for form in ("nummer", "navn", "folketall")),
        *(f"/membership/kommuner/{form}" for form in ("ny", "sammenslaing", "deling", "grensejustering")),
        f"/membership/kommuner/grensejustering/forhandsvisning?giver={one}&receivers={other}&adjusted_on=2030-01-01",
        *("/fees/", "/fees/satser", "/fees/satser/nye", f"/fees/kommuner/{one}"),
        *("/groups/", "/groups/grupper/ny", f"/groups/kommuner/{one}"),
        *("/notifications/hendelser", "/notifications/varsler", f"/notifications/kommuner/{one}"),
    ]
    with visitor(browser, suite, "office", width=PHONE) as page:
        for path in pages:
            answer = page.goto(path)

            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path


@pytest.mark.long
def test_a_date_is_corrected_and_a_membership_ends_through_the_pages(
    browser: Browser, suite: EmbeddedSuite
) -> None:
    """After the way in: the date that was wrong, notice of withdrawal, and the day on which it ends."""
    later = BEGINS + timedelta(days=31)
    hasvik = steps.found(suite, "5616")
    way = f"/membership/v1/municipalities/{hasvik}/agreements/1"
    if not suite.get("/membership/v1/agreements")["items"]:
        steps.publish_agreement(suite)
    for name, body in steps.WAY[:-1]:
        steps.step(suite, hasvik, name, body)
    steps.step(suite, hasvik, "joining-date", {"member_from": str(BEGINS)})
    with visitor(browser, suite, "office") as page:
        page.goto(f"/membership/kommuner/{hasvik}")
        correction = step(page, "joining-date-correction")
        fill(correction, Medlem_fra=str(later), Begrunnelse="Feil dato i vedtaket")
        send(correction)
        comes(page, "Innmeldt, trer inn senere")
        suite.run("clock", str(later))
        until(lambda: suite.get(way)["stage"] == "member", "the corrected date does not come")
        assert suite.get(way)["member_from"] == str(later)

        page.reload()
        notice = step(page, "withdrawal")
        fill(notice, Oppsigelsen_kom_inn=str(later))
        send(notice)
        comes(page, "Har sagt opp")
        suite.run("clock", suite.get(way)["ends_on"])
        comes(page, "Avsluttet")

        tab(page, "Varsler")
        comes(page, "Hasvik")
