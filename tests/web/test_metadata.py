"""Metadata as others meet it: DCAT-AP-NL by its rules, links that lead somewhere, true dates, and a feed that any reader reads."""

import os
import re
import subprocess
import sys
from datetime import datetime
from xml.etree import ElementTree

import httpx2 as httpx
import pytest
from pyshacl import validate
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from tests import registers, small_town
from tests.conftest import ROOT

DCAT, DCT = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
FOAF, SKOS = Namespace("http://xmlns.com/foaf/0.1/"), Namespace("http://www.w3.org/2004/02/skos/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ATOM = {"a": "http://www.w3.org/2005/Atom"}
STAFF = ("aanvragen", "niet_maaien", "registerwijzigingen")
FED_BY_GREEN = {"achtergrond", "beschikbaar_groen", "groenobjecten", "dekking_buurten", "dekking_wijken", "dekking_stadsdelen"} | {
    "groenaandeel_buurten", "groenaandeel_wijken",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(module_database, module_server):
    """A client of a server with a small town."""
    with module_database.sessions() as session:
        small_town.build(session)
    with httpx.Client(base_url=module_server.url, timeout=60, follow_redirects=True) as client:
        yield client


@pytest.fixture(scope="module")
def shapes():
    return Graph().parse(ROOT / "tests/shapes/dcat-ap-nl.ttl")


@pytest.fixture(scope="module")
def catalogue(site):
    return read(site, "/catalogus.jsonld")


def read(site, path: str) -> Graph:
    answer = site.get(path)
    assert answer.headers["content-type"] == "application/ld+json"
    return Graph().parse(data=answer.text, format="json-ld")


def faults(graph: Graph, shapes: Graph) -> list[str]:
    """What the rules say against it."""
    sound, _, told = validate(graph, shacl_graph=shapes)
    return [] if sound else re.findall(r"Result Path: (\S+)", told) or [told]


def test_the_catalogue_and_each_dataset_follow_the_rules(site, catalogue, shapes):
    assert faults(catalogue, shapes) == []
    names = {str(name).rpartition("/")[2].removesuffix("#dataset") for name in catalogue.subjects(RDF.type, DCAT.Dataset)}
    assert {"zelfbeheerplekken", "groenobjecten", "dekking_buurten"} <= names
    assert faults(read(site, "/catalogus/groenobjecten.jsonld"), shapes) == []


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (DCAT.Dataset, DCT.accessRights), (DCAT.Dataset, DCAT.contactPoint), (DCAT.Dataset, DCT.creator), (DCAT.Dataset, DCAT.theme),
        (DCAT.Dataset, DCT.identifier), (DCAT.Dataset, DCT.provenance), (DCAT.Distribution, DCAT.accessURL),
        (DCAT.Distribution, DCT.license), (DCAT.DataService, DCAT.endpointDescription), (DCAT.DataService, DCT.publisher),
        (FOAF.Agent, FOAF.name), (VCARD.Kind, VCARD.hasEmail), (SKOS.Concept, SKOS.prefLabel),
    ],
)  # fmt: skip
def test_a_lacking_property_is_a_fault(site, shapes, kind, path):
    graph = read(site, "/catalogus/groenobjecten.jsonld")
    graph.remove((next(graph.subjects(RDF.type, kind)), path, None))
    assert faults(graph, shapes)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (DCT.accessRights, URIRef("http://publications.europa.eu/resource/authority/access-right/RESTRICTED")),
        (DCAT.theme, URIRef("http://publications.europa.eu/resource/authority/data-theme/GROEN")),
        (DCT.modified, Literal("gisteren")),
    ],
)
def test_a_value_from_no_list_is_a_fault(site, shapes, path, wrong):
    graph = read(site, "/catalogus/groenobjecten.jsonld")
    graph.set((next(graph.subjects(RDF.type, DCAT.Dataset)), path, wrong))
    assert faults(graph, shapes)


def test_every_link_leads_to_what_it_promises(site, catalogue):
    ours = str(site.base_url).rstrip("/")
    files = {str(place): str(next(catalogue.objects(each, DCAT.mediaType))) for each, place in catalogue.subject_objects(DCAT.downloadURL)}
    linked = {str(node) for triple in catalogue for node in triple if isinstance(node, URIRef) and str(node).startswith(ours)}
    assert len(files) >= 7 * 12
    for place in sorted(linked):
        if place in files and "buurten" not in place:
            continue  # one layer in every format: the formats are tested elsewhere
        answer = site.get(place.partition("#")[0])
        assert answer.status_code == 200, place
        if place in files:
            assert answer.headers["content-type"].split(";")[0] == files[place].partition("media-types/")[2]


def test_addresses_lead_people_to_pages_and_programs_to_metadata(site):
    for path in ("/catalogus", "/catalogus/buurten"):
        assert "text/html" in site.get(path, headers={"accept": "text/html"}).headers["content-type"]
        told = site.get(path, headers={"accept": "application/ld+json"})
        assert told.headers["content-type"] == "application/ld+json"
        assert told.headers["access-control-allow-origin"] == "*"
    again = site.get("/catalogus.jsonld", headers={"if-none-match": told_tag(site, "/catalogus.jsonld")})
    assert (again.status_code, again.content) == (304, b"")


def told_tag(site, path: str) -> str:
    return site.get(path).headers["etag"]


