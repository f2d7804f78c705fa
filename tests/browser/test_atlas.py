"""The map and choosing on it, in a real browser: drawn, tapped, drawn upon, by mouse, by keyboard, on a phone and when tiles fail."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from geo_service.geometry import to_lonlat
from tests.browser import maps
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.maps import drawn, judged
from tests.builders import add_green, box, rebuild
from tests.conftest import Database, Server, serving
from tests.small_town import build

WIDE, BESIDE = "BED", "G0"


@pytest.fixture(scope="module")
def town(module_database: Database) -> Iterator[Server]:
    with module_database.sessions() as session:
        build(session)
        add_green(session, WIDE, box(950, 100, 20, 30), plus_type="heesters")
        rebuild(session)
        session.commit()
    with serving(module_database) as running:
        yield running


def lonlat(x: float, y: float) -> tuple[float, float]:
    """A place that lies so many metres from the corner of the town."""
    lon, lat = to_lonlat(box(x - 0.5, y - 0.5, 1)).centroid.coords[0]
    return lon, lat


def address(server: Server, x: float, y: float, **more: str) -> str:
    lon, lat = lonlat(x, y)
    return f"{server.url}/kies?bij={lon:.7f},{lat:.7f}" + "".join(f"&{name}={value}" for name, value in more.items())


def tap(page: Page, x: float, y: float) -> None:
    maps.tap(page, *lonlat(x, y))


def test_tiles_are_drawn_and_a_tap_chooses_and_takes_away(town: Server, visit: Visitor) -> None:
    seen = visit(address(town, 955, 115))
    page = seen.page
    drawn(page)
    for layer in ("achtergrond", "groenobjecten", "beschikbaar_groen", "zelfbeheerplekken"):
        assert any(f"/{layer}/tiles/WebMercatorQuad/" in each for each in seen.asked), layer
    tap(page, 960, 115)
    expect(page.locator(".verdict")).to_contain_text("Je koos 600 m²")
    expect(page).to_have_url(re.compile("groen=BED"))
    expect(page.get_by_role("button", name="Verder met deze plek")).to_be_visible()
    page.get_by_role("button", name="Stap terug").click()
    expect(page.locator(".verdict")).to_contain_text("Welk stukje groen")
    page.get_by_role("button", name="Opnieuw").click()
    expect(page.locator(".verdict")).to_contain_text("Je koos 600 m²")
    tap(page, 960, 115)
    expect(page.locator(".verdict")).to_contain_text("Welk stukje groen")
    expect(page).not_to_have_url(re.compile("groen="))


def test_a_drawing_is_refused_and_the_suggestion_goes_on(town: Server, visit: Visitor) -> None:
    page = visit(address(town, 70, 115)).page
    drawn(page)
    page.get_by_role("button", name="Teken zelf").click()
    for x, y in ((42, 102), (68, 102), (68, 118), (42, 118)):
        tap(page, x, y)
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("Zo kan het nog niet")
    page.get_by_role("button", name="Sluit het vlak").click()
    judged(page)
    asked, refused = (int(number) for number in re.findall(r"(\d+) m²", verdict.inner_text()))
    page.get_by_role("button", name="Neem dit voorstel over").click()
    expect(verdict).to_contain_text(f"Je tekende {asked - refused} m². Alles kan.")
    page.reload()
    drawn(page)
    page.goto(f"{town.url}/kies")
    drawn(page)
    expect(verdict).to_contain_text(f"Je tekende {asked - refused} m²")  # a closed tab loses nothing
    page.route("**/aanvraag**", lambda route: route.fulfill(body="<title>aanvraag</title>", content_type="text/html"))
    page.get_by_role("button", name="Verder met deze plek").click()
    page.wait_for_url("**/aanvraag?schets=*")


def test_who_goes_on_before_the_answer_goes_on_with_what_is_on_the_map(town: Server, visit: Visitor) -> None:
    seen = visit(address(town, 955, 115, groen=WIDE))
    page = seen.page
    drawn(page)
    page.route("**/kies/toets", lambda route: route.abort())
    tap(page, 900, 115)
    expect(page).to_have_url(re.compile("groen=BED&groen=G0"))
    page.route("**/aanvraag**", lambda route: route.fulfill(body="<title>aanvraag</title>", content_type="text/html"))
    page.get_by_role("button", name="Verder met deze plek").click()
    page.wait_for_url("**/aanvraag?groen=BED&groen=G0")
    seen.complaints.clear()  # Chromium itself reports the answer that did not come


def test_by_keyboard_alone(town: Server, visit: Visitor) -> None:
    page = visit(address(town, 960, 115)).page
    drawn(page)
    page.locator("[data-atlas-map]").focus()
    for arrow in ("ArrowRight", "ArrowLeft"):
        page.keyboard.press(arrow)
        maps.settled(page)
    expect(page.locator(".atlas-cross")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("Je koos 600 m²")
    expect(page.locator("[data-atlas-told]")).to_contain_text("Erbij: heesters, 600 m²")
    page.keyboard.press("Backspace")
    expect(page.locator(".verdict")).to_contain_text("Welk stukje groen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-atlas-in]')"), "Tab goes on from the map"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.activeElement.matches('[data-atlas-map]')")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_page_is_accessible_fits_and_has_room_for_fingers(town: Server, visit: Visitor, size: tuple[int, int]) -> None:
    seen = visit(address(town, 960, 115, groen=WIDE), size)
    drawn(seen.page)
    assert seen.faults_of_axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    buttons = seen.page.locator(".atlas-ctl button:visible, .tools button:visible, .onward button:visible").all()
    assert buttons
    for each in buttons:
        at = each.bounding_box()
        assert at is not None
        assert min(at["width"], at["height"]) >= 44, each.inner_text()


def test_without_scripts_the_list_chooses(town: Server, visit: Visitor) -> None:
    page = visit(f"{town.url}/kies?groen={WIDE}", java_script_enabled=False).page
    page.locator(f"input[value={BESIDE}]").check()
    page.get_by_role("button", name="Bekijk deze keuze").click()
    expect(page).to_have_url(re.compile("groen=BED&groen=G0"))
    expect(page.locator(".verdict")).to_be_visible()


def test_when_tiles_fail_it_is_said_and_the_page_works(town: Server, visit: Visitor) -> None:
    seen = visit(f"{town.url}/toegankelijkheid")
    seen.page.route("**/tiles/**", lambda route: fail(route))
    seen.page.goto(f"{town.url}/kies?groen={WIDE}")
    expect(seen.page.locator("[data-atlas-failed]")).to_contain_text("De kaart laadt niet. Dat ligt aan ons. De lijst werkt wel.")
    expect(seen.page.locator(".verdict")).to_contain_text("Je koos 600 m²")
    seen.complaints.clear()  # Chromium itself reports each tile
    seen.refused.clear()


def fail(route: Route) -> None:
    route.fulfill(status=503)
