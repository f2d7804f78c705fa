"""An idea from the pin on the map, or a street without a map, to a request for ground, after which the pin is gone."""

import re
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect
from shapely import Point
from sqlalchemy import text

from tests.browser.conftest import DESKTOP, PHONE, Visit, Visitor
from tests.browser.maps import drawn
from tests.browser.test_atlas import address, tap
from tests.builders import X, Y, add_green, box, insert, rebuild
from tests.conftest import Database, Server, serving
from tests.small_town import build

STORY = "Nu is het gras. Met bloemen komen er meer bijen."


@pytest.fixture(scope="module")
def town(module_database: Database) -> Iterator[Server]:
    with module_database.sessions() as session:
        build(session)
        add_green(session, "BED", box(950, 100, 20, 30), plus_type="heesters")
        insert(session, "address", register_id="H1", street="Hazelhof", number="1", households=2, geom=Point(X + 945, Y + 110))
        rebuild(session)
        session.commit()
    with serving(module_database) as running:
        yield running


def link_for(server: Server, email: str, kind: str) -> str:
    newest = text("select plain from geo.message where to_email = :email order by created_at desc limit 1")
    with server.database.sessions() as session:
        found = re.search(rf"/{kind}/\S+", session.execute(newest, {"email": email}).scalar_one())
    assert found
    return server.url + found.group()


def on_the_map(server: Server) -> list[str]:
    """The ideas that everybody sees."""
    answer = httpx.get(f"{server.url}/ogc/v1/collections/ideeen/items?f=json").json()
    return sorted(each["properties"]["naam"] for each in answer["features"])


def fits(seen: Visit) -> bool:
    return bool(seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def send(page: Page, title: str, email: str) -> None:
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Wat wil je graag?").fill(STORY)
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_role("button", name="Verstuur mijn idee").click()


def test_a_pin_becomes_an_idea_then_a_request(town: Server, visit: Visitor) -> None:
    seen = visit(address(town, 945, 95).replace("/kies", "/idee"), DESKTOP)
    page = seen.page
    drawn(page)
    before = page.locator("#plaats").input_value()
    tap(page, 960, 115)
    expect(page.locator("#plaats")).not_to_have_value(before)
    assert seen.faults_of_axe() == []
    send(page, "Bloemen voor bijen", "mo@example.net")
    expect(page.locator("main")).to_contain_text("Kijk in je mail")
    assert on_the_map(town) == []

    page.goto(link_for(town, "mo@example.net", "idee/bevestig"))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/initiatief/bloemen-voor-bijen**")
    expect(page.locator("main")).to_contain_text("Je idee staat op de kaart")
    assert seen.faults_of_axe() == []
    assert on_the_map(town) == ["Bloemen voor bijen"]
    stranger = visit(address(town, 945, 95, weergave="lijst", status="vrij").replace("/kies", "/"), PHONE)
    stranger.page.get_by_role("link", name="Bloemen voor bijen").click()
    expect(stranger.page.get_by_role("heading", name="Doe mee")).to_be_visible()
    assert stranger.faults_of_axe() == []
    assert fits(stranger)

    page.get_by_role("link", name="Vraag grond aan").click()
    page.wait_for_url("**/kies?initiatief=bloemen-voor-bijen**")
    page.goto(address(town, 960, 115, initiatief="bloemen-voor-bijen"))
    drawn(page)
    tap(page, 960, 115)
    expect(page.locator(".verdict")).to_contain_text("Je koos 600 m²")
    page.get_by_role("button", name="Verder met deze plek").click()
    page.wait_for_url("**/aanvraag?**")
    assert "initiatief=bloemen-voor-bijen" in page.url
    page.get_by_label("Naam van de plek").fill("Bijenhoek")
    page.get_by_label("Ik houd me aan deze afspraken").check()
    page.get_by_role("button", name="Verstuur mijn aanvraag").click()
    page.wait_for_url("**/mijn/plek/PL-*")
    assert on_the_map(town) == []
    stranger.page.reload()
    expect(stranger.page.locator("main")).to_contain_text("Aangevraagd")


def test_without_scripts_and_without_a_map_a_street_is_enough(town: Server, visit: Visitor) -> None:
    seen = visit(f"{town.url}/idee", PHONE, java_script_enabled=False)
    page = seen.page
    page.get_by_label("Of een straat").fill("Hazelhof 1")
    send(page, "Een bank", "joe@example.net")
    expect(page.locator("main")).to_contain_text("Kijk in je mail")
    page.goto(link_for(town, "joe@example.net", "idee/bevestig"))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page).to_have_url(re.compile("/initiatief/een-bank"))
    assert "Een bank" in on_the_map(town)
