"""Sign in from the demo mailbox, on a desktop and on a phone, with axe on what only this path shows."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_mail_to_my_data_and_away(visit, demo_server, size):
    seen = visit(f"{demo_server.url}/inloggen?verder=/mijn/gegevens", size)
    page, faults = seen.page, {}

    def look(name):
        faults[name] = seen.faults_of_axe()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name

    page.get_by_label("Je e-mailadres").fill(f"kees{size[0]}@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kijk in je mail")).to_be_focused()
    look("sent")
    page.get_by_role("link", name="Open het postvak van de demo").click()
    page.locator(".mails a").first.click()
    page.get_by_text("Zoals een mailprogramma hem toont").click()
    look("mail")
    shown = page.frame_locator("iframe")
    expect(shown.get_by_role("heading", name="Inloggen bij zelfbeheer")).to_be_visible()
    shown.get_by_role("link", name="Inloggen", exact=True).click()
    page.wait_for_url(f"{demo_server.url}/mijn/gegevens")  # the page of the link sends itself
    page.get_by_label("Naam").fill("Kees")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("status")).to_have_text("Je gegevens zijn bewaard.")
    page.get_by_role("link", name="Waarom we dit bewaren").click()
    page.get_by_role("heading", name="Jouw privacy").wait_for()
    page.goto(f"{demo_server.url}/mijn/gegevens/verwijderen")
    page.get_by_label("Ik weet het zeker").check()
    page.get_by_role("button", name="Verwijder mijn gegevens").click()
    page.get_by_role("heading", name="Je gegevens zijn verwijderd").wait_for()
    look("after")
    assert {name: found for name, found in faults.items() if found} == {}


def test_without_scripts_one_presses_the_button(visit, demo_server):
    page = visit(f"{demo_server.url}/inloggen?verder=/privacy", PHONE, java_script_enabled=False).page
    page.get_by_label("Je e-mailadres").fill("zonder@example.org")
    page.get_by_role("button", name="Mail me een link").click()
    page.get_by_role("link", name="Open het postvak van de demo").click()
    page.locator(".mails a").first.click()
    page.locator(".mail-text a").click()
    page.get_by_role("button", name="Log hier in").click()
    page.get_by_role("heading", name="Jouw privacy").wait_for()
