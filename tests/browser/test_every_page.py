"""Every page, at a desk and on a phone: accessible, within the window, one heading, a language, a title of its own."""

import pytest
from playwright.sync_api import Page

from geo_service.web.pages import FOR_VISITORS
from tests.browser.conftest import DESKTOP, PHONE, Visit, Visitor
from tests.conftest import Server

LAYERS = "/ogc/v1/collections"
OPEN = ("/", "/?weergave=lijst", "/?q=vlier", "/kies", "/spelregels", "/inloggen", "/postvak", "/privacy", "/toegankelijkheid", "/over",
        "/catalogus", "/initiatieven", "/initiatief/{slug}", "/idee", "/steun", "/plek/{code}", "/groen/{green}", "/aanvraag?groen={green}",
        "/bevestig/unknown", "/inloggen/unknown", "/uitnodiging/unknown", "/nergens", "/ogc/v1", LAYERS, f"{LAYERS}/dekking_wijken",
        f"{LAYERS}/zelfbeheerplekken/items", f"{LAYERS}/dekking_wijken/items/{{wijk}}",
        "/ogc/v1/tileMatrixSets", "/ogc/v1/tileMatrixSets/NetherlandsRDNewQuad", f"{LAYERS}/wijken/tiles",
        f"{LAYERS}/wijken/tiles/WebMercatorQuad", f"{LAYERS}/groenkaart/map/tiles/NetherlandsRDNewQuad", "/ogc/v1/styles",
        f"{LAYERS}/zelfbeheerplekken/styles", f"{LAYERS}/zelfbeheerplekken/styles/zelfbeheerplekken")  # fmt: skip
OWN = ("/mijn", "/mijn/plek/{code}", "/mijn/plek/{code}/noodknop", "/mijn/plek/{code}/vraag", "/mijn/plek/{code}/gemaaid",
       "/mijn/plek/{code}/klus", "/mijn/agenda", "/mijn/gegevens", "/mijn/gegevens/verwijderen", "/initiatief/{slug}/bewerken",
       "/initiatief/{slug}/leden", "/initiatief/{slug}/berichten", "/initiatief/{slug}/fotos", "/initiatief/{slug}/steun",
       "/plek/{code}/zelfbeheerbrief")  # fmt: skip
STAFF = ("/beheer", "/beheer/aanvragen/{request}", "/beheer/meldingen")
SEEN_ELSEWHERE = ("/kaarten/dekking", "/kaarten/{map_id}", "/aanvraag/{adoption_id}", "/mijn/klus/{task_id}",
                  "/postvak/{message_id}", "/mijn/gegevens/adres/{secret}", "/meedoen/{secret}", "/idee/bevestig/{secret}",
                  "/steun/bevestig/{secret}", "/beheer/aanvragen/{adoption_id}/afspraken", "/api/v1/docs")  # fmt: skip
"""With a map to look at as well, or the end of a path that other tests walk."""
PARTS_OF_PAGES = ("/zoek", "/kaartje/", "/oidc/", "/foto/", "/postvak/{message_id}/html")
TITLES_ALIKE = {"/?weergave=lijst", "/?q=vlier", "/bevestig/unknown", "/inloggen/unknown", "/uitnodiging/unknown"}
"""The same page, or the same words about a link that is no more."""
KEPT = """
select p.code, i.slug from geo.adoption a join geo.plot p on p.id = a.plot_id join geo.initiative i on i.id = a.initiative_id
join geo.initiative_member m on m.initiative_id = i.id join geo.person e on e.id = m.person_id
where e.email = 'resident@demo.example' and a.state = 'active' limit 1
"""
FREE = """
select lokaal_id from "layers".beschikbaar_groen where status = 'vrij' and heel_object and oppervlakte_m2 between 50 and 300 limit 1
"""
REQUEST = "select id::text from geo.adoption where state = 'submitted' order by id limit 1"
WIJK = "select code from geo.district where level = 'wijk' order by code limit 1"


@pytest.fixture(scope="module")
def names(demo_server: Server) -> dict[str, str]:
    with demo_server.database.engine.connect() as connection:
        code, slug = connection.exec_driver_sql(KEPT).one()
        green, request, wijk = (connection.exec_driver_sql(each).scalar_one() for each in (FREE, REQUEST, WIJK))
    return {"code": code, "slug": slug, "green": green, "request": request, "wijk": wijk}


def faults_of(seen: Visit, size: tuple[int, int]) -> list[str]:
    seen.page.set_viewport_size({"width": size[0], "height": size[1]})
    faults = seen.faults_of_axe()
    if (wider := seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        faults.append(f"{wider} px wider than the window")
    return [f"{size[0]}: {each}" for each in faults]


def faults_of_words(page: Page, titles: dict[str, str], path: str) -> list[str]:
    faults = []
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} headings of the first level")
    if page.locator("html").get_attribute("lang") != "nl":
        faults.append("no language")
    if path not in TITLES_ALIKE and titles.setdefault(page.title(), path) != path:
        faults.append(f"the title of {titles[page.title()]}")
    return faults


@pytest.mark.parametrize(
    ("who", "paths"), [(None, OPEN), ("resident", OWN), ("wijkregisseur", STAFF)], ids=["visitor", "resident", "staff"]
)
def test_every_page_is_sound(demo_server: Server, visit: Visitor, names: dict[str, str], who: str | None, paths: tuple[str, ...]) -> None:
    seen = visit(f"{demo_server.url}/inloggen")
    page = seen.page
    if who:
        page.locator(f"button[value='{who}@demo.example']").click()
        page.wait_for_url(lambda address: "/inloggen" not in address)
    titles: dict[str, str] = {}
    faults = {}
    for path in paths:
        page.goto(demo_server.url + path.format(**names))
        if page.locator("[data-features]").count():
            page.locator("[data-ready=true]").wait_for()
        if found := [*faults_of_words(page, titles, path), *faults_of(seen, DESKTOP), *faults_of(seen, PHONE)]:
            faults[path] = found
    # what is refused or gone tells the console of its status; that is no fault of a page
    seen.complaints[:] = [each for each in seen.complaints if not each.startswith("Failed to load resource")]
    assert faults == {}


def test_no_page_is_left_out() -> None:
    looked_at = [path.split("?")[0] for path in (*OPEN, *OWN, *STAFF)]
    left_out = [
        route.path
        for router in FOR_VISITORS
        for route in router.routes
        if "GET" in route.methods and not any(route.path_regex.match(path) for path in looked_at)
        and not route.path.startswith(PARTS_OF_PAGES) and not route.path.endswith((".svg", ".pdf", ".ics", ".json"))
    ]  # fmt: skip
    assert sorted(left_out) == sorted(SEEN_ELSEWHERE)
