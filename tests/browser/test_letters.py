"""Staff grant and residents sign, in a real browser: at a desk and on a phone, by keyboard, and axe finds nothing."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from geo_service.db.engine import transaction
from geo_service.web.pages.visitor import COOKIE
from tests.browser.conftest import DESKTOP, PHONE
from tests.residents import ask, build_town, plot
from tests.web.signed_in import cookie_of


@pytest.fixture(scope="module")
def story(module_server, municipality):
    """A request, and the cookies of who asked and who decides."""
    now = datetime.now(UTC)
    with transaction(module_server.database.sessions) as session:
        town = build_town(session)
        adoption = ask(session, town.resident, plot(10, 10, 20), municipality, now, name="Plantvak")
        cookies = {who: cookie_of(session, f"{who}@example.org") for who in ("resident", "wijkregisseur")}
    return module_server.url, adoption, cookies


def signed_in(visit, story, who, path, size):
    """A window in which somebody is signed in."""
    url, _adoption, cookies = story
    made = visit(f"{url}/toegankelijkheid", size)
    made.page.context.add_cookies([{"name": COOKIE, "value": cookies[who], "url": url}])
    made.page.goto(url + path)
    return made


def clean(made, size):
    """No fault of axe, and nothing to scroll sideways to."""
    assert made.faults_of_axe() == []
    assert made.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_from_the_queue_to_an_agreement_that_both_signed(visit, story):
    adoption = story[1]
    staff = signed_in(visit, story, "wijkregisseur", "/beheer", DESKTOP)
    staff.page.get_by_role("link", name="Plantvak").click()
    staff.page.get_by_role("button", name="Ken toe: maak concept-Zelfbeheerbrief").click()
    staff.page.get_by_role("link", name="Schrijf de afspraken").click()
    staff.page.get_by_label("Looptijd in jaren").wait_for()
    clean(staff, DESKTOP)
    staff.page.get_by_label("Looptijd in jaren").fill("4")
    staff.page.get_by_role("button", name="Bewaar de afspraken").click()
    staff.page.get_by_role("button", name="Stuur ter ondertekening").click()
    expect(staff.page.get_by_role("button", name="Terug naar concept")).to_be_visible()

    letter = f"/plek/{adoption.plot_code}/zelfbeheerbrief"
    resident = signed_in(visit, story, "resident", letter, PHONE)
    clean(resident, PHONE)
    expect(resident.page.locator("main")).to_contain_text("Deze afspraken gelden 4 jaar")
    box = resident.page.get_by_label("Ik heb de afspraken gelezen en ik ga akkoord.")
    box.focus()
    resident.page.keyboard.press("Space")
    resident.page.keyboard.press("Tab")
    assert resident.page.evaluate("document.activeElement.offsetHeight") >= 44
    resident.page.keyboard.press("Enter")
    resident.page.get_by_text("De bewoners hebben ondertekend").wait_for()

    staff.page.reload()
    staff.page.get_by_role("link", name="Lees en onderteken voor de gemeente").click()
    staff.page.get_by_label("Ik heb de afspraken gelezen en ik ga akkoord.").check()
    staff.page.get_by_role("button", name="Ik ga akkoord en onderteken").click()
    staff.page.get_by_text("Beide kanten hebben ondertekend").wait_for()
    clean(staff, DESKTOP)
    resident.page.reload()
    resident.page.get_by_text("Deze afspraken gelden.").wait_for()
    clean(resident, PHONE)
