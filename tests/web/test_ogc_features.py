"""OGC API Features over HTTP: every class that is declared, pages while others write, and questions that cannot be answered."""

import httpx2 as httpx
import numpy as np
import pytest

from geo_service.db.engine import transaction
from tests import builders
from tests.builders import box

GREEN = "groenobjecten"


@pytest.fixture(scope="module")
def green(module_database):
    """Sixty green objects in rows of ten, of four kinds, some without a year."""
    rng = np.random.default_rng(7)
    shapes = {f"G{n:02d}": box(n % 10 * 40, n // 10 * 40, *rng.uniform(5, 35, 2)) for n in range(60)}
    with transaction(module_database.sessions) as session:
        builders.add_district(session, "BU00340101", box(-100, -100, 1000))
        for n, (name, shape) in enumerate(shapes.items()):
            builders.add_green(
                session,
                name,
                shape,
                plus_type=("heesters", "bosplantsoen", "planten", None)[n % 4],
                constructed=None if n % 3 else 1990 + n % 7,
            )
        builders.add_adoption(session, box(0, 0, 5))
        builders.rebuild(session)
    return shapes


@pytest.fixture(scope="module")
def api(module_server, green):
    with httpx.Client(base_url=f"{module_server.url}/ogc/v1", timeout=30) as client:
        yield client


def get(api, path):
    response = api.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_landing_page_leads_everywhere(api):
    links = {link["rel"]: link["href"] for link in get(api, "")["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= links.keys()
    assert get(api, links["data"])["collections"]
    assert get(api, links["conformance"])["conformsTo"]


def test_a_page_of_features_is_what_was_put_in(api, green):
    found = get(api, f"/collections/{GREEN}/items?limit=100")
    assert (found["numberMatched"], found["numberReturned"]) == (60, 60)
    assert [feature["id"] for feature in found["features"]] == sorted(green)


def test_all_pages_together_are_the_whole(api):
    href, seen = f"/collections/{GREEN}/items?limit=7&sortby=aanlegjaar,-oppervlakte_m2", []
    while href:
        page = get(api, href)
        assert page["numberMatched"] == 60
        seen += [(feature["properties"]["aanlegjaar"] or 9999, -feature["properties"]["oppervlakte_m2"]) for feature in page["features"]]
        href = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(seen) == 60
    assert seen == sorted(seen)
