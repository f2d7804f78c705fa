"""A resident with a phone: from the map to an agreement, back a week later, and what happens when it gets too much; and links in mails
that are opened twice, too late, elsewhere or broken."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from geo_service.adoptions.jobs import lapse_reservations
from geo_service.db.engine import transaction
from geo_service.notifications.schemas import Work
from geo_service.settings import Settings
from tests.browser.conftest import PHONE
from tests.browser.journeys.conftest import Town, clean, fill, refused, seen, send

ME = "jet@example.net"
STATE = "select a.state from geo.adoption a join geo.plot p on p.id = a.plot_id where p.code = %(code)s"
OPTIONS = {"size": PHONE, "has_touch": True}


def test_three_taps_and_one_form_and_the_noodknop_later(visit, as_demo, town: Town) -> None:
    green, lon, lat = town.free_green(12, 45)
    opened = visit(f"{town.url}/?bij={lon},{lat}", **OPTIONS)
    page = opened.page
    clean(opened)
    seen(page, "Bekijk en adopteer").tap()  # one
    expect(page).to_have_url(re.compile(f"/groen/{re.escape(green)}$"))
    clean(opened)
    seen(page, "Adopteer deze plek").tap()  # two
    page.wait_for_url("**/aanvraag?**")
    clean(opened)
    fill(page, "Hoekje bij de bocht", ME)
    code = send(page)  # three
    expect(page.locator("main")).to_contain_text("Gereserveerd tot")
    clean(opened)

    # on another device, without a cookie; the link does the rest
    other = visit(town.mail(ME), **OPTIONS)
    other.page.wait_for_url(f"**/mijn/plek/{code}**")
    clean(other)
    other.page.get_by_role("link", name="Lees en onderteken").first.tap()
    other.page.wait_for_url("**/zelfbeheerbrief**")
    other.page.check("#akkoord")
    clean(other)
    other.page.get_by_role("button", name="Ik ga akkoord en onderteken").tap()
    expect(other.page.locator("main")).to_contain_text("Deze afspraken gelden.")
    assert town.ask(STATE, code=code) == [("active",)]

    # a week later, from the mail
    later = visit(f"{town.url}/mijn/plek/{code}", **OPTIONS)
    later.page.fill("#email", ME)
    later.page.get_by_role("button", name=re.compile("link")).tap()
    expect(later.page.get_by_role("heading", name="Kijk in je mail")).to_be_visible()
    later.page.goto(town.mail(ME))
    later.page.wait_for_url(f"**/mijn/plek/{code}")
    expect(later.page.get_by_role("heading", level=1)).to_contain_text("Hoekje bij de bocht")
    clean(later)

    later.page.goto(f"{town.url}/mijn/plek/{code}/noodknop")
    later.page.get_by_label("Help met één klus").check()
    later.page.fill("#woorden", "Mijn arm zit in het gips.")
    clean(later)
    later.page.get_by_role("button", name="Stuur naar de gemeente").tap()
    later.page.wait_for_url(f"**/mijn/plek/{code}**")
    expect(later.page.locator("main")).to_contain_text("Mijn arm zit in het gips.")
    clean(later)
    staff = as_demo("wijkregisseur", address="/beheer/meldingen")
    report = staff.page.get_by_role("article").filter(has_text=code)
    expect(report).to_contain_text("Mijn arm zit in het gips.")
    clean(staff)
    page.goto(f"{town.url}/plek/{code}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hoekje bij de bocht")
    for never in ("gips", ME, "noodknop", "hulp"):
        assert never not in page.inner_text("body").lower(), never
    clean(opened)


def test_links_that_are_used_late_forwarded_or_broken(visit, as_demo, municipality, town: Town) -> None:
    me = "twee@example.net"
    green, _lon, _lat = town.free_green(12, 45, 1)
    opened = visit(f"{town.url}/aanvraag?groen={green}", **OPTIONS)
    page = opened.page
    fill(page, "Bij de brug", me)
    code = send(page)
    sent, link = page.url, town.mail(me)

    # forwarded: somebody else is signed in there, so it asks first
    neighbour = as_demo("neighbour", PHONE)
    neighbour.page.goto(link)
    expect(neighbour.page.locator("main")).to_contain_text("Op dit apparaat is iemand anders ingelogd.")
    clean(neighbour)

    broken = visit(link[:-4], **OPTIONS)
    refused(broken, 410)
    expect(broken.page.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet")
    clean(broken)

    page.goto(link)
    page.wait_for_url(f"**/mijn/plek/{code}**")
    broken.page.goto(link)  # twice, and elsewhere
    refused(broken, 410)
    expect(broken.page.get_by_role("heading", level=1)).to_have_text("Je hebt dit al bevestigd")
    expect(broken.page.get_by_role("link", name="Open je eigen pagina")).to_be_visible()
    clean(broken)
    page.goto(sent)
    expect(page.get_by_role("heading", level=1)).to_have_text("Je aanvraag is binnen")

    # too late: the job made the ground free again
    green, _lon, _lat = town.free_green(12, 45, 2)
    late = visit(f"{town.url}/aanvraag?groen={green}", **OPTIONS)
    fill(late.page, "Bij de vijver", "laat@example.net")
    code = send(late.page)
    sent, link = late.page.url, town.mail("laat@example.net")
    town.change("update geo.adoption a set reserved_until = now() from geo.plot p where p.id = a.plot_id and p.code = %(code)s", code=code)
    town.change("update geo.mailed_link set expires_at = now() - interval '1 minute' where email = 'laat@example.net'")
    late.page.goto(link)
    refused(late, 410)
    expect(late.page.get_by_role("heading", level=1)).to_have_text(f"{code} is weer vrij")
    clean(late)
    with transaction(town.server.database.sessions) as session:
        lapse_reservations(Work(session, municipality, Settings(base_url=town.url), datetime.now(UTC)))
    late.page.goto(sent)
    expect(late.page.get_by_role("heading", level=1)).to_have_text(f"{code} is weer vrij")
    clean(late)
    late.page.get_by_role("link", name=f"Vraag {code} opnieuw aan").tap()
    expect(late.page.get_by_role("button", name="Verstuur mijn aanvraag")).to_be_visible()
