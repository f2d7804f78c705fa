"""``/catalogus``: all open data for people."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from geo_service.catalogue.licences import LICENCES
from geo_service.catalogue.lineage import lines
from geo_service.web.metadata import JSON_LD, described_rasters, known_of
from geo_service.web.pages.page import AnyPage

router = APIRouter(include_in_schema=False)
FORMATS = {"gpkg": "GeoPackage", "geojson": "GeoJSON", "parquet": "GeoParquet", "csv": "CSV"}
"""The formats that most people work with; the page of a layer has them all."""


@router.get("/catalogus")
def catalogue(page: AnyPage) -> Response:
    """Every public layer: what it holds, of what and when it was made, under which licence, and how to get it."""
    if JSON_LD in page.request.headers.get("accept", ""):
        return RedirectResponse("/catalogus.jsonld", 303)
    published, known = page.here.catalogue, known_of(page.request, page.session)
    content = {
        "layers": [(layer, known.get(layer.id)) for layer in published.visible(staff=False)],
        "rasters": described_rasters(page.session, published.visible_rasters(staff=False)),
        "deeds": {name: licence.deed for name, licence in LICENCES.items()},
        "formats": FORMATS,
        "lines": lambda told: lines(told, page.language) if told else [],
    }
    return page.show("catalogue.html", content, headers={"Vary": "Accept, Cookie"})
