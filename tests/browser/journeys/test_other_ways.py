"""Other ways along the same path: without scripts, by keyboard with the map and without it; and two who want the same ground at once."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.journeys.conftest import Town, clean, code_of_the_plot, fill, refused, seen, send
from tests.browser.maps import drawn, settled

STREET = """
select d.street from geo.address d, "layers".beschikbaar_groen b where b.lokaal_id = %(id)s
order by st_distance(d.geom, b.geometrie) limit 1
"""
STATES = """
select a.state from geo.adoption a join geo.plot p on p.id = a.plot_id where p.code = any(%(codes)s) order by a.state
"""
FOCUS = """() => {
    const at = document.activeElement;
    const label = at.closest(".chip, .opt");
    const ringed = (each) => each && (parseFloat(getComputedStyle(each).outlineWidth) > 0 || getComputedStyle(each).boxShadow !== "none");
    const name = at.tagName + (at.id ? "#" + at.id : "") + (at.name ? "." + at.name : "");
    return { number: [...document.querySelectorAll("*")].indexOf(at), where: name + (at.getAttribute("href") || ""),
             value: at.value, type: at.type, text: (at.innerText || "").trim(), role: at.getAttribute("role"),
             seen: at === document.body || at.matches(":focus-visible") && (ringed(at) || ringed(label)) };
}"""


def test_without_scripts_from_the_list_to_handing_it_back(visit, town: Town) -> None:
    me, options = "zonder@example.net", {"size": PHONE, "java_script_enabled": False}
    green, lon, lat = town.free_green(12, 45)
    opened = visit(town.url, **options)
    page = opened.page
    street = town.ask(STREET, id=green)[0][0]
    page.goto(f"{town.url}/?weergave=lijst")
    page.fill("#q", street)
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.locator("#aantal")).to_be_visible()
    page.goto(f"{town.url}/?weergave=lijst&bij={lon},{lat}")
    page.locator(f"[data-place='groen/{green}'] h3 a").click()
    seen(page, "Adopteer deze plek").click()
    fill(page, "Strook zonder script", me)
    code = send(page)
    page.goto(town.mail(me))
    page.get_by_role("button", name="Bevestig mijn aanvraag").click()
    page.wait_for_url(f"**/mijn/plek/{code}**")
    page.get_by_role("link", name="Lees en onderteken").first.click()
    page.check("#akkoord")
    page.get_by_role("button", name="Ik ga akkoord en onderteken").click()
    expect(page.locator("main")).to_contain_text("Deze afspraken gelden.")
    page.goto(f"{town.url}/mijn")
    page.get_by_role("link", name="Strook zonder script").first.click()
    page.wait_for_url(f"**/mijn/plek/{code}**")
    page.goto(f"{town.url}/mijn/plek/{code}/noodknop")
    page.get_by_label("Geef de plek terug").check()
    page.get_by_label("De hele plek").check()
    page.get_by_role("button", name="Stuur naar de gemeente").click()
    page.wait_for_url(lambda address: not address.endswith("/noodknop"))
    assert town.ask(STATES, codes=[code]) == [("ended",)]
    page.goto(f"{town.url}/groen/{green}")
    expect(page.locator(".hero")).to_contain_text("Vrij")


def tab_to(page: Page, wanted: Callable[[dict], bool], most: int = 90) -> dict:
    """Press Tab until something has the focus; every stop on the way must be visible, and none may keep the focus.

    A date has several stops, which the browser itself shows within it."""
    before = None
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        assert at["seen"] or at["type"] == "date", f"no visible focus: {at}"
        assert at != before or at["where"] == "BODY" or at["type"] == "date", f"trapped: {at}"
        if wanted(at):
            return at
        before = at
    raise AssertionError(f"not reached on {page.url}")


def fill_by_keyboard(page: Page, name: str, email: str) -> str:
    """The form, without a mouse; the code of the plot."""
    tab_to(page, lambda at: at["where"].startswith("INPUT#naam_plek"))
    page.keyboard.type(name)
    tab_to(page, lambda at: at["where"] == "INPUT.maatregelen")
    page.keyboard.press("Space")
    tab_to(page, lambda at: at["where"].startswith("INPUT#email"))
    page.keyboard.type(email)
    tab_to(page, lambda at: at["where"].startswith("INPUT#akkoord"))
    page.keyboard.press("Space")
    tab_to(page, lambda at: at["text"] == "Verstuur mijn aanvraag")
    page.keyboard.press("Enter")
    return code_of_the_plot(page)


def test_by_keyboard_with_the_list_and_with_the_map(visit, town: Town) -> None:
    _green, lon, lat = town.free_green(12, 45, 1)
    opened = visit(f"{town.url}/?weergave=lijst&status=vrij&bij={lon},{lat}")
    page = opened.page
    tab_to(page, lambda at: "/groen/" in at["where"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/groen/**")
    tab_to(page, lambda at: at["where"].startswith("A/aanvraag"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanvraag?**")
    fill_by_keyboard(page, "Met de lijst", "lijst@example.net")

    green, lon, lat = town.free_green(12, 45, 2)
    page.goto(f"{town.url}/kies?bij={lon},{lat}")
    drawn(page)
    tab_to(page, lambda at: at["role"] == "application")
    for arrow in ("ArrowRight", "ArrowLeft"):
        page.keyboard.press(arrow)
        settled(page)
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("Je koos")
    expect(page).to_have_url(re.compile(re.escape(green)))
    page.keyboard.press("Shift+Tab")  # back out of the map, to the panel
    page.keyboard.press("Shift+Tab")
    for _ in range(30):
        if page.evaluate(FOCUS)["text"] == "Verder met deze plek":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanvraag?groen=*")
    fill_by_keyboard(page, "Met de kaart", "kaart@example.net")


def test_two_want_the_same_ground_at_once(visit, town: Town) -> None:
    green, _lon, _lat = town.free_green(12, 45, 3)
    windows = [visit(f"{town.url}/aanvraag?groen={green}", PHONE) for _ in range(2)]
    for number, each in enumerate(windows):
        fill(each.page, f"Plek van {number}", f"samen{number}@example.net")
    for each in windows:  # both are sent before either is answered
        each.page.evaluate("setTimeout(() => document.querySelector('.ask-form').requestSubmit(), 300)")
    for each in windows:
        each.page.locator("#fouten, .held").first.wait_for()
    lost = next(each for each in windows if each.page.locator("#fouten").count())
    won = next(each for each in windows if each is not lost)
    expect(won.page.get_by_role("heading", level=1)).to_contain_text("Nog één stap")
    refused(lost, 409)
    expect(lost.page.locator("#fouten")).to_contain_text("Je tekening is bewaard.")
    expect(lost.page.locator("#fouten")).to_be_focused()
    expect(lost.page.get_by_role("link", name="Doe mee met de buren")).to_be_visible()
    clean(lost)
    assert urlsplit(lost.page.url).path == "/aanvraag"
