"""OGC API Features over HTTP: documents, features, what is selected, and questions that cannot be answered."""

from datetime import UTC, datetime

import httpx2 as httpx
import jsonschema
import pytest

from geo_service.catalogue import cql
from geo_service.db.engine import transaction
from geo_service.people import service as people
from tests.conformance import shown, shows

GREEN = "/collections/groenobjecten"
ITEMS = f"{GREEN}/items"
ROLES = {"lokaal_id": "id", "geldig_van": "primary-interval-start", "geldig_tot": "primary-interval-end", "geometrie": "primary-geometry"}


def get(api, path, **headers):
    response = api.get(path, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def ids(page):
    return [feature["id"] for feature in page["features"]]


def linked(document):
    return {link["rel"]: link["href"] for link in document["links"]}


def test_every_class_that_is_declared_is_shown_by_a_test(api):
    declared = set(get(api, "/conformance")["conformsTo"])
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in declared
    assert declared - shown() - set(cql.CONFORMANCE) == set()
    assert shown() <= declared


@shows("ogcapi-common-1/1.0/conf/core", "ogcapi-common-1/1.0/conf/landing-page", "ogcapi-common-1/1.0/conf/json")
def test_the_landing_page_leads_everywhere(api):
    for path in ("", "/"):
        links = linked(get(api, path))
        assert {"self", "service-desc", "service-doc", "conformance", "data"} <= links.keys()
        for rel in ("self", "service-desc", "conformance", "data"):
            assert links[rel].startswith(str(api.base_url).rstrip("/")), "the address that was asked, not port 8000"
            assert httpx.get(links[rel]).headers["content-type"].startswith("application/")


@shows("ogcapi-common-2/1.0/conf/collections")
def test_a_collection_tells_what_where_and_under_which_licence(api, green):
    listed = {layer["id"]: layer for layer in get(api, "/collections")["collections"]}
    assert {"groenobjecten", "zelfbeheerplekken", "wijken", "dekking_buurten"} <= listed.keys()
    told = get(api, GREEN)
    assert {**told, "links": []} == {**listed["groenobjecten"], "links": []}
    assert told["itemType"] == "feature"
    assert told["license"] == "CC0-1.0"
    west, south, east, north = told["extent"]["spatial"]["bbox"][0]
    corners = [corner for feature in get(api, f"{ITEMS}?limit=100")["features"] for corner in feature["geometry"]["coordinates"][0][0]]
    found = (min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners))
    assert found == pytest.approx((west, south, east, north), abs=1e-8)
    assert told["extent"]["temporal"]["interval"] == [["2016-01-01T00:00:00Z", None]]
    links = linked(told)
    assert links["license"] == "https://creativecommons.org/publicdomain/zero/1.0/deed.nl"
    assert httpx.get(links["items"]).json()["type"] == "FeatureCollection"
    assert "extent" not in get(api, "/collections/stadsdelen"), "an empty layer is nowhere"


@shows("ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson")
def test_features_are_what_was_put_in(api, green):
    response = api.get(f"{ITEMS}?limit=100")
    assert response.headers["content-type"] == "application/geo+json"
    page = response.json()
    assert (page["numberMatched"], page["numberReturned"]) == (60, 60)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(page["timeStamp"])).total_seconds()) < 60
    assert ids(page) == sorted(green.shapes)
    for feature in page["features"]:
        assert {name: feature["properties"][name] for name in ("soort_groen", "aanlegjaar")} == green.rows[feature["id"]]
        assert feature["properties"]["oppervlakte_m2"] == pytest.approx(green.shapes[feature["id"]].area, abs=0.1)
    one = get(api, f"{ITEMS}/G07")
    assert {**one, "links": None} == {**page["features"][7], "links": None}
    assert linked(one).keys() >= {"self", "collection"}
    assert api.head(ITEMS).status_code == 200


@shows("ogcapi-features-3/1.0/conf/queryables-query-parameters")
def test_a_column_is_a_parameter(api, green):
    for name, value in (("soort_groen", "heesters"), ("aanlegjaar", 1993)):
        wanted = sorted(key for key, row in green.rows.items() if row[name] == value)
        assert ids(get(api, f"{ITEMS}?{name}={value}&limit=100")) == wanted
        assert wanted
    assert ids(get(api, f"{ITEMS}?lokaal_id=G03&soort_groen=heesters")) == []
    assert ids(get(api, f"{ITEMS}?lokaal_id=G03&geschat=true&geldig_van=2019-01-01")) == ids(
        get(api, f"{ITEMS}?lokaal_id=G03&geschat=true")
    )


