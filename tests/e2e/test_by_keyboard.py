"""Everything that is offered on a page is reached and sent by the keyboard alone, in a real browser without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import NETWORK
from tests.e2e.steps import found, publish_agreement, take_in
from tests.support.running import EmbeddedSuite
from tests.support.visiting import visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    # playwright closes its transport when the interpreter has stopped looking.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

GROUP = "0197a000-0000-7000-8000-00000000ab01"
MOST_STOPS = 400
expect.set_options(timeout=10_000)

NUMBER_STOPS = """() => {
    document.querySelectorAll('details').forEach(one => { one.open = true; });
    const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const groups = new Set();
    const all = [...document.querySelectorAll(stops)].filter(one => {
        if (one.type !== 'radio') return true;
        const group = one.form && [...document.forms].indexOf(one.form) + one.name;
        return !groups.has(group) && groups.add(group);
    });
    all.forEach((one, place) => { one.dataset.stop = place; });
    return all.map(one => (one.getAttribute('aria-label') || one.name || one.innerText || one.tagName).trim());
}"""
"""Opens what is folded and numbers every stop in the order of the page; buttons of one choice are one stop."""

WHERE = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const first = here.type === 'radio' ? here.form.querySelector(`[name="${here.name}"]`) : here;
    const look = getComputedStyle(here), box = here.getBoundingClientRect();
    const seen = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    return { stop: Number(first.dataset.stop), seen, inside: box.bottom > 0 && box.top < innerHeight };
}"""
"""At which stop the focus is, whether it shows, and whether it is on the screen."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSuite]:
    """A suite in which Harstad and Loppa are members, with a seat each in one group."""
    running = EmbeddedSuite(tmp_path_factory.mktemp("keyboard"))
    try:
        running.start()
        running.run("import", "population", str(NETWORK / "population.csv"))
        publish_agreement(running)
        take_in(running, [found(running, number) for number in ("5503", "5614")])
        group = {
            "group_id": GROUP,
            "kind": "leaders_network",
            "name": "Arkivnettverk",
            "decision_rule": "advisory",
            "seat_kind": "appointed",
            "seats_per_municipality": 1,
            "established_on": "2023-01-01",
        }
        running.settled()
        running.post("/groups/v1/groups", group)
        contact = {"role": "director", "name": "Kontoret", "email": "kontor@example.org"}
        loppa = f"/membership/v1/municipalities/{found(running, '5614')}"
        appointed = running.post(f"{loppa}/contacts", contact | {"valid_from": "2023-01-01"}).json
        running.settled()
        term = {"contact_id": appointed["contact_id"], "role": "director", "valid_from": "2023-02-01"}
        seat = f"/groups/v1/municipalities/{found(running, '5614')}/groups/{GROUP}/seats/1"
        running.post(f"{seat}/appointment", term)
        yield running
    finally:
        running.stop()


def focus(page: Page, name: str) -> None:
    """Press Tab until what is called `name` has the focus, without ever leaving the page."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
                const here = document.activeElement;
                if (!here) return '';  // a page that has only begun to come
                const told = here.labels && here.labels[0] ? here.labels[0] : here;
                return told.textContent.replace(/\\s+/g, ' ').trim();
            }"""
        )
        if here == name or here.startswith(f"{name} ("):
            return
    raise AssertionError(f"{name} is not reached: {page.get_by_role('main').inner_text()}")


def press(page: Page, name: str) -> None:
    """Go to a link, a button or something folded, and press Enter."""
    focus(page, name)
    enter(page)


def enter(page: Page) -> None:
    """Press Enter, and wait for the page that it leads to; what is folded leads nowhere."""
    if page.locator(":focus").evaluate("here => here.tagName") == "SUMMARY":
        page.keyboard.press("Enter")
        return
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field and type."""
    focus(page, name)
    page.keyboard.type(text)


