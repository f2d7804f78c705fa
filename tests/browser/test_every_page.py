"""Every page that residents and staff see, once per size: accessible, within the window, one heading, a title and a language of its own."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Visit, Visitor
from tests.conftest import Server

OPEN = ("/", "/?weergave=lijst", "/?q=vlier", "/kies", "/spelregels", "/inloggen", "/postvak", "/privacy", "/toegankelijkheid", "/over",
        "/initiatieven", "/initiatief/{slug}", "/idee", "/steun", "/plek/{code}", "/groen/{green}", "/aanvraag?groen={green}",
        "/bevestig/unknown", "/inloggen/unknown", "/uitnodiging/unknown", "/nergens")  # fmt: skip
OWN = ("/mijn", "/mijn/plek/{code}", "/mijn/plek/{code}/noodknop", "/mijn/plek/{code}/vraag", "/mijn/plek/{code}/gemaaid",
       "/mijn/plek/{code}/klus", "/mijn/agenda", "/mijn/gegevens", "/mijn/gegevens/verwijderen", "/initiatief/{slug}/bewerken",
       "/initiatief/{slug}/leden", "/initiatief/{slug}/berichten", "/initiatief/{slug}/fotos", "/initiatief/{slug}/steun",
       "/plek/{code}/zelfbeheerbrief")  # fmt: skip
STAFF = ("/beheer", "/beheer/aanvragen/{request}", "/beheer/meldingen")
TITLES_ALIKE = {"/?weergave=lijst", "/?q=vlier", "/bevestig/unknown", "/inloggen/unknown"}
"""The same page, or the same words about a link that is no more."""
KEPT = """
select p.code, i.slug from geo.adoption a join geo.plot p on p.id = a.plot_id join geo.initiative i on i.id = a.initiative_id
join geo.initiative_member m on m.initiative_id = i.id join geo.person e on e.id = m.person_id
where e.email = 'resident@demo.example' and a.state = 'active' limit 1
"""
FREE = "select lokaal_id from "layers".beschikbaar_groen where status = 'vrij' and heel_object and oppervlakte_m2 between 50 and 300 limit 1"
REQUEST = "select id::text from geo.adoption where state = 'submitted' order by id limit 1"


@pytest.fixture(scope="module")
def names(demo_server: Server) -> dict[str, str]:
    with demo_server.database.engine.connect() as connection:
        code, slug = connection.exec_driver_sql(KEPT).one()
        green, request = (connection.exec_driver_sql(each).scalar_one() for each in (FREE, REQUEST))
    return {"code": code, "slug": slug, "green": green, "request": request}


def faults_of(seen: Visit, page: Page, titles: dict[str, str], path: str) -> list[str]:
    faults = seen.faults_of_axe()
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if width > room:
        faults.append(f"{width - room} px wider than the window")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} headings of the first level")
    if page.locator("html").get_attribute("lang") != "nl":
        faults.append("no language")
    if path not in TITLES_ALIKE and titles.setdefault(page.title(), path) != path:
        faults.append(f"the title of {titles[page.title()]}")
    return faults


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("who", "paths"), [(None, OPEN), ("resident", OWN), ("wijkregisseur", STAFF)], ids=["visitor", "resident", "staff"]
)
def test_every_page_is_sound(
    demo_server: Server, visit: Visitor, names: dict[str, str], who: str | None, paths: tuple[str, ...], size: tuple[int, int]
) -> None:
    seen = visit(f"{demo_server.url}/inloggen", size)
    page = seen.page
    if who:
        page.locator(f"button[value='{who}@demo.example']").click()
        page.wait_for_load_state()
    titles: dict[str, str] = {}
    faults = {}
    for path in paths:
        page.goto(demo_server.url + path.format(**names))
        if found := faults_of(seen, page, titles, path):
            faults[path] = found
    # what is refused or gone tells the console of its status; that is no fault of a page
    seen.complaints[:] = [each for each in seen.complaints if not each.startswith("Failed to load resource")]
    assert faults == {}
