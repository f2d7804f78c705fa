"""The pages of the OGC API in a real browser: a map that draws and leads on."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.conftest import Server

PLOTS = "/ogc/v1/collections/zelfbeheerplekken/items"


def test_a_feature_on_the_map_leads_to_its_page(read_only_town: Server, visit: Visitor) -> None:
    page = visit(f"{read_only_town.url}{PLOTS}?limit=1").page
    page.locator("[data-ready=true]").wait_for()
    page.locator("[data-features] > div").click()
    expect(page).to_have_url(f"{read_only_town.url}{PLOTS}/PL-0001")
    expect(page.locator("dl")).to_contain_text("PL-0001")


def test_without_scripts_the_table_says_it_all(read_only_town: Server, visit: Visitor) -> None:
    page = visit(read_only_town.url + PLOTS, java_script_enabled=False).page
    assert page.locator("[data-features]").is_hidden()
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_label("Dag").fill("2019-01-01")
    page.get_by_role("button", name="Toon").click()
    expect(page.locator("main")).to_contain_text("1 januari 2019")
