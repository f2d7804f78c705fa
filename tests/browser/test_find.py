"""The start in a real browser: the search with a keyboard, filters that keep the address, map and list on a phone, and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.beds import build_beds
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.conftest import Database, Server, serving

VLIERHOF = "/?q=Vlierhof+1"
SIZES = (DESKTOP, PHONE)


@pytest.fixture(scope="module")
def beds(module_database: Database) -> Iterator[Server]:
    with module_database.sessions() as session:
        build_beds(session)
        session.commit()
    with serving(module_database) as running:
        yield running


def first(page: Page) -> str | None:
    return page.locator("#resultaat .plist > li").first.get_attribute("data-place")


@pytest.mark.parametrize("size", SIZES)
def test_green_that_is_refused_is_accessible_and_fits(beds: Server, visit: Visitor, size: tuple[int, int]) -> None:
    seen = visit(f"{beds.url}/groen/B8", size)
    assert seen.faults_of_axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_search_with_the_keyboard_alone(beds: Server, visit: Visitor) -> None:
    page = visit(f"{beds.url}/").page
    page.get_by_role("combobox").focus()
    page.keyboard.type("vlierhof 2", delay=20)
    expect(page.get_by_role("option")).to_have_count(6)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-activedescendant", "optie-2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=Vlierhof%2023&bij="))
    expect(page.locator("#verteld")).to_contain_text("plekken")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_filters_and_chips_keep_the_address_and_going_back_too(beds: Server, visit: Visitor) -> None:
    page = visit(beds.url + VLIERHOF).page
    page.locator("#vrij").click()
    expect(page).to_have_url(re.compile(r"status=vrij$"))
    expect(page.locator("#aantal")).to_contain_text("3 plekken")
    expect(page.locator("#vrij")).to_have_attribute("aria-current", "true")
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_label("Vrij", exact=True)).to_be_checked()
    page.get_by_label("Vaste planten").check()
    expect(page).to_have_url(re.compile(r"status=vrij&soort=planten$"))
    expect(page.locator("#aantal")).to_contain_text("1 plek")
    page.go_back()
    expect(page.locator("#aantal")).to_contain_text("3 plekken")


def test_what_is_tapped_on_the_map_becomes_the_card_on_a_phone(beds: Server, visit: Visitor) -> None:
    page = visit(beds.url + VLIERHOF, PHONE).page
    page.locator("#kaart[data-ready]").wait_for()
    expect(page.locator(".plist > li:visible")).to_have_count(1)
    page.evaluate(
        "document.querySelector('#kaart').dispatchEvent("
        "new CustomEvent('atlas:select', {detail: {kind: 'plek', id: 'PL-0001'}, bubbles: true}))"
    )
    card = page.locator(".plist > li:visible")
    expect(card).to_contain_text("Vlindertuin")
    card.get_by_role("link", name="Bekijk deze plek").click()
    expect(page).to_have_url(f"{beds.url}/plek/PL-0001")


def test_a_phone_shows_the_map_or_the_list(beds: Server, visit: Visitor) -> None:
    page = visit(beds.url + VLIERHOF, PHONE).page
    page.get_by_role("link", name="Lijst (7)").click()
    expect(page).to_have_url(re.compile("weergave=lijst"))
    expect(page.locator(".plist > li:visible")).to_have_count(7)
    expect(page.locator("#kaartvlak")).to_have_js_property("inert", True)
    page.locator("#vrij").click()
    expect(page).to_have_url(re.compile("status=vrij&weergave=lijst$"))
    page.reload()
    expect(page.locator(".plist > li:visible")).to_have_count(3)
    page.get_by_role("link", name="Kaart", exact=True).last.click()
    expect(page.locator("#kaartvlak")).to_be_visible()
    page.locator("#alles").click()
    expect(page).to_have_url(re.compile(r"\?q=Vlierhof%201$"))
    page.reload()
    expect(page.locator("#kaartvlak")).to_be_visible()
    expect(page.locator(".plist > li:visible")).to_have_count(1)
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("link", name="Initiatieven")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts_the_list_is_the_page(beds: Server, visit: Visitor, size: tuple[int, int]) -> None:
    page = visit(f"{beds.url}/", size, java_script_enabled=False).page
    page.locator("#q").fill("Vlierhof 1")
    page.locator("#q").press("Enter")
    expect(page.locator(".plist > li:visible")).to_have_count(7)
    expect(page.locator("#kaartvlak")).to_be_hidden()
    page.locator(".filters summary").click()
    page.get_by_label("Heesters").check()
    page.get_by_role("button", name="Toon plekken").click()
    expect(page.locator(".plist > li:visible")).to_have_count(2)
    page.locator(".plist a").first.click()
    expect(page.locator(".picture > img")).to_be_visible()


def test_where_i_am_is_asked_after_a_tap_only_and_a_refusal_is_explained(beds: Server, visit: Visitor) -> None:
    page = visit(f"{beds.url}/").page
    page.get_by_role("button", name="Zoek rond mijn locatie").click()
    expect(page.locator("#melding")).to_contain_text("mag niet vertellen waar je bent")
    expect(page.locator("#q")).to_be_focused()
    spot = {"latitude": 52.334, "longitude": 5.198}
    page = visit(f"{beds.url}/", permissions=["geolocation"], geolocation=spot).page
    page.get_by_role("button", name="Zoek rond mijn locatie").click()
    expect(page).to_have_url(re.compile(r"bij=5\.198000,52\.334000"))


def test_the_list_lights_the_map_and_a_move_offers_to_search_there(beds: Server, visit: Visitor) -> None:
    page = visit(beds.url + VLIERHOF).page
    page.locator("#kaart[data-ready]").wait_for()
    page.evaluate("document.querySelector('#kaart').atlas.highlight = (kind, id) => { document.body.dataset.lit = `${kind}/${id}`; }")
    page.locator('[data-place="plek/PL-0001"]').hover()
    expect(page.locator("body")).to_have_attribute("data-lit", "plek/PL-0001")
    page.evaluate("document.querySelector('#kaart').atlas.goTo([5.2005, 52.3352], 17)")
    page.get_by_role("button", name="Zoek in dit gebied").click()
    expect(page).to_have_url(re.compile(r"/\?bij=5\.2005\d+,52\.3352\d+"))
    expect(page.locator("#q")).to_have_value("")
