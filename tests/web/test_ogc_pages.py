"""The OGC API for people: pages without scripts that say what the documents say, and nothing that a page can break on."""

import json
import re
import urllib.error
import urllib.request
from html import unescape

import pytest

from tests import builders, small_town
from tests.builders import box
from tests.conformance import shows

PEOPLE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LAYERS = "/ogc/v1/collections"
PLOTS = f"{LAYERS}/zelfbeheerplekken"
DOCUMENTS = (
    "/ogc/v1", "/ogc/v1/conformance", LAYERS, PLOTS, f"{PLOTS}/items", f"{PLOTS}/queryables", f"{PLOTS}/schema", f"{PLOTS}/sortables",
    "/ogc/v1/tileMatrixSets", "/ogc/v1/tileMatrixSets/NetherlandsRDNewQuad", f"{PLOTS}/tiles", f"{PLOTS}/tiles/WebMercatorQuad",
    "/ogc/v1/styles", f"{PLOTS}/styles",
)  # fmt: skip
STYLE = f"{PLOTS}/styles/zelfbeheerplekken"
HOSTILE = "</script><script>alert(1)</script>\"'&"


@pytest.fixture(scope="module")
def site(module_server):
    with module_server.database.sessions() as session:
        small_town.build(session)
        builders.add_green(session, f"G/ 1?{HOSTILE}", box(10, 900, 20), plus_type=HOSTILE)
        session.commit()
    return module_server.url


