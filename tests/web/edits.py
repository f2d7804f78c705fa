"""Zones as editors send them over the OGC API, good and bad, for tests."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import shapely
from hypothesis import strategies as st
from sqlalchemy import text

from geo_service.days import day_of
from geo_service.geometry import RD_URI
from geo_service.registers.values import text as registered
from tests.builders import X, Y, box

RD = f"<{RD_URI}>"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
MERGE = "application/merge-patch+json"
FAR = box(600, 600, 10)
EFFECTS, DISCLOSURES = ("verboden", "toestemming nodig", "waarschuwing"), ("openbaar", "alleen naam", "verborgen")
ITEMS = "/ogc/v1/collections/zones/items"


def today():
    return day_of(datetime.now(UTC))


def feature(shape=None, **properties):
    told = {"soort": "kabels", "effect": "verboden", "openbaarheid": "openbaar", "naam": "Kabels", "bron": "Besluit 12", **properties}
    return {"type": "Feature", "geometry": shapely.geometry.mapping(shape or box(120, 120, 10)), "properties": told}


def send(client, method, path, document, *, kind="application/geo+json", crs=RD, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.request(method, path, content=content, headers={"Content-Type": kind, **({"Content-Crs": crs} if crs else {}), **named})


def make(client, shape=None, **properties):
    """The path of a new zone, and its ETag."""
    answer = send(client, "POST", ITEMS, feature(shape, **properties))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].removeprefix(str(client.base_url).rstrip("/")), answer.headers["etag"]


def no_geometry(document):
    return {name: value for name, value in document.items() if name != "geometry"}


def check(client, shape):
    """What the plot check says of ground: allowed, and the m² in forbidden zones."""
    answer = send(client, "POST", "/api/v1/plot-checks", shapely.geometry.mapping(shape), kind="application/json")
    told = answer.json()
    rule = next(rule for rule in told["rules"] if rule["rule"] == "forbidden_zone")
    return told["allowed"], rule["outcome"], rule["faultM2"]


def events(server, path):
    with server.database.sessions() as session:
        rows = session.execute(
            text("select kind, actor_id is not null, before, after from geo.event where subject = 'zone' and subject_id = :id order by id"),
            {"id": path.rpartition("/")[2]},
        )
        return [tuple(row) for row in rows]


def no_properties(shape):
    return {"geometry": shapely.geometry.mapping(shape)}


BOWTIE = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
HOSTILE = {
    "no json": b"{",
    "not utf-8": b'{"type": "\xff"}',
    "nan": json.dumps(feature()).replace("142120.0", "NaN").encode(),
    "deep": b"[" * 3000,
    "a list": [feature()],
    "no feature": shapely.geometry.mapping(FAR),
    "a collection": {"type": "FeatureCollection", "features": [feature()]},
    "no geometry": no_geometry(feature()),
    "null geometry": {**feature(), "geometry": None},
    "a point": feature(shapely.Point(X, Y)),
    "empty": {**feature(), "geometry": {"type": "Polygon", "coordinates": []}},
    "bow tie": feature(BOWTIE),
    "open ring": {**feature(), "geometry": {"type": "Polygon", "coordinates": [[[X, Y], [X + 9, Y], [X + 9, Y + 9], [X, Y + 9]]]}},
    "below the grid": feature(shapely.box(X, Y, X + 0.0001, Y + 0.0001)),
    "elsewhere": feature(shapely.box(900_000, 900_000, 900_010, 900_010)),
    "text for numbers": {**feature(), "geometry": {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}},
    "huge numbers": {**feature(), "geometry": {"type": "Polygon", "coordinates": [[[1e308, -1e308]] * 4]}},
    "no date": feature(geldig_van="gisteren"),
    "a number for a date": feature(geldig_van=20200101),
    "day 31": feature(geldig_tot="2020-02-31"),
    "ends before it starts": feature(geldig_van="2020-01-02", geldig_tot="2020-01-02"),
    "wrong effect": feature(effect="mag niet"),
    "wrong disclosure": feature(openbaarheid="geheim"),
    "no kind": feature(soort="  "),
    "object for text": feature(naam={"a": 1}),
    "nul": feature(naam="a\x00b"),
    "too long": feature(bron="x" * 1001),
    "unknown column": feature(hoogte="3"),
    "unknown member": {**feature(), "propertys": {}},
    "properties is a list": {**feature(), "properties": [1]},
    "two systems": {**feature(), "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}},
    "strange system": {**feature(), "crs": {"type": "name", "properties": {"name": ["EPSG:28992"]}}},
}


WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30).filter(lambda word: registered(word) == word)
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@st.composite
def zones(draw):
    """A star around a point, and properties with words and days."""
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(1, 200), min_size=count, max_size=count))
    angles = np.arange(count) * 2 * np.pi / count
    x, y = draw(st.floats(X, X + 900)), draw(st.floats(Y, Y + 900))
    star = shapely.Polygon(np.column_stack((x + radii * np.cos(angles), y + radii * np.sin(angles))))
    starts = draw(st.none() | DAYS)
    ends = draw(st.none() | st.dates(max(today(), starts or today()) + timedelta(days=1), date(2095, 1, 1)))
    days = {"geldig_van": starts and starts.isoformat(), "geldig_tot": ends and ends.isoformat()}
    effect, open_to = draw(st.sampled_from(EFFECTS)), draw(st.sampled_from(DISCLOSURES))
    return star, {"soort": draw(WORDS), "effect": effect, "openbaarheid": open_to, "naam": draw(st.none() | WORDS), "bron": None, **days}
