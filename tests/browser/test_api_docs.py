"""The page that describes the API, in a real browser: accessible, within a phone, and with nothing from elsewhere."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.conftest import Server

PAGE = "/api/v1/docs"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_description_is_accessible_and_fits(read_only_town: Server, visit: Visitor, size: tuple[int, int]) -> None:
    seen = visit(read_only_town.url + PAGE, size)
    calls = seen.page.locator(".opblock-summary-control")
    calls.first.click()
    seen.page.locator(".opblock-body pre").first.wait_for()
    assert seen.faults_of_axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert [address for address in seen.asked if not address.startswith((read_only_town.url, "data:"))] == []


def test_a_call_is_tried_on_the_page(read_only_town: Server, visit: Visitor) -> None:
    page = visit(f"{read_only_town.url}{PAGE}?taal=en").page
    call = page.locator(".opblock", has_text="/api/v1/layers").first
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Try it out").click()
    call.get_by_role("button", name="Execute").click()
    expect(call.locator(".live-responses-table .response-col_status").last).to_contain_text("200")


def test_without_scripts_there_is_a_file(read_only_town: Server, visit: Visitor) -> None:
    page = visit(read_only_town.url + PAGE, java_script_enabled=False).page
    expect(page.get_by_text("Proberen op deze pagina kan alleen met scripts")).to_be_visible()
    expect(page.get_by_role("link", name="openapi.json")).to_have_attribute("href", "/api/v1/openapi.json")
