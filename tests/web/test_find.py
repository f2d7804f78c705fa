"""The start over HTTP, without scripts: where somebody means, what lies near, and the page of every place."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2 as httpx
import pytest

from geo_service.db.engine import transaction
from geo_service.geometry import to_lonlat
from tests.beds import add_address, build_beds
from tests.builders import add_adoption, add_district, add_green, assume_managed, box, insert, rebuild
from tests.conftest import Server, cloned, serving


@pytest.fixture(scope="module")
def site(module_server: Server) -> httpx.Client:
    with transaction(module_server.database.sessions) as session:
        build_beds(session)
    return httpx.Client(base_url=module_server.url, timeout=60, headers={"Accept": "text/html"})


def listed(page: httpx.Response) -> list[str]:
    """The places of the list, in order."""
    assert page.status_code == 200, page.text
    return re.findall(r'data-place="([^"]+)"', page.text)


def counted(page: httpx.Response) -> str:
    found = re.search(r'<h2 id="aantal">(.*?)</h2>', page.text)
    assert found
    return re.sub("<[^>]+>", "", found[1])


def test_the_nearest_come_first_with_their_status_in_words(site):
    page = site.get("/", params={"q": "Vlierhof 1"})
    assert listed(page)[:3] == ["groen/B1", "groen/B2", "plek/PL-0001"]
    assert sorted(listed(page)) == ["groen/B1", "groen/B2", *(f"plek/PL-000{n}" for n in range(1, 6))], "B8 is too small, B10 not managed"
    assert counted(page) == "7 plekken binnen 400 m · 3 vrij"
    assert "Bodembedekkers aan de Vlierhof" in page.text
    assert "door Groene Hazelaars" in page.text
    assert "weer vrij als de aanvrager niet bevestigt vóór" in page.text


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("vlierhof 21", "plek/PL-0003"),
        ("VLIERHOF  23a", "plek/PL-0003"),
        ("1358ab 1", "groen/B1"),
        ("PL-0001", "plek/PL-0001"),
        ("pl 1", "plek/PL-0001"),
    ],
)
def test_an_address_a_postcode_and_a_code_are_found(site, words, first):
    assert listed(site.get("/", params={"q": words}))[0] == first


def test_who_may_mean_more_gets_choices_that_lead_on(site):
    page = site.get("/", params={"q": "vlier"})
    assert listed(page) == []
    assert "Welke bedoel je?" in page.text
    choices = re.findall(r'<a href="(/\?[^"]+)"><svg.*?<span>([^<]+)', page.text)
    assert [name for _address, name in choices] == ["Vlierhof", "Vlierweg"]
    assert listed(site.get(choices[0][0].replace("&amp;", "&")))


@pytest.mark.parametrize("words", ["Nergenslaan 3", "0000 ZZ", "PL-9999", "'; drop table geo.plot; --", "<script>", "%", "12", "a" * 300])
def test_words_that_mean_nothing_get_a_way_on(site, words):
    page = site.get("/", params={"q": words})
    assert page.status_code == 200
    assert "niet vinden" in page.text
    assert '<script>"' not in page.text


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("status=geadopteerd", ["plek/PL-0001", "plek/PL-0004"]),
        ("status=gereserveerd&status=aangevraagd", ["plek/PL-0002", "plek/PL-0003"]),
        ("soort=bodembedekkers", ["groen/B1", "plek/PL-0002"]),
        ("status=vrij&soort=planten", ["groen/B2"]),
        ("vanaf=199&tot=201&status=vrij&soort=planten", ["groen/B2"]),
        ("vanaf=201", []),
        ("vanaf=&tot=&status=&q=&bij=", None),
    ],
)
def test_filters_narrow_the_list(site, query, places):
    page = site.get(f"/?q=Vlierhof+1&{query}" if "q=" not in query else f"/?{query}")
    assert listed(page) == places if places is not None else listed(page)
    if places == []:
        assert "Haal alle filters weg" in page.text


@pytest.mark.parametrize("query", ["bij=abc", "bij=4,5,6", "bij=nan,52", "bij=-70,12", "vanaf=veel", "tot=1e9", "status=weg", "soort=boom"])
def test_what_cannot_be_read_is_told(site, query):
    assert site.get(f"/?{query}").status_code == 400


def test_other_words_set_a_point_aside(site):
    far = "bij=5.30,52.40"
    assert listed(site.get(f"/?q=Vlierhof+1&{far}&voor=Elders"))[0] == "groen/B1"
    assert listed(site.get(f"/?q=Vlierhof+1&{far}&voor=Vlierhof+1")) == []


def test_the_answer_to_htmx_names_one_short_address(site):
    pushed = site.get("/?q=Vlierhof+1&voor=&status=vrij&vanaf=&tot=").headers["hx-push-url"]
    assert pushed == "/?q=Vlierhof%201&status=vrij"


def test_suggestions_are_options_with_an_address(site):
    options = site.get("/zoek", params={"q": "vlierhof 2"}).text
    assert re.findall(r'data-words="([^"]+)"', options) == [
        "Vlierhof 21",
        "Vlierhof 23",
        "Vlierhof 25",
        "Vlierhof 27",
        "Vlierhof 29",
        "Vlierhof 23 A",
    ]
    address = re.search(r'data-address="([^"]+)"', options)[1].replace("&amp;", "&")
    assert listed(site.get(address))
    assert site.get("/zoek", params={"q": ""}).text.count("<li") == 0


def test_nobody_sees_who_keeps_a_plot_alone(site):
    """One person: the year, no group."""
    page = site.get("/plek/PL-0004").text
    assert "Een bewoner, sinds 2019" in page
    assert "Groene buren" not in page
    assert "/initiatief/" not in page


def test_the_page_of_a_kept_plot_tells_crews_to_leave_it_and_neighbours_to_join(site):
    page = site.get("/plek/PL-0001").text
    assert "Hier niet maaien. Laat alles staan." in page
    assert "zelfbeheer@example.nl" in page
    assert re.search(r'href="/initiatief/groene-hazelaars-\w+">Doe mee', page)
    assert "/aanvraag" not in page


@pytest.mark.parametrize(
    ("address", "told", "ask"),
    [
        ("/groen/B1", "Adopteer deze plek", "/aanvraag?groen=B1"),
        ("/plek/PL-0005", "Teruggegeven aan de gemeente", "/aanvraag?plek=PL-0005"),
        ("/plek/PL-0003", "De plek is gereserveerd tot", None),
        ("/plek/PL-0002", "De gemeente beslist over de aanvraag", None),
        ("/groen/B3", "Iemand anders verzorgt dit al", None),
        ("/groen/B8", "Zo kan dit niet geadopteerd worden", None),
        ("/groen/B9", "Een deel kan wel", None),
        ("/groen/B10", "Zo kan dit niet geadopteerd worden", None),
    ],
)
def test_every_place_tells_what_can_be_done(site, address, told, ask):
    page = site.get(address)
    assert page.status_code == 200
    assert told in page.text
    assert (f'href="{ask}"' in page.text) if ask else ("/aanvraag" not in page.text)
    assert "Wat mag je hier?" in page.text
    english = site.get(f"{address}?taal=en").text
    site.cookies.clear()
    assert '<html lang="en">' in english
    assert "What may you do here?" in english


@pytest.mark.parametrize(
    "address", ["/plek/PL-9999", "/plek/x%00", "/groen/Z9", "/groen/%27", "/kaartje/plek/PL-9999", "/kaartje/groen/Z9"]
)
def test_what_never_was_is_not_found(site, address):
    assert site.get(address).status_code in (400, 404)


def test_a_plot_of_a_request_that_came_to_nothing_is_nobodys_business(site, module_server):
    with transaction(module_server.database.sessions) as session:
        insert(session, "plot", name="Tuin van Jan de Vries")
        code = session.connection().exec_driver_sql("select max(code) from geo.plot").scalar_one()
        plot_id = session.connection().exec_driver_sql("select max(id) from geo.plot").scalar_one()
        insert(session, "plot_version", plot_id=plot_id, number=1, origin="drawn", geom=box(0, 22, 5))
        add_adoption(session, box(0, 22, 5), plot_id=plot_id, state="withdrawn")
    assert site.get(f"/plek/{code}").status_code == 404
    assert "Jan de Vries" not in site.get("/?q=Vlierhof+1").text
    assert listed(site.get("/?q=Vlierhof+1"))[0] == "groen/B1"


def test_green_that_the_register_ended_leads_to_what_came_instead(site, module_server):
    with transaction(module_server.database.sessions) as session:
        ended = ("2016-01-01", "2020-01-01")
        add_green(session, "OUD", box(0, 20, 20, 10), valid=ended, applies=ended)
        add_green(session, "WEG", box(900, 900, 20, 10), valid=ended, applies=ended)
        run = insert(session, "register_import", kind="green", source="test", report="{}")
        shape = {"before_geom": box(0, 20, 20, 10), "after_geom": box(0, 20, 20, 10), "geom": box(0, 20, 20, 10)}
        change = {"import_id": run, "day": "2020-01-01", "kind": "replaced", "shared_m2": 200, "what": "{}"}
        insert(session, "lineage", before_id="OUD", after_id="B1", **change, **shape)
    moved = site.get("/groen/OUD")
    assert (moved.status_code, moved.headers["location"]) == (302, "/groen/B1")
    gone = site.get("/groen/WEG")
    assert gone.status_code == 410
    assert "Deze plek bestaat niet meer" in gone.text


def test_menu_works_without_scripts_and_over_keeps_the_old_start(site):
    page = site.get("/over").text
    assert re.search(r'<details class="menu">\s*<summary>', page)
    assert 'href="/spelregels"' in page


class Replay(BaseHTTPRequestHandler):
    """Answers as PDOK's Locatieserver does, or as a broken one."""

    broken = False
    asked: list[str] = []

    def do_GET(self) -> None:
        Replay.asked.append(self.path)
        spot = {"weergavenaam": "Elzenpad 4, 1358AB Almere", "type": "adres", "centroide_rd": "POINT(142005 483012)"}
        odd = [
            {"type": "adres"},
            {"weergavenaam": "X", "type": "gemeente"},
            {"weergavenaam": "Y", "type": "weg", "centroide_rd": "POINT(1e9 5)"},
        ]
        body = b"<html>stuk" if Replay.broken else json.dumps({"response": {"docs": [spot, *odd]}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def locatieserver() -> Iterator[str]:
    Replay.asked, Replay.broken = [], False
    with HTTPServer(("127.0.0.1", 0), Replay) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/search/v3_1"
        running.shutdown()


def test_addresses_come_from_elsewhere_where_none_are_imported(cluster, template, locatieserver, monkeypatch):
    monkeypatch.setenv("GEO_LOCATIESERVER_URL", locatieserver)
    with cloned(cluster, template) as database:
        with transaction(database.sessions) as session:
            add_district(session, "SD1", box(-500, -500, 3000), level="stadsdeel", name="Haven")
            add_green(session, "B1", box(0, 20, 20, 10))
            assume_managed(session, "G0034")
            rebuild(session)
        with serving(database) as running:
            page = httpx.get(f"{running.url}/?q=elzenpad+4", timeout=60)
            assert listed(page) == ["groen/B1"]
            assert "gemeentecode%3A0034" in Replay.asked[0]
            Replay.broken = True
            page = httpx.get(f"{running.url}/?q=haven", timeout=60)
            assert "Zoeken op adres werkt nu niet." in page.text
            assert listed(page) == ["groen/B1"]


def test_green_without_homes_near_is_free_only_when_two_households_can_reach_it(site, module_server):
    with transaction(module_server.database.sessions) as session:
        add_green(session, "B11", box(2000, 2000, 20, 10), appearance="groenvoorziening")
        rebuild(session)
    lon, lat = to_lonlat(box(2000, 2000, 20, 10)).centroid.coords[0]
    here = f"/?bij={lon:.6f},{lat:.6f}"
    assert "groen/B11" not in listed(site.get(here))
    with transaction(module_server.database.sessions) as session:
        for number in range(2):
            add_address(session, "Verreweg", f"{number}", "1358 ZZ", 2050 + number, 2000)
    assert listed(site.get(here))[0] == "groen/B11"
