"""A resident's own page in a real browser: log work in three taps, press the noodknop with the keyboard, draw a part."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.maps import click, drawn, settled
from tests.keepers import settle


@pytest.fixture(scope="module")
def place(module_server, municipality):
    return settle(module_server, municipality)


@pytest.fixture
def open_page(place, visit):
    """Open a page of the resident's own."""
    cookie = place.cookie(place.town.resident)

    def opened(path, size):
        made = visit(f"{place.url}/toegankelijkheid", size)
        made.page.context.add_cookies([{"name": "zb_sessie", "value": cookie, "url": place.url}])
        made.page.goto(place.url + path)
        return made

    return opened


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_work_is_told_in_three_taps(open_page, size):
    page = open_page("/mijn", size).page
    page.get_by_text("Wieden", exact=True).click()
    page.get_by_role("button", name="Half uur meer").click()
    expect(page.get_by_label("Hoeveel uur, samen")).to_have_value("2")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_text("Je werk is bewaard.").wait_for()
    expect(page.get_by_text("2 uur werk").first).to_be_attached()


def test_help_is_asked_with_the_keyboard_alone(open_page):
    page = open_page("/mijn", PHONE).page
    link = page.get_by_role("link", name="Help met één klus")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/noodknop?kies=hulp")
    expect(page.get_by_role("radio", name="Help met één klus")).to_be_checked()
    page.get_by_label("Wil je er iets bij zeggen?").focus()
    page.keyboard.type("Ik ben ziek")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_contain_text("We weten het.")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_part_is_drawn_and_taken_over(place, open_page, size):
    made = open_page(f"/mijn/plek/{place.kept.plot_code}/noodknop?kies=overnemen", size)
    page = made.page
    page.get_by_role("radio", name="Een deel").check()
    page.get_by_role("button", name="Teken het op de kaart").click()
    map_ = page.locator("[data-atlas-map]")
    drawn(page)
    map_.scroll_into_view_if_needed()
    settled(page)
    frame = map_.bounding_box()
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    reach = 60
    for x, y in ((-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach), (-reach, -reach)):
        click(page, middle[0] + x, middle[1] + y)
    expect(page.locator("#vorm")).to_have_value(re.compile('"Polygon"'))
    assert made.faults_of_axe() == []
    page.get_by_role("button", name="Stuur naar de gemeente").click()
    page.get_by_text("Nu zorgt de gemeente ervoor.").first.wait_for()
