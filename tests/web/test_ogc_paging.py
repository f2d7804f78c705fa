"""Pages of the OGC API: complete, in order, backwards too, and right while others write."""

import random

import pytest
from sqlalchemy import text

from geo_service.db.engine import transaction
from tests import builders
from tests.builders import box

ITEMS = "/collections/groenobjecten/items"
SORTED = ("aanlegjaar,-oppervlakte_m2", "-aanlegjaar,soort_groen", "geschat,%2Bgeldig_tot")
OURS = "bronhouder=P0034"


def follow(api, href, rel="next", between=lambda page: None):
    """All pages from here."""
    while href:
        page = api.get(href).json()
        yield page
        between(page)
        href = next((link["href"] for link in page["links"] if link["rel"] == rel), None)


def ids(pages):
    return [feature["id"] for page in pages for feature in page["features"]]


@pytest.mark.parametrize("sortby", ["", *(f"&sortby={names}" for names in SORTED)])
@pytest.mark.parametrize("limit", [7, 20, 60])
def test_all_pages_are_the_whole_forth_and_back(api, sortby, limit):
    whole = api.get(f"{ITEMS}?limit=100{sortby}").json()
    assert len(whole["features"]) == 60
    assert not [link for link in whole["links"] if link["rel"] in ("next", "prev")]
    pages = list(follow(api, f"{ITEMS}?limit={limit}{sortby}"))
    assert ids(pages) == ids([whole])
    assert {page["numberMatched"] for page in pages} == {60}
    assert len(pages) == -(-60 // limit)
    back = list(follow(api, next(link["href"] for link in pages[-1]["links"] if link["rel"] == "self"), "prev"))
    assert ids(back[::-1]) == ids(pages)


def test_empty_values_are_the_largest(api):
    pages = follow(api, f"{ITEMS}?limit=9&sortby=aanlegjaar")
    years = [feature["properties"]["aanlegjaar"] for page in pages for feature in page["features"]]
    assert years == sorted(years, key=lambda year: (year is None, year))
    down = [feature["properties"]["aanlegjaar"] for feature in api.get(f"{ITEMS}?limit=60&sortby=-aanlegjaar").json()["features"]]
    assert down == years[::-1]


def test_an_offset_is_for_who_insists_and_leads_on_by_cursor(api):
    whole = ids([api.get(f"{ITEMS}?limit=60").json()])
    page = api.get(f"{ITEMS}?limit=10&offset=25").json()
    assert (ids([page]), page["numberMatched"]) == (whole[25:35], 60)
    assert ids(follow(api, f"{ITEMS}?limit=10&offset=25")) == whole[25:]
    links = {link["rel"]: link["href"] for link in page["links"]}
    assert "offset" not in links["next"] + links["prev"]
    assert ids([api.get(links["prev"]).json()]) == whole[15:25]
    beyond = api.get(f"{ITEMS}?offset=1000&aanlegjaar=1993").json()
    assert (beyond["features"], beyond["numberMatched"] > 0) == ([], True)
    assert api.get(f"{links['next']}&offset=3").status_code == 400


def test_a_limit_above_the_most_is_the_most(api):
    assert len(api.get(f"{ITEMS}?limit={10**30}").json()["features"]) == 60


def test_a_cursor_belongs_to_its_question(api):
    href = next(link["href"] for link in api.get(f"{ITEMS}?limit=5").json()["links"] if link["rel"] == "next")
    assert api.get(f"{href}&crs=EPSG:28992&properties=").status_code == 200, "how it is shown is no other question"
    for other in ("&sortby=naam", "&sortby=aanlegjaar", "&aanlegjaar=1993", "&bbox=5,52,6,53", "&at=2024-01-01"):
        assert api.get(href + other).status_code == 400
    assert api.get(href.replace("groenobjecten", "buurten")).status_code == 400


@pytest.mark.parametrize("sortby", ["", "&sortby=-oppervlakte_m2", "&sortby=aanlegjaar"])
def test_who_writes_between_pages_moves_nobody_else(api, ogc_server, sortby):
    """Rows come, go and change between pages: of the others each is there exactly once."""
    chance = random.Random(sortby)
    with transaction(ogc_server.database.sessions) as session:
        for n in range(40):
            builders.add_green(session, f"P{n:03d}", box(n * 9, 500, chance.uniform(3, 8)), bronhouder="P0034", constructed=n % 5 or None)
    quiet, touched = {f"P{n:03d}" for n in range(0, 40, 2)}, set()

    def write(_page):
        with transaction(ogc_server.database.sessions) as session:
            for _ in range(2):
                name = f"P{chance.randrange(1, 40, 2):03d}"
                touched.add(name)
                if chance.random() < 0.5:
                    session.execute(text("delete from geo.green_object where register_id = :name"), {"name": name})
                else:
                    changed = {"name": name, "year": chance.choice([None, 1, 9])}
                    session.execute(text("update geo.green_object set constructed = :year where register_id = :name"), changed)
            new = f"P{chance.randrange(100, 900)}"
            touched.add(new)
            builders.add_green(session, new, box(chance.uniform(0, 300), 520, chance.uniform(3, 8)), bronhouder="P0034", version=new)

    try:
        seen = ids(follow(api, f"{ITEMS}?{OURS}&limit=6{sortby}", between=write))
    finally:
        with transaction(ogc_server.database.sessions) as session:
            session.execute(text("delete from geo.green_object where bronhouder = 'P0034'"))
    untouched = [name for name in seen if name not in touched]
    assert len(set(untouched)) == len(untouched)
    assert quiet <= set(untouched)


def test_how_many_match_changes_with_the_commit(api, ogc_server):
    url = f"{ITEMS}?soort_groen=planten&limit=2"
    before = api.get(url)
    with ogc_server.database.sessions() as session:
        builders.add_green(session, "PNEW", box(0, 700, 5), plus_type="planten")
        assert api.get(url, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
        session.commit()
    try:
        after = api.get(url, headers={"If-None-Match": before.headers["etag"]})
        assert after.json()["numberMatched"] == before.json()["numberMatched"] + 1
    finally:
        with transaction(ogc_server.database.sessions) as session:
            session.execute(text("delete from geo.green_object where register_id = 'PNEW'"))
