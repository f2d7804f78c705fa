"""The form as somebody fills it in: with and without scripts, on a phone and a desktop, and after a closed tab."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from geo_service.db.engine import transaction
from geo_service.plots import sketches
from tests.browser.conftest import DESKTOP, PHONE, Visit, Visitor
from tests.conftest import Database, Server, serving
from tests.residents import build_town, plot


@pytest.fixture(scope="module")
def site(module_database: Database) -> Iterator[Server]:
    """A server with the town of residents."""
    with transaction(module_database.sessions) as session:
        build_town(session)
    with serving(module_database) as running:
        yield running


def ground(site: Server, x: float, y: float = 10) -> str:
    with transaction(site.database.sessions) as session:
        return f"{site.url}/aanvraag?schets={sketches.keep(session, plot(x, y, 20), (), datetime.now(UTC))}"


def link_for(site: Server, email: str) -> str:
    newest = text("select plain from geo.message where to_email = :email order by created_at desc limit 1")
    with site.database.sessions() as session:
        found = re.search(r"/bevestig/\S+", session.execute(newest, {"email": email}).scalar_one())
    assert found
    return site.url + found.group()


def fits(seen: Visit) -> bool:
    return bool(seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def fill(seen: Visit, email: str) -> None:
    seen.page.get_by_label("Naam van de plek").fill("Hoekje")
    seen.page.get_by_label("Planten", exact=True).check()
    seen.page.get_by_label("E-mailadres").fill(email)
    seen.page.get_by_label("Ik houd me aan deze afspraken").check()


@pytest.mark.parametrize(("size", "x"), [(DESKTOP, 10), (PHONE, 60)])
def test_from_the_form_to_the_request_in_one_form_and_one_mail(site: Server, visit: Visitor, size: tuple[int, int], x: int) -> None:
    seen = visit(ground(site, x), size)
    page, email = seen.page, f"noor{x}@example.net"
    assert seen.faults_of_axe() == []
    assert fits(seen)
    fill(seen, "noor@voorbeeld")
    page.get_by_role("button", name="Verstuur mijn aanvraag").click()
    expect(page.locator("#fouten")).to_be_focused()
    assert any("400" in each for each in seen.complaints)
    seen.complaints.clear()  # the browser tells that the answer was a 400
    page.locator("#fouten a").click()
    expect(page.get_by_label("E-mailadres")).to_be_focused()
    assert seen.faults_of_axe() == []
    expect(page.get_by_label("Naam van de plek")).to_have_value("Hoekje")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_role("button", name="Verstuur mijn aanvraag").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap: bevestig je e-mail")
    assert seen.faults_of_axe() == []
    assert fits(seen)
    assert page.evaluate("Object.keys(localStorage).length") == 0
    sent = page.url

    page.goto(link_for(site, email))
    page.wait_for_url("**/mijn/plek/PL-*")
    expect(page.locator("main")).to_contain_text("Hoekje")
    page.goto(sent)
    expect(page.get_by_role("heading", level=1)).to_have_text("Je aanvraag is binnen")
    assert seen.faults_of_axe() == []
    assert fits(seen)


def test_without_scripts_one_tap_more(site: Server, visit: Visitor) -> None:
    seen = visit(ground(site, 110), PHONE, java_script_enabled=False)
    fill(seen, "still@example.net")
    expect(seen.page.get_by_text("Wis mijn concept")).to_be_hidden()
    expect(seen.page.get_by_label("Naam van jullie groep")).to_be_visible()
    seen.page.get_by_role("button", name="Verstuur mijn aanvraag").click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Nog één stap: bevestig je e-mail")
    seen.page.goto(link_for(site, "still@example.net"))
    seen.page.get_by_role("button", name="Bevestig mijn aanvraag").click()
    seen.page.wait_for_url("**/mijn/plek/PL-*")


def test_a_closed_tab_loses_nothing_but_who_you_are(site: Server, visit: Visitor) -> None:
    address = ground(site, 160)
    seen = visit(address)
    fill(seen, "thuis@example.net")
    seen.page.get_by_label("Met buren, een school of een vereniging").check()
    seen.page.get_by_label("Naam van jullie groep").fill("Groene Vlieren")
    again = seen.page.context.new_page()
    seen.page.close()
    again.goto(address)
    expect(again.get_by_text("We hebben teruggezet wat je eerder invulde.")).to_be_visible()
    expect(again.get_by_label("Naam van de plek")).to_have_value("Hoekje")
    expect(again.get_by_label("Naam van jullie groep")).to_have_value("Groene Vlieren")
    expect(again.get_by_label("Planten", exact=True)).to_be_checked()
    expect(again.get_by_label("E-mailadres")).to_have_value("")
    expect(again.get_by_label("Ik houd me aan deze afspraken")).not_to_be_checked()
    assert "thuis@" not in again.evaluate("JSON.stringify(localStorage)")
    again.get_by_role("button", name="Wis mijn concept").click()
    expect(again.get_by_label("Naam van de plek")).to_have_value("")
    again.goto(ground(site, 210))
    expect(again.get_by_label("Naam van de plek")).to_have_value("")


def test_what_cannot_be_had_and_what_can(site: Server, visit: Visitor) -> None:
    seen = visit(ground(site, 1990, 300), PHONE)
    expect(seen.page.get_by_role("heading", name="Dit kan wel")).to_be_visible()
    assert seen.faults_of_axe() == []
    assert fits(seen)
    seen.page.get_by_role("button", name="Ga verder met").click()
    expect(seen.page.get_by_role("button", name="Verstuur mijn aanvraag")).to_be_visible()
