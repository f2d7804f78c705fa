"""Choosing the ground over HTTP: the decision as a part of the page, what is kept, no scripts, and what hostile input gets."""

import json
import re
from collections.abc import Iterator

import httpx2
import pytest
import shapely

from geo_service.geometry import to_lonlat
from geo_service.plots.rules import RULES
from geo_service.web.pages.verdicts import TITLES
from tests.builders import add_green, box, rebuild
from tests.conftest import Database, serving
from tests.small_town import build

HALF_ON_A_PLOT = box(40, 100, 30, 20)
"""In the first wijk: 10 m before the green begins at 50, and 10 m over a plot that begins at 60."""


@pytest.fixture(scope="module")
def pages(module_database: Database) -> Iterator[httpx2.Client]:
    with module_database.sessions() as session:
        build(session)
        add_green(session, "BED", box(950, 100, 20, 30), plus_type="heesters")
        rebuild(session)
        session.commit()
    with serving(module_database) as server, httpx2.Client(base_url=server.url, headers={"origin": server.url}) as client:
        yield client


def geojson(shape: shapely.Geometry) -> str:
    return shapely.to_geojson(to_lonlat(shape))


def words(answer: httpx2.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def on_the_map(answer: httpx2.Response) -> dict[str, object]:
    found = re.search(r'data-decision="([^"]*)"', answer.text)
    assert found
    return json.loads(found[1].replace("&#34;", '"').replace("&amp;", "&"))  # type: ignore[no-any-return]


def test_every_rule_has_a_title(municipality: object) -> None:
    names = {rule.__name__ for rule in RULES} - {"trees_stay_municipal"} | {"trees"}
    assert names == set(TITLES)


def test_a_refused_drawing_gets_verdict_suggestion_and_rules_whose_m2_add_up(pages: httpx2.Client) -> None:
    answer = pages.post("/kies/toets", data={"vorm": geojson(HALF_ON_A_PLOT)})
    assert answer.status_code == 200
    told = words(answer)
    assert "Zo kan het nog niet" in told
    asked, refused = (int(number) for number in re.search(r"Je tekende (\d+) m²\. Daarvan kan (\d+) m² niet\.", told).groups())  # type: ignore[union-attr]
    possible = int(re.search(r"Dit kan wel: (\d+) m²", told)[1])  # type: ignore[index]
    parts = [int(m2) for m2 in re.findall(r'class="r-fail".*?class="m2">(\d+) m²', answer.text, re.DOTALL)]
    assert (asked, asked - possible, sum(parts)) == (600, refused, refused)
    assert told.index("Dit kan wel") < told.index("Iemand anders verzorgt dit al")
    assert 'href="/plek/PL-0001#meedoen"' in answer.text
    shown = on_the_map(answer)
    assert {fault["kind"] for fault in shown["faults"]} == {"fault"}  # type: ignore[attr-defined]
    assert shown["suggestion"]


def test_the_suggestion_passes_and_becomes_a_sketch(pages: httpx2.Client) -> None:
    suggestion = on_the_map(pages.post("/kies/toets", data={"vorm": geojson(HALF_ON_A_PLOT)}))["suggestion"]
    kept = pages.post("/kies/bewaar", data={"vorm": json.dumps(suggestion), "naar": "kies", "initiatief": "rietgroep"})
    assert kept.status_code == 303
    assert re.fullmatch(r"/kies\?schets=[0-9a-f-]{36}&initiatief=rietgroep", kept.headers["location"])
    page = pages.get(kept.headers["location"])
    assert "Dit kan" in words(page)
    assert "Verder met deze plek" in words(page)
    onward = pages.post("/kies/bewaar", data={"vorm": json.dumps(suggestion), "naar": "aanvraag"})
    assert re.fullmatch(r"/aanvraag\?schets=[0-9a-f-]{36}", onward.headers["location"])
    later = pages.post("/kies/bewaar", data={"vorm": json.dumps(suggestion), "naar": "later"})
    assert "Bewaard, nog 30 dagen" in words(pages.get(later.headers["location"]))


def test_whole_objects_are_chosen_with_a_plain_form(pages: httpx2.Client) -> None:
    page = pages.get("/kies", params={"groen": "BED"})
    told = words(page)
    assert "Je koos 600 m²" in told
    assert re.search(r'value="BED" checked', page.text)
    assert re.search(r'name="groen" value="G0"(?! checked)', page.text), "the green beside it is offered"
    onward = pages.post("/kies/bewaar", data={"groen": ["BED", "G0"], "naar": "aanvraag", "initiatief": "x"})
    assert onward.headers["location"] == "/aanvraag?groen=BED&groen=G0&initiatief=x"
    lon, lat = to_lonlat(box(955, 110, 1)).centroid.coords[0]
    near = pages.get("/kies", params={"bij": f"{lon},{lat}"})
    assert 'value="BED"' in near.text


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ({"type": "Polygon", "coordinates": [[[5.2, 52.3], [5.2001, 52.3001], [5.2001, 52.3], [5.2, 52.3001], [5.2, 52.3]]]}, "kruist"),
        ({"type": "Polygon", "coordinates": [[[5.2, 52.3], [5.4, 52.3], [5.4, 52.4], [5.2, 52.3]]]}, "2.000 m"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}, ""),
        ({"type": "Polygon", "coordinates": []}, ""),
        ({"type": "Point", "coordinates": [5.2, 52.3]}, ""),
    ],
)
def test_what_is_no_usable_area_is_told_in_words(pages: httpx2.Client, shape: object, text: str) -> None:
    answer = pages.post("/kies/toets", data={"vorm": json.dumps(shape)})
    assert answer.status_code == 200
    assert "We kunnen deze vorm niet lezen" in words(answer)
    assert text in words(answer)
    assert on_the_map(answer) is None


