"""A resident with a phone: from the map to an agreement, and back a week later; and what happens when it gets too much."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Town

ME = "jet@example.net"
STATE = "select a.state from geo.adoption a join geo.plot p on p.id = a.plot_id where p.code = %(code)s"
OPTIONS = {"size": PHONE, "has_touch": True}


def fill(page: Page, name: str, email: str) -> None:
    """The one form."""
    page.fill("#naam_plek", name)
    page.get_by_label("Wieden").check()
    page.fill("#email", email)
    page.check("#akkoord")


def sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_three_taps_and_one_form(visit, town: Town) -> None:
    green, lon, lat = town.free_green(12, 45)
    opened = visit(f"{town.url}/?bij={lon},{lat}", **OPTIONS)
    page = opened.page
    page.get_by_role("link", name="Bekijk en adopteer").locator("visible=true").first.click()  # one
    expect(page).to_have_url(re.compile(f"/groen/{re.escape(green)}$"))
    page.get_by_role("link", name="Adopteer deze plek").locator("visible=true").first.click()  # two
    fill(page, "Hoekje bij de bocht", ME)
    assert not sideways(page)
    page.get_by_role("button", name="Verstuur mijn aanvraag").click()  # three
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nog één stap")
    assert "Gereserveerd tot" in page.inner_text("main")
    assert opened.faults_of_axe() == []
    assert not sideways(page)
    code = re.search(r"PL-\d+", page.inner_text("main"))[0]  # type: ignore[index]

    # on another device, without a cookie; the link does the rest
    other = visit(town.mail(ME), **OPTIONS)
    other.page.wait_for_url(f"**/mijn/plek/{code}**")
    assert other.faults_of_axe() == []
    other.page.get_by_role("link", name=re.compile("onderteken", re.IGNORECASE)).first.click()
    other.page.check("#akkoord")
    assert other.faults_of_axe() == []
    other.page.get_by_role("button", name="Ik ga akkoord en onderteken").click()
    other.page.wait_for_load_state()
    assert town.ask(STATE, code=code) == [("active",)]

    # a week later, from the mail
    later = visit(f"{town.url}/mijn/plek/{code}", **OPTIONS).page
    later.fill("#email", ME)
    later.get_by_role("button", name="Mail mij een link").click()
    later.wait_for_load_state()
    later.goto(town.mail(ME))
    later.wait_for_url(f"**/mijn/plek/{code}")
    expect(later.get_by_role("heading", level=1)).to_contain_text("Hoekje bij de bocht")