def test_what_is_for_staff_is_nowhere(site):
    for path in ("/catalogus", "/catalogus.jsonld", "/wijzigingen.atom", "/catalogus?taal=en"):
        assert not any(f"/{layer}" in site.get(path).text for layer in STAFF)
    for path in (f"/catalogus/{STAFF[0]}", f"/catalogus/{STAFF[0]}.jsonld", f"/wijzigingen.atom?laag={STAFF[0]}"):
        assert site.get(path).status_code == 404


def test_a_collection_tells_its_registers_and_where_its_metadata_is(site):
    told = site.get("/ogc/v1/collections/dekking_wijken").json()
    held = {each["register"]: each["objects"] for each in told["lineage"]}
    assert held["districts"] == 7
    assert held["green"] == 8
    assert told["managedBasis"] == "assumption"
    assert "Beheer: niets ingelezen." in told["lineageText"]
    assert told["created"] <= told["updated"]
    assert told["contacts"][0]["emails"]
    links = {link["type"]: link["href"] for link in told["links"] if "type" in link}
    assert site.get(links["application/ld+json"]).status_code == 200
    assert "managedBasis" not in site.get("/ogc/v1/collections/zelfbeheerplekken").json()
    page = site.get("/ogc/v1/collections/dekking_wijken", params={"f": "html", "taal": "en"}).text
    assert "Who manages the green is assumed" in page
    assert "/wijzigingen.atom?laag=dekking_wijken" in page


@pytest.fixture(scope="module")
def refreshed(site, module_database, tmp_path_factory):
    """The dates of all datasets before and after new green was imported, from a folder that is nobody's business."""
    before = dates(site)
    source = registers.write(registers.green({}, {}), tmp_path_factory.mktemp("geheime-map") / "bgt_levering.gpkg")
    env = {**os.environ, **module_database.environment}
    subprocess.run([sys.executable, "-m", "geo_service", "import", "green", str(source)], cwd=ROOT, env=env, check=True, timeout=120)
    return before, dates(site)


def dates(site) -> dict[str, str]:
    graph = read(site, "/catalogus.jsonld")
    told = graph.query("select ?d ?m { ?d a dcat:Dataset ; dct:modified ?m }", initNs={"dcat": DCAT, "dct": DCT})
    return {str(name).rpartition("/")[2].removesuffix("#dataset"): str(moment) for name, moment in told}


def test_an_import_dates_exactly_the_layers_that_it_feeds(site, refreshed):
    before, after = refreshed
    assert {name for name in before if before[name] != after[name]} == FED_BY_GREEN
    origins = site.get("/ogc/v1/collections/groenobjecten").json()["lineage"]
    assert ("bgt_levering.gpkg:begroeidterreindeel", 2) in [(each["source"], each["objects"]) for each in origins]
    for path in ("/catalogus", "/catalogus.jsonld", "/wijzigingen.atom", "/ogc/v1/collections"):
        assert "geheime-map" not in site.get(path).text


def test_the_feed_is_atom_and_tells_the_import(site, refreshed):
    feed = ElementTree.fromstring(site.get("/wijzigingen.atom").content)
    entries = feed.findall("a:entry", ATOM)
    for element in (feed, *entries):
        assert all(len(element.findall(f"a:{name}", ATOM)) == 1 for name in ("id", "title", "updated"))
        assert datetime.fromisoformat(element.findtext("a:updated", "", ATOM)).tzinfo
    assert feed.find("a:author/a:name", ATOM) is not None
    assert feed.find("a:link[@rel='self']", ATOM).get("href") == feed.findtext("a:id", "", ATOM)
    ids = [entry.findtext("a:id", "", ATOM) for entry in entries]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"tag:[\w.]+,\d{4}-\d\d-\d\d:(layer|register|raster|zones)/[0-9a-f]{16}", each) for each in ids)
    moments = [entry.findtext("a:updated", "", ATOM) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext("a:updated", "", ATOM) == moments[0]
    assert entries[0].findtext("a:title", "", ATOM) == "Groen ingelezen: bgt_levering.gpkg:begroeidterreindeel"
    assert entries[0].findtext("a:content", "", ATOM) == "2 nieuw, 0 gewijzigd, 0 vervallen."


def test_the_feed_of_one_layer_holds_what_concerns_it(site, refreshed):
    for layer, about in (("groenobjecten", {"layer", "register"}), ("zelfbeheerplekken", {"layer"})):
        answer = site.get("/wijzigingen.atom", params={"laag": layer}, headers={"accept-language": "en"})
        feed = ElementTree.fromstring(answer.content)
        assert {each.get("term") for each in feed.iterfind("a:entry/a:category", ATOM)} == about
        assert [each.findtext("a:title", "", ATOM) for each in feed.findall("a:entry", ATOM)][-1].startswith("New layer: ")
        again = site.get(
            "/wijzigingen.atom", params={"laag": layer}, headers={"accept-language": "en", "if-none-match": answer.headers["etag"]}
        )
        assert again.status_code == 304
    nothing = site.get("/wijzigingen.atom?laag=")
    assert (nothing.status_code, nothing.headers["content-type"]) == (400, "application/problem+json")


def test_the_page_tells_sources_dates_and_licence(site, refreshed):
    dutch, english = (site.get("/catalogus", params={"taal": taal}).text for taal in ("nl", "en"))
    assert "Groen: bgt_levering.gpkg:begroeidterreindeel, ingelezen op" in dutch
    assert "Green: bgt_levering.gpkg:begroeidterreindeel, imported on" in english
    assert "https://creativecommons.org/licenses/by/4.0/deed.nl" in dutch
    assert 'type="application/atom+xml"' in dutch
    assert 'href="/catalogus"' in site.get("/over").text