@pytest.mark.parametrize("data", [{}, {"vorm": "{"}, {"vorm": "[" * 5000}, {"groen": "nergens"}, {"groen": ["x"] * 101}])
def test_rubbish_is_refused_and_nothing_is_kept(pages: httpx2.Client, data: dict[str, object]) -> None:
    assert pages.post("/kies/toets", data=data).status_code == 400
    if data != {"groen": "nergens"}:
        assert pages.post("/kies/bewaar", data={**data, "naar": "later"}).status_code == 400


def test_another_site_may_not_keep_or_ask(pages: httpx2.Client) -> None:
    for path in ("/kies/toets", "/kies/bewaar"):
        assert pages.post(path, data={"groen": "BED"}, headers={"origin": "https://elders.example"}).status_code == 403


def test_an_old_or_unknown_sketch_is_not_found(pages: httpx2.Client) -> None:
    answer = pages.get("/kies", params={"schets": "00000000-0000-4000-8000-000000000000"})
    assert answer.status_code == 404
    assert "30 dagen" in words(answer)


def test_the_page_speaks_english_too(pages: httpx2.Client) -> None:
    told = words(pages.get("/kies", params={"groen": "BED", "taal": "en"}))
    assert "You chose 600 m²" in told
    assert "Go on with this plot" in told


def test_without_pdok_nothing_may_come_from_elsewhere(
    pages: httpx2.Client, module_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = pages.get("/kies")
    assert "service.pdok.nl" not in own.headers["content-security-policy"] + own.text
    monkeypatch.setenv("GEO_BACKGROUND", "pdok")
    with serving(module_database) as server:
        theirs = httpx2.get(f"{server.url}/kies")
    assert "img-src 'self' https://service.pdok.nl data:;" in theirs.headers["content-security-policy"]
    assert theirs.headers["content-security-policy"].count("pdok") == 1
    assert "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/standaard/EPSG:3857/{z}/{x}/{y}.png" in theirs.text
    assert "Kaartgegevens © Kadaster" in words(theirs)