def test_municipalities_are_registered_and_merged_by_keyboard(browser: Browser, suite: EmbeddedSuite) -> None:
    with visitor(browser, suite, "office") as page:
        press(page, "Kommuner")
        press(page, "Registrer en kommune eller en endring av kartet")
        press(page, "Registrer kommune")
        write(page, "Norsk navn", "Nyby")
        write(page, "Kommunenummer", "5599")
        write(page, "Organisasjonsnummer", "974760673")
        write(page, "Gjelder fra", "01012024")
        press(page, "Registrer kommunen")
        expect(page.get_by_text("Nyby ble registrert med kommunenummer 5599.")).to_be_visible()

        press(page, "Nytt kommunenummer")
        write(page, "Nytt nummer", "5598")
        write(page, "Gjelder fra", "01012025")
        enter(page)
        expect(page.get_by_text("Nytt kommunenummer 5598, før 5599.")).to_be_visible()

        press(page, "Kommuner")
        press(page, "Registrer en kommune eller en endring av kartet")
        press(page, "Registrer kommunesammenslåing")
        write(page, "Gjelder fra", "01012030")
        for name in ("Karlsøy (5534)", "Nyby (5598)"):
            focus(page, name)
            page.keyboard.press("Space")
        focus(page, "Kommunen som kommer etter")
        page.keyboard.type("Nyby")
        press(page, "Se hva det fører til")
        expect(page.get_by_text("Opphører. Siste dag er 31. desember 2029.")).to_be_visible()
        page.reload()
        press(page, "Registrer sammenslåingen")
        expect(page.get_by_text("Karlsøy og Nyby ble slått sammen til Nyby.").first).to_be_visible()


def test_a_form_that_was_refused_is_reached_from_the_summary_of_what_is_wrong(
    browser: Browser, suite: EmbeddedSuite
) -> None:
    with visitor(browser, suite, "office") as page:
        page.goto(f"/membership/kommuner/{found(suite, '5614')}/folketall")
        write(page, "Innbyggere", "mange")
        write(page, "Kilde", "SSB")
        press(page, "Registrer folketallet")
        expect(page.get_by_role("alert")).to_contain_text("Skriv et tall.")
        press(page, "Innbyggere: Skriv et tall.")
        expect(page).to_have_url(re.compile("#felt-inhabitants$"))
        assert page.evaluate("document.activeElement.name") == "inhabitants"


def test_a_term_is_put_right_by_keyboard(browser: Browser, suite: EmbeddedSuite) -> None:
    with visitor(browser, suite, "5614") as page:
        press(page, "Grupper")
        press(page, "Plassene til egen kommune")
        press(page, "Endre: Arkivnettverk, plass 1")
        press(page, "Rett perioden fra 1. februar 2023")
        write(page, "Fra", "01012023")
        write(page, "Hvorfor", "Skrevet feil")
        press(page, "Rett dagene")
        expect(page.get_by_role("main").get_by_text("01.01.2023").first).to_be_visible()


def pages_of(suite: EmbeddedSuite) -> list[str]:
    """Every page that has a form, and the lists that lead to them."""
    loppa = found(suite, "5614")
    membership, fees, groups = (
        f"/{service}/kommuner/{loppa}" for service in ("membership", "fees", "groups")
    )
    return [
        *("/membership/", "/membership/kommuner", "/membership/kommuner/ny"),
        *(f"/membership/kommuner/{kind}" for kind in ("sammenslaing", "deling", "grensejustering")),
        *(f"{membership}{tab}" for tab in ("", "/kontakter", "/historikk", "/nummer", "/navn", "/folketall")),
        *("/membership/avtaler", "/membership/avtaler/ny", "/membership/avtaler/1", "/membership/import"),
        *("/fees/", "/fees/satser", "/fees/satser/nye", "/fees/tilskudd/nytt", fees),
        *("/groups/", "/groups/grupper/ny", f"/groups/grupper/{GROUP}", f"/groups/grupper/{GROUP}/endre"),
        *(groups, f"{groups}/faggrupper", f"{groups}/grupper/{GROUP}/plasser/1"),
        f"{groups}/grupper/{GROUP}/plasser/1/perioder/1",
        *("/notifications/hendelser", "/notifications/varsler", f"/notifications/kommuner/{loppa}"),
    ]


def test_tab_goes_through_every_page_from_top_to_bottom_and_is_always_seen(
    browser: Browser, suite: EmbeddedSuite
) -> None:
    with visitor(browser, suite, "office") as page:
        for path in pages_of(suite):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            names = page.evaluate(NUMBER_STOPS)
            stops: list[int] = []
            unseen = []
            for _ in range(MOST_STOPS):
                page.keyboard.press("Tab")
                here = page.evaluate(WHERE)
                # After the last stop comes the browser itself, or the first one again.
                if here is None or (stops and here["stop"] < stops[0] + len(stops) - 1):
                    break
                if not stops or stops[-1] != here["stop"]:
                    stops.append(here["stop"])
                if not (here["seen"] and here["inside"]):
                    unseen.append(names[here["stop"]])

            assert stops == list(range(len(names))), (path, [names[one] for one in stops], names)
            assert unseen == [], path
