"""Together: a neighbour joins by effort, the contact hears it and hands the role over, and a card at a door has one voice."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from geo_service.adoptions.support import service as support
from geo_service.db.engine import transaction
from geo_service.people.schemas import Actor
from tests.browser.conftest import PHONE
from tests.browser.journeys.conftest import Town, clean, fill, refused, send

MINE = """
select i.slug, p.id, p.email from geo.initiative i join geo.person p on p.id = i.contact_id where i.name = 'Samen bij de singel'
"""
ADOPTION = "select a.id from geo.adoption a join geo.plot p on p.id = a.plot_id where p.code = %(code)s"
VOICES = "select count(*) from geo.support_answer s where s.adoption_id = %(id)s"


def test_joining_handing_over_and_the_card_at_the_door(visit, municipality, town: Town) -> None:
    green, _lon, _lat = town.free_green(100, 400)
    contact = visit(f"{town.url}/aanvraag?groen={green}")
    page = contact.page
    page.get_by_label("Met buren, een school of een vereniging").check()
    page.get_by_label("Naam van jullie groep").fill("Samen bij de singel")
    fill(page, "De singel", "contact@example.net")
    code = send(page)
    page.goto(town.mail("contact@example.net"))
    page.wait_for_url(f"**/mijn/plek/{code}**")
    slug, contact_id, _email = town.ask(MINE)[0]

    neighbour = visit(f"{town.url}/initiatief/{slug}", PHONE)
    neighbour.page.get_by_label("Af en toe").check()
    neighbour.page.get_by_label("E-mailadres").fill("buur@example.net")
    clean(neighbour)
    neighbour.page.get_by_role("button", name="Meld me aan").click()
    expect(neighbour.page.locator("main")).to_contain_text("Kijk in je mail.")
    neighbour.page.goto(town.mail("buur@example.net"))
    clean(neighbour)
    neighbour.page.get_by_role("button", name="Ja, ik doe mee").click()
    expect(neighbour.page.locator("main")).to_contain_text("Je bent aangemeld")

    page.goto(town.mail("contact@example.net"))  # the contact is told
    expect(page.get_by_role("heading", name="Willen meedoen")).to_be_visible()
    expect(page.locator(".rows").first).to_contain_text("buur@example.net")
    clean(contact)
    page.get_by_role("button", name="Laat meedoen").click()
    expect(page.locator("main")).to_contain_text("Deze persoon is nu lid.")
    page.locator(".rows summary").first.click()
    page.get_by_role("button", name="Vraag als aanspreekpunt").click()
    expect(page.locator("main")).to_contain_text("We vroegen dit lid per mail.")
    neighbour.page.goto(town.mail("buur@example.net"))
    neighbour.page.get_by_role("button", name="Ja, ik word het aanspreekpunt").click()
    expect(neighbour.page.locator("main")).to_contain_text("Jij bent nu het aanspreekpunt.")
    clean(neighbour)
    assert town.ask(MINE)[0][2] == "buur@example.net"
    page.goto(f"{town.url}/initiatief/{slug}/leden")
    page.get_by_role("button", name="Ik stop met deze groep").click()
    page.wait_for_url(f"{town.url}/initiatieven")

    adoption = town.ask(ADOPTION, code=code)[0][0]
    neighbour.page.goto(f"{town.url}/initiatief/{slug}/steun")
    clean(neighbour)
    expect(neighbour.page.get_by_role("button", name=re.compile("Maak de kaartjes"))).to_be_visible()
    with transaction(town.server.database.sessions) as session:
        now_contact = Actor(person_id=town.ask(MINE)[0][1])
        card = support.print_cards(session, now_contact, adoption, municipality, datetime.now(UTC))[0].code
    assert now_contact.person_id != contact_id
    door = visit(f"{town.url}/steun", PHONE)
    door.page.fill("#code", card.lower())
    clean(door)
    door.page.get_by_role("button", name="Ga naar het plan").click()
    door.page.get_by_label("Ik steun dit").check()
    clean(door)
    door.page.get_by_role("button", name="Verstuur mijn antwoord").click()
    expect(door.page.locator("main")).to_contain_text("Bedankt. Je antwoord telt.")
    clean(door)
    assert town.ask(VOICES, id=adoption) == [(1,)]
    door.page.fill("#code", card)
    door.page.get_by_role("button", name="Ga naar het plan").click()
    expect(door.page.locator("main")).to_contain_text("heeft al geantwoord")
    refused(door, 400)
    assert town.ask(VOICES, id=adoption) == [(1,)]
