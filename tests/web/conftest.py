"""What tests of the web share: a kept plot with its pages, green objects of known shapes, and a client of the OGC API."""

from datetime import date
from types import SimpleNamespace

import httpx2 as httpx
import numpy as np
import pytest
import shapely
from shapely import affinity

from geo_service.db.engine import transaction
from tests import builders
from tests.builders import ALWAYS, box
from tests.conftest import cloned, serving
from tests.keepers import settle

KINDS = ("heesters", "bosplantsoen", "planten", None)
COUNT = 60


@pytest.fixture(scope="module")
def place(module_server, municipality):
    """The small town with a plot that somebody keeps, on the server of one file."""
    return settle(module_server, municipality)


@pytest.fixture(scope="module")
def mine(place):
    """The browser of who keeps it."""
    with place.browser("resident") as browser:
        yield browser


@pytest.fixture(scope="session")
def ogc_server(cluster, template):
    """A server for all tests that look at the same green; who writes, tidies up."""
    with cloned(cluster, template) as database, serving(database) as running:
        yield running


@pytest.fixture(scope="session")
def green(ogc_server):
    """Sixty turned rectangles in rows of ten on the 1 mm grid, of four kinds; every third has a year, every fifth ends in 2030."""
    rng = np.random.default_rng(7)
    shapes, rows = {}, {}
    for n in range(COUNT):
        turned = affinity.rotate(box(n % 10 * 40, n // 10 * 40, *rng.uniform(5, 35, 2)), rng.uniform(0, 90))
        shapes[f"G{n:02d}"] = shapely.set_precision(turned, 0.001)
        rows[f"G{n:02d}"] = {"soort_groen": KINDS[n % 4] or "grasland overig", "aanlegjaar": None if n % 3 else 1990 + n % 7}
    with transaction(ogc_server.database.sessions) as session:
        builders.add_district(session, "BU00340101", box(-100, -100, 1000))
        for n, (name, shape) in enumerate(shapes.items()):
            valid = (date(2016 + n % 4, 1, 1), date(2030, 1, 1) if n % 5 == 0 else None)
            builders.add_green(
                session, name, shape, plus_type=KINDS[n % 4], constructed=rows[name]["aanlegjaar"], valid=valid, applies=ALWAYS
            )
        builders.add_adoption(session, box(0, 0, 5))
        builders.rebuild(session)
    return SimpleNamespace(shapes=shapes, rows=rows)


@pytest.fixture(scope="session")
def api(ogc_server, green):
    """A client of the OGC API."""
    with httpx.Client(base_url=f"{ogc_server.url}/ogc/v1", timeout=30) as client:
        yield client