def get(url, headers=PEOPLE):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_is_also_a_page(site, path, language):
    status, headers, page = get(f"{site}{path}?taal={language}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert len(re.findall("<h1", page)) == 1
    assert not re.search(r"<script(?! src=)|\son[a-z]+=|\sstyle=", page)
    assert get(f"{site}{path}?f=json", {})[1]["Content-Type"].startswith(
        ("application/json", "application/geo+json", "application/schema+json")
    )


def links_in(node):
    if isinstance(node, list):
        return [link for part in node for link in links_in(part)]
    if not isinstance(node, dict):
        return []
    own = [node["href"]] if "href" in node and not node.get("templated") else []
    return own + [link for part in node.values() for link in links_in(part)]


def same_for_all(document):
    """Without the moment, and the links to itself, which are those of a page in a page."""
    links = [link for link in document.get("links", []) if link["rel"] not in ("self", "alternate", "next", "prev")]
    return {name: value for name, value in document.items() if name not in ("timeStamp", "links")} | {"links": links}


@shows("ogcapi-features-1/1.0/conf/html", "ogcapi-common-1/1.0/conf/html", "ogcapi-common-2/1.0/conf/html")
@pytest.mark.parametrize("path", [*DOCUMENTS, f"{PLOTS}/items/PL-0001", "/ogc/v1/api"])
def test_a_page_holds_the_whole_document_and_every_link(site, path):
    page = get(f"{site}{path}?taal=en")[2]
    assert page.startswith("<!doctype html>")
    held = json.loads(unescape(re.search(r'<pre class="document"[^>]*>(.*?)</pre>', page, re.DOTALL)[1]))
    plain = {"Accept": "*/*", "Accept-Language": "en"}
    assert same_for_all(held) == same_for_all(json.loads(get(f"{site}{path}?f=json", plain)[2]))
    anchors = {unescape(href) for href in re.findall(r'<a [^>]*href="([^"]+)"', page)}
    assert [link for link in links_in(held) if link not in anchors] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_style_is_a_page_with_a_legend_and_its_files(site, language):
    status, headers, page = get(f"{site}{STYLE}?taal={language}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert re.findall(r"</svg>\s*([^<]+)</li>", page) == ["Gereserveerd", "Aangevraagd", "Geadopteerd"]
    for name, media in (("mapbox", "vnd.mapbox.style+json"), ("qml", "vnd.qgis.qml+xml"), ("sld", "vnd.ogc.sld+xml")):
        assert f'href="{site}{STYLE}?f={name}"' in page
        assert media in get(f"{site}{STYLE}?f={name}")[1]["Content-Type"]
        assert media in get(f"{site}{STYLE}", {"Accept": f"application/{media}"})[1]["Content-Type"]
    assert "mapbox" in get(f"{site}{STYLE}", {"Accept": "*/*"})[1]["Content-Type"]


@shows("ogcapi-styles-1/1.0/conf/core", "ogcapi-styles-1/1.0/conf/global-styles", "ogcapi-styles-1/1.0/conf/collection-styles")
@pytest.mark.parametrize("base", ["/ogc/v1", PLOTS])
def test_styles_are_found_from_what_they_draw(site, base):
    def document(address):
        return json.loads(get(address, {"Accept": "application/json"})[2])

    [styles] = [link["href"] for link in document(site + base)["links"] if link["rel"].endswith("/rel/ogc/1.0/styles")]
    assert styles == f"{site}{base}/styles"
    told = document(styles)
    ids = [style["id"] for style in told["styles"]]
    assert len(set(ids)) == len(ids)
    assert told.get("default", ids[0]) in ids
    if base == "/ogc/v1":
        public = {layer["id"] for layer in document(site + LAYERS)["collections"]}
        assert set(ids) == public
    for style in told["styles"]:
        sheets = [link for link in style["links"] if link["rel"] == "stylesheet"]
        assert sheets
        for sheet in sheets:
            status, headers, body = get(f"{styles}/{style['id']}", {"Accept": sheet["type"]})
            assert (status, headers["Content-Type"].partition(";")[0]) == (200, sheet["type"].partition(";")[0])
            assert style["id"] in body or "qml" in sheet["type"], (
                "the rules name the collection; QML is for one layer, whatever it is called"
            )
    assert get(f"{styles}/geen", {"Accept": "*/*"})[0] == 404
    assert get(f"{styles}/niet_maaien", {"Accept": "*/*"})[0] == 404


def test_the_format_is_what_was_asked_for(site):
    assert get(site + PLOTS, {"Accept": "*/*"})[1]["Content-Type"] == "application/json"
    assert get(f"{site}{PLOTS}?f=html", {"Accept": "application/json"})[1]["Content-Type"].startswith("text/html")
    assert get(f"{site}{PLOTS}?f=json", PEOPLE)[1]["Content-Type"] == "application/json"


def test_every_public_layer_has_a_page_with_all_that_is_known_of_it(site):
    layers = json.loads(get(f"{site}{LAYERS}?f=json", {})[2])["collections"]
    listed = get(site + LAYERS)[2]
    for layer in layers:
        page = get(f"{site}{LAYERS}/{layer['id']}")[2]
        assert f'href="{LAYERS}/{layer["id"]}"' in listed
        for told in (layer["title"], layer["license"], "QGIS", f"/api/v1/layers/{layer['id']}/export?format=gpkg"):
            assert told in page
        columns = json.loads(get(f"{site}{LAYERS}/{layer['id']}/schema?f=json", {})[2])["properties"]
        assert all(f"<code>{name}</code>" in page for name in columns if name != "geometrie")
    assert "niet_maaien" not in listed
    assert get(f"{site}{LAYERS}/niet_maaien")[0] == 404


def test_the_table_is_the_document(site):
    document = json.loads(get(f"{site}{PLOTS}/items?f=json&limit=7", {})[2])
    page = get(f"{site}{PLOTS}/items?limit=7")[2]
    assert re.findall(r'<tr id="f-([^"]+)"', page) == [feature["id"] for feature in document["features"]]
    assert "7 van 20 objecten" in page
    assert "Geadopteerd sinds" in page
    assert re.search(r'data-l="Geadopteerd sinds">2018<', page), "a year has no dot"


def test_the_pages_are_turned_to_the_end_and_back(site):
    seen, address = [], f"{site}{PLOTS}/items?limit=8"
    for _ in range(3):
        page = get(address)[2]
        seen += re.findall(r'<tr id="f-([^"]+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else address
    assert len(seen) == len(set(seen)) == 20
    assert following is None
    assert 'rel="prev"' in page


def test_a_feature_leads_back_to_its_day(site):
    first = re.search(rf'href="({PLOTS}/items/[^"]+)"', get(f"{site}{PLOTS}/items?at=2023-01-01")[2])[1]
    page = get(site + first)[2]
    assert "1 januari 2023" in page
    assert f'href="{PLOTS}/items?at=2023-01-01"' in page


def test_names_and_values_are_text_only(site):
    page = get(f"{site}{LAYERS}/groenobjecten/items")[2]
    assert "alert(1)" in page
    assert "<script>alert" not in page
    address = next(each for each in re.findall(rf'href="({LAYERS}/groenobjecten/items/[^"]+)"', page) if "alert" in each)
    status, _, one = get(site + address)
    assert status == 200
    assert "<script>alert" not in one


@pytest.mark.parametrize(
    ("path", "status", "part"),
    [
        (f"{PLOTS}/items?at=gisteren", 400, "at"),
        (f"{PLOTS}/items?weg=1", 400, "weg"),
        (f"{PLOTS}/items/PL-9999", 404, "PL-9999"),
        (f"{LAYERS}/weg", 404, "weg"),
        (f"{PLOTS}/items?f=xml", 400, "xml"),
    ],
)
def test_what_is_wrong_is_told_on_a_page_to_people_and_as_a_problem_to_programs(site, path, status, part):
    told, headers, page = get(site + path)
    assert (told, headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert part in page
    told, headers, _ = get(site + path, {"Accept": "application/geo+json, application/json"})
    assert (told, headers["Content-Type"]) == (status, "application/problem+json")


def test_no_day_gives_an_empty_page(site):
    status, _, page = get(f"{site}{PLOTS}/items?at=1990-01-01")
    assert status == 200
    assert "Er is niets gevonden" in page


def test_the_form_asks_what_is_filled_in(site):
    assert "20 van 20 objecten, vandaag" in get(f"{site}{PLOTS}/items?at=&filter=")[2]
    asked = "oppervlakte_m2%20%3E%20850%20AND%20status%20%3D%20%27geadopteerd%27"
    page = get(f"{site}{PLOTS}/items?at=&filter={asked}")[2]
    assert "18 van 18 objecten" in page
    assert 'value="oppervlakte_m2 &gt; 850 AND status = &#39;geadopteerd&#39;"' in page
    status, _, wrong = get(f"{site}{PLOTS}/items?filter=breedte%20%3E%201")
    assert status == 400
    assert "Er is geen kolom breedte (bij 1:1)" in wrong