@shows("ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter")
def test_a_filter_in_text_and_json(api, green):
    wanted = sorted(key for key, row in green.rows.items() if row["soort_groen"] == "heesters" and (row["aanlegjaar"] or 0) > 1991)
    text = "soort_groen = 'heesters' AND aanlegjaar > 1991"
    tree = (
        '{"op":"and","args":[{"op":"=","args":[{"property":"soort_groen"},"heesters"]},{"op":">","args":[{"property":"aanlegjaar"},1991]}]}'
    )
    assert wanted
    assert ids(api.get(ITEMS, params={"filter": text}).json()) == wanted
    assert ids(api.get(ITEMS, params={"filter": tree, "filter-lang": "cql2-json"}).json()) == wanted
    both = api.get(ITEMS, params={"filter": text, "aanlegjaar": "1995", "limit": 1}).json()
    assert both["numberMatched"] == sum(green.rows[key]["aanlegjaar"] == 1995 for key in wanted)
    for wrong in ("soort = 1", "aanlegjaar >", "aanlegjaar / 0 > 1 AND", "x" * 40_000):
        refused = api.get(ITEMS, params={"filter": wrong[:15_000]})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["where"] == "filter"
    assert api.get(ITEMS, params={"filter": "aanlegjaar / 0 > 1"}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("2015-12-31", "never"),
        ("2016-01-01", "2016"),
        ("2018-06-01T12:00:00Z", "2018"),
        ("../2017-06-01", "2017"),
        ("2029-12-31T23:00:00Z/..", "late"),
        ("2029-12-31", "all"),
        ("../..", "all"),
    ],
)
def test_datetime_selects_by_validity(api, green, asked, day):
    first = {"never": 2015, "2016": 2016, "2017": 2017, "2018": 2018}.get(day, 2019)
    wanted = [key for n, key in enumerate(sorted(green.shapes)) if 2016 + n % 4 <= first and (day != "late" or n % 5)]
    assert ids(api.get(ITEMS, params={"datetime": asked, "limit": 100}).json()) == wanted
    assert api.get("/collections/buurten/items", params={"datetime": asked}).json()["numberMatched"] == 1, "no time of its own: always in"


def test_at_looks_at_the_layer_of_a_day(api):
    kept = "/collections/zelfbeheerplekken/items"
    assert [len(ids(get(api, f"{kept}{query}"))) for query in ("", "?at=2020-01-01", "?at=2019-12-31")] == [1, 1, 0]


def test_only_the_columns_that_are_wanted(api):
    page = get(api, f"{ITEMS}?properties=oppervlakte_m2,lokaal_id&limit=1&sortby=soort_groen")
    assert list(page["features"][0]["properties"]) == ["lokaal_id", "oppervlakte_m2"]
    assert get(api, f"{ITEMS}/G01?properties=")["properties"] == {}


@shows(
    "ogcapi-features-3/1.0/conf/queryables",
    "ogcapi-features-5/1.0/conf/schemas",
    "ogcapi-features-5/1.0/conf/core-roles-features",
    "ogcapi-features-5/1.0/conf/queryables",
    "ogcapi-features-5/1.0/conf/sortables",
)
def test_schemas_describe_what_is_served_filtered_and_sorted(api):
    links = linked(get(api, GREEN))
    told = {}
    for name in ("queryables", "schema", "sortables"):
        response = httpx.get(links[f"http://www.opengis.net/def/rel/ogc/1.0/{name}"])
        assert response.headers["content-type"] == "application/schema+json"
        told[name] = response.json()
        assert told[name]["$id"] == str(response.url)
        jsonschema.Draft202012Validator.check_schema(told[name])
    assert {name: part["x-ogc-role"] for name, part in told["schema"]["properties"].items() if "x-ogc-role" in part} == ROLES
    assert told["schema"]["properties"]["geometrie"]["format"] == "geometry-multipolygon"
    assert set(told["queryables"]["properties"]) == set(told["schema"]["properties"])
    assert set(told["sortables"]["properties"]) == set(told["schema"]["properties"]) - {"geometrie"}
    columns = {**told["schema"], "properties": {n: p for n, p in told["schema"]["properties"].items() if n != "geometrie"}}
    for feature in get(api, f"{ITEMS}?limit=20")["features"]:
        jsonschema.validate({name: value for name, value in feature["properties"].items() if value is not None}, columns)
    for name in columns["properties"]:
        assert api.get(f"{ITEMS}?sortby=-{name}&limit=1").status_code == 200
        assert api.get(ITEMS, params={"filter": f"{name} IS NULL"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=1.5", "limit=x", "limit=", "limit=%D9%A1", "bbox=1,2,3", "bbox=nan,52,6,53", "bbox=5,inf,6,53",
        "bbox=5,53,6,52", "bbox=5,52,0,6,53,10", "bbox=a,b,c,d", "bbox=", "bbox=5,52,6,53&bbox-crs=EPSG:2056", "crs=x", "crs=EPSG:32632",
        "bbox=200000,1,100000,2&bbox-crs=EPSG:28992", "filter-crs=1", "filter-lang=sql&filter=1=1", "cursor=x", "cursor=WzEsMl0",
        "cursor=%00", "cursor=%F0%9F%92%A9", "cursor=WyJ4IiwwLFsiYSJdXQ", "offset=-1", "offset=99999999999", "offset=1e3", "at=gisteren",
        "at=2024-02-30", "at=0000-00-00", "datetime=x", "datetime=2024-13-01", "datetime=2024-01-02/2024-01-01", "datetime=2024-01-01/x/y",
        "datetime=/x", "datetime=0001-01-01T00:00:00%2B14:00", "datetime=2024-05-31T12:00:00", "sortby=x", "sortby=",
        "sortby=geometrie", "properties=x", "f=xml", "aanlegjaar=x", "aanlegjaar=1e400", "oppervlakte_m2=nan", "geschat=ja", "geldig_van=x",
        "naam=x", "limit=1&limit=2", "%FF=1", "q=x", "filter=%FF", "filter=" + "(" * 5000, "filter=S_INTERSECTS(geometrie,POINT(nan nan))",
    ],
)  # fmt: skip
def test_a_wrong_question_is_400(api, query):
    refused = api.get(f"{ITEMS}?{query}")
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json"), refused.text
    assert refused.json()["detail"]


