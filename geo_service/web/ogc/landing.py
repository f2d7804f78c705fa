"""The landing page of the OGC API: what there is, and where."""

from typing import Any

from fastapi import APIRouter, Response

from geo_service.errors import N_
from geo_service.web.ogc.asked import HTML, OPENAPI, PATH, REL, Plain, answer
from geo_service.web.ogc.known import metadata_of
from geo_service.web.ogc.project import QGZ
from geo_service.web.problems import problems

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
)
DESCRIPTION = N_("The layers of self-managed green in {municipality}: features, filters and tiles, as of any day.")
TITLE = N_("Self-managed green in {municipality}")
DATA, API, CLASSES, DOCS = N_("The layers"), N_("The definition of this API"), N_("What this API conforms to"), N_("Read about this API")
MATRICES, STYLES = N_("The tile matrix sets"), N_("The styles of the layers")
PROJECT = N_("All layers as a project for QGIS")
router = APIRouter(prefix=PATH, tags=["ogc"])


@router.get("/", include_in_schema=False)
@router.get("", response_model=dict[str, Any], responses=problems(400, 406))
def landing_page(asked: Plain) -> Response:
    """The landing page: links to every other resource of this API."""
    name = asked.here.municipality.name
    document = {
        "title": asked.say(TITLE, municipality=name),
        "description": asked.say(DESCRIPTION, municipality=name),
        "links": [
            *asked.links(),
            asked.link("service-desc", "api", media=OPENAPI, title=API),
            asked.link("service-doc", "api", media=HTML, title=DOCS),
            asked.link("conformance", "conformance", title=CLASSES),
            asked.link("data", "collections", title=DATA),
            asked.link(f"{REL}/tiling-schemes", "tileMatrixSets", title=MATRICES),
            asked.link(f"{REL}/styles", "styles", title=STYLES),
            asked.link("enclosure", "project.qgz", media=QGZ, title=PROJECT),
            *metadata_of(asked),
        ],
    }
    return answer(asked, document, "landing")
