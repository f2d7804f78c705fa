"""Pictures of the ground over HTTP: the same ground gives the same bytes, without style or script, in the words of the public."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import httpx2 as httpx
import pytest

from geo_service.db.engine import transaction
from tests.builders import box, insert
from tests.conftest import Server
from tests.residents import ask, build_town, keep, plot

SVG = "{http://www.w3.org/2000/svg}"
PLUM, BLUE, GREEN = "#6b2763", "#1d4791", "#1b5e37"


@pytest.fixture(scope="module")
def site(module_server: Server, municipality) -> httpx.Client:
    now = datetime.now(UTC)
    with transaction(module_server.database.sessions) as session:
        town = build_town(session)
        insert(session, "ground", register_id="w", family="water", appearance="waterloop", name="Grote <Gracht>", geom=box(0, 34, 900, 40))
        insert(session, "tree", register_id="t", geom=box(30, 30, 1).centroid)
        keep(session, town, plot(10, 10, 20), municipality, now)
        ask(session, town.resident, plot(40, 10, 20), municipality, now)
        ask(session, town.resident, plot(80, 10, 10), municipality, now, draft=True)
        plots = session.connection().exec_driver_sql("select code from geo.plot order by id").scalars().all()
    assert plots == ["PL-0001", "PL-0002", "PL-0003"]
    return httpx.Client(base_url=module_server.url, timeout=60)


def drawn(answer: httpx.Response) -> ET.Element:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("image/svg+xml")
    return ET.fromstring(answer.text)


def strokes(svg: ET.Element) -> set[str | None]:
    return {path.get("stroke") for path in svg.iter(f"{SVG}path")}


def test_a_plot_has_the_line_of_its_public_status(site):
    kept, asked = (strokes(drawn(site.get(f"/plek/PL-000{number}/kaart.svg"))) for number in (1, 2))
    assert PLUM in kept
    assert BLUE not in kept
    assert BLUE in asked
    assert PLUM not in asked


def test_it_shows_ground_water_trees_and_names_and_says_what_it_is(site):
    svg = drawn(site.get("/plek/PL-0001/kaart.svg"))
    assert (svg.get("width"), svg.get("height"), svg.get("role")) == ("800", "480", "img")
    assert svg.findtext(f"{SVG}title") == "Kaart van de plek en wat eromheen ligt"
    assert {"#c5e1eb", "#e7e9c6"} <= {path.get("fill") for path in svg.iter(f"{SVG}path")}
    assert "Grote <Gracht>" in {text.text for text in svg.iter(f"{SVG}text")}
    assert len(list(svg.iter(f"{SVG}circle"))) == 1
    small = drawn(site.get("/plek/PL-0001/kaart.svg?grootte=klein&taal=en"))
    assert (small.get("width"), small.findtext(f"{SVG}title")) == ("160", "Map of the plot and what lies around it")


def test_no_style_and_no_script(site):
    for path in ("/plek/PL-0001/kaart.svg", "/groen/G3/kaart.svg"):
        svg = drawn(site.get(path))
        assert not [
            element.tag for element in svg.iter() if element.tag.removeprefix(SVG) in ("script", "style", "foreignObject", "image", "a")
        ]
        names = {name for element in svg.iter() for name in element.attrib}
        assert not [name for name in names if name == "style" or name.startswith("on") or "href" in name]


def test_unchanged_ground_is_not_sent_again(site):
    first = site.get("/groen/G3/kaart.svg")
    assert first.text == site.get("/groen/G3/kaart.svg").text
    assert (first.headers["cache-control"], first.headers["vary"]) == ("no-cache", "Cookie")
    again = site.get("/groen/G3/kaart.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/plek/PL-9999/kaart.svg", "/groen/none/kaart.svg"])
def test_what_is_not_there(site, path):
    assert site.get(path).status_code == 404


def test_a_size_that_is_not_offered(site):
    assert site.get("/plek/PL-0001/kaart.svg?grootte=reusachtig").status_code == 400
