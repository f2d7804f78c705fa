"""At a desk: draw over a street, take the suggestion, and walk the whole path with the wijkregisseur to a plot on the map."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.journeys.conftest import Town, clean, fill, send
from tests.browser.maps import drawn, judged, pixels, tap

ME = "joke@example.net"
CORNERS = """
select st_xmin(e.g), st_ymin(e.g), st_xmax(e.g), st_ymax(e.g) from "layers".beschikbaar_groen b,
  lateral (select st_transform(st_buffer(b.geometrie, 4), 4258) as g) e where b.lokaal_id = %(id)s
"""
BUURTEN = """
select d.code, a.area_m2 from geo.district d join geo.adoption a on st_intersects(d.geom, a.geom)
join geo.plot p on p.id = a.plot_id where d.level = 'buurt' and p.code = %(code)s
"""


def draw(page: Page, west: float, south: float, east: float, north: float) -> None:
    """Draw a rectangle, corner by corner."""
    drawn(page)
    page.get_by_role("button", name="Teken zelf").click()
    for corner in ((west, south), (east, south), (east, north), (west, north)):
        tap(page, *corner)
    page.get_by_role("button", name="Sluit het vlak").click()
    judged(page)


def plum(opened: Visit, lon: float, lat: float) -> int:
    """How many pixels around a place have the colour of adopted ground."""
    drawn(opened.page)
    x, y = pixels(opened.page, lon, lat)
    shown = Image.open(BytesIO(opened.page.screenshot(clip={"x": x - 40, "y": y - 40, "width": 80, "height": 80}))).convert("RGB")
    return sum(red > green + 25 and blue > green + 15 for red, green, blue in shown.get_flattened_data())


def adopted(page: Page, town: Town, codes: set[str]) -> tuple[float, float]:
    """The m² of the buurten that are adopted, and what adoptions cover beside managed green."""
    found = page.request.get(f"{town.url}/api/v1/coverage?level=buurt").json()["districts"]
    mine = [each for each in found if each["code"] in codes]
    return sum(each["adoptedM2"] for each in mine), sum(each["adoptedOutsideM2"] for each in mine)


def test_drawn_refused_suggested_granted_signed_and_on_the_map(visit, as_demo, town: Town) -> None:
    green, lon, lat = town.free_green(62, 92)
    opened = visit(f"{town.url}/kies?bij={lon},{lat}")
    page = opened.page
    before = plum(opened, lon, lat)
    draw(page, *town.ask(CORNERS, id=green)[0])
    expect(page.locator(".verdict")).to_contain_text("Zo kan het nog niet")
    assert page.locator("[data-rule].r-fail .why").first.inner_text()
    clean(opened)
    page.get_by_role("button", name="Neem dit voorstel over").click()  # one tap
    expect(page.locator(".verdict")).to_contain_text("Alles kan.")
    page.get_by_role("button", name="Verder met deze plek").click()
    page.wait_for_url("**/aanvraag?schets=*")
    fill(page, "Bij de hoek", ME)
    code = send(page)
    buurten = {row[0] for row in town.ask(BUURTEN, code=code)}
    was, was_outside = adopted(page, town, buurten)
    page.goto(town.mail(ME))
    page.wait_for_url(f"**/mijn/plek/{code}**")
    expect(page.locator("main")).to_contain_text("De gemeente is aan zet")

    staff = as_demo("wijkregisseur", address="/beheer")
    desk = staff.page
    desk.get_by_role("row").filter(has_text=code).get_by_role("link").click()
    desk.get_by_role("button", name="Ken toe: maak concept-Zelfbeheerbrief").click()
    desk.get_by_role("link", name="Schrijf de afspraken").click()
    desk.get_by_label("Looptijd in jaren").fill("3")
    clean(staff)
    desk.get_by_role("button", name="Bewaar de afspraken").click()
    desk.get_by_role("button", name="Stuur ter ondertekening").click()
    expect(desk.get_by_role("button", name="Terug naar concept")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("Nog niet ondertekend")

    page.goto(town.mail(ME))
    page.wait_for_url(f"**/plek/{code}/zelfbeheerbrief**")
    expect(page.locator("main")).to_contain_text("Deze afspraken gelden 3 jaar")
    page.check("#akkoord")
    page.get_by_role("button", name="Ik ga akkoord en onderteken").click()
    expect(page.locator("main")).to_contain_text("De bewoners hebben ondertekend")
    clean(opened)

    desk.reload()
    desk.get_by_role("link", name="Lees en onderteken voor de gemeente").click()
    desk.check("#akkoord")
    desk.get_by_role("button", name="Ik ga akkoord en onderteken").click()
    expect(desk.locator("main")).to_contain_text("Beide kanten hebben ondertekend")
    clean(staff)

    m2 = town.ask(BUURTEN, code=code)[0][1]
    now, now_outside = adopted(page, town, buurten)
    assert now - was + now_outside - was_outside == pytest.approx(m2, abs=0.01)
    assert now - was > 0.95 * m2
    page.goto(f"{town.url}/?bij={lon},{lat}")
    expect(page.locator(f"[data-place='plek/{code}']")).to_contain_text(re.compile("geadopteerd", re.IGNORECASE))
    page.goto(f"{town.url}/kies?bij={lon},{lat}")
    assert plum(opened, lon, lat) > before + 300