def test_all_faults_are_told_at_once(api):
    refused = api.get(f"{ITEMS}?limit=0&bbox=1&kleur=rood&crs=x&filter=%3D&at=x&sortby=y", headers={"Accept-Language": "en"}).json()
    assert {fault["where"] for fault in refused["errors"]} == {"limit", "bbox", "kleur", "crs", "filter", "at", "sortby"}
    for path in ("", "/conformance", "/collections", GREEN, f"{GREEN}/queryables", f"{GREEN}/schema", f"{ITEMS}/G01", "/api"):
        assert api.get(f"{path}?kleur=rood").json()["errors"][0]["where"] == "kleur"
    assert api.get(f"{ITEMS}/G01?limit=1").status_code == 400


@pytest.mark.parametrize(
    "path", ["/collections/x", "/collections/x/items", f"{ITEMS}/x", f"{ITEMS}/G01%2Fx", "/collections/niet_maaien", "/x"]
)
def test_what_is_not_there_is_404(api, path):
    missing = api.get(path)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_staff_layers_are_there_for_staff_only(api, ogc_server):
    with transaction(ogc_server.database.sessions) as session:
        person = people.add_person(session, "planner@example.nl")
        people.grant_role(session, person, "planner")
        token = {"Authorization": f"Bearer {people.issue_token(session, person.email, datetime.now(UTC))}"}
    hidden = "/collections/niet_maaien"
    for path in ("", "/queryables", "/schema", "/sortables", "/items", "/items/x"):
        assert api.get(f"{hidden}{path}").status_code == 404
    assert "niet_maaien" not in api.get("/collections").text + api.get("/api").text
    shown_to_staff = api.get("/collections", headers=token)
    assert "niet_maaien" in shown_to_staff.text
    assert shown_to_staff.headers["cache-control"] == "private, no-cache"
    assert "niet_maaien" in api.get("/api", headers=token).text
    assert api.get(f"{hidden}/items", headers=token).json()["numberReturned"] == 1


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200), ("application/geo+json", 200), ("application/json;q=0.5, text/html;q=0.1", 200), ("application/*", 200),
        ("application/xml", 406), ("application/geo+json;q=0, application/json;q=0, image/png", 406), (";;;q=,", 406),
    ],
)  # fmt: skip
def test_the_format_is_negotiated(api, accept, status):
    answer = api.get(f"{ITEMS}?limit=1", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == ("application/geo+json" if status == 200 else "application/problem+json")
    assert "Accept" in answer.headers.get("vary", "Accept")
    assert api.get(f"{ITEMS}?limit=1&f=json", headers={"Accept": accept}).status_code == 200


def test_an_unchanged_answer_is_304(api):
    for path in ("", "/collections", GREEN, f"{GREEN}/schema", f"{ITEMS}?limit=3", f"{ITEMS}/G01", "/api"):
        first = api.get(path)
        assert first.headers["cache-control"] == "no-cache"
        assert first.headers["access-control-allow-origin"] == "*"
        again = api.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
    tags = {
        api.get(f"{ITEMS}?{query}").headers["etag"] for query in ("limit=3", "limit=4", "limit=3&at=2024-01-01", "limit=3&crs=EPSG:28992")
    }
    assert len(tags) == 4
