"""A raster as a collection: where and when it has cells, what they mean, and where to read on."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from geo_service.catalogue.dcat_rasters import known_of_editions
from geo_service.catalogue.raster import queries
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.raster.tilesets import lonlat_of
from geo_service.errors import N_
from geo_service.geometry import CRS84_URI, RD_URI
from geo_service.web.links import reached_at
from geo_service.web.ogc.asked import JSON, REL, Asked, Link
from geo_service.web.ogc.known import metadata_of, told_of

COG = "image/tiff; application=geotiff; profile=cloud-optimized"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
LAYER, LICENCE, STYLES = N_("This layer"), N_("Licence"), N_("The styles")
MAP_TILES, FILE, FIGURES = N_("The map tiles"), N_("The file (cloud-optimised GeoTIFF)"), N_("The figures per district")


def describe_raster(asked: Asked, raster: RasterDefinition, session: Session) -> dict[str, Any] | None:
    """A raster as it is today; None when it has no file. Licence and source are those of the file."""
    edition = queries.edition(session, raster.id)
    if edition is None:
        return None
    held = [each for each in queries.editions(session, raster.id) if each.day <= edition.day]
    days = [each.day for each in held]
    interval = [[f"{days[0].isoformat()}T00:00:00Z", f"{days[-1].isoformat()}T00:00:00Z"]]
    return {
        "id": raster.id,
        "title": raster.title,
        "description": raster.summary,
        "attribution": f"{edition.owner}. {edition.source}",
        "license": edition.licence,
        **told_of(asked, raster, known_of_editions(held)),
        "itemType": "coverage",
        "layerDataType": "Coverage",  # no word of a standard: by this GDAL leaves it out of its layers of features
        "dataType": "map",
        "extent": {
            "spatial": {"bbox": [list(lonlat_of(edition))], "crs": CRS84_URI},
            "temporal": {"interval": interval, "trs": GREGORIAN},
        },
        "crs": [RD_URI],
        "storageCrs": RD_URI,
        "raster": _cells(raster, edition),
        "editions": [day.isoformat() for day in days],
        "links": [asked.link("self", "collections", raster.id, title=LAYER), *links_of(asked, raster, edition)],
    }


def _cells(raster: RasterDefinition, edition: RasterEdition) -> dict[str, Any]:
    return {
        "unit": raster.raster.unit,
        "nodata": edition.nodata if edition.nodata == edition.nodata else "NaN",
        "cellSize": edition.cell_m,
        "width": edition.width,
        "height": edition.height,
        "bbox": list(edition.box),
        "day": edition.day.isoformat(),
        "bytes": edition.size_bytes,
        "sha256": edition.sha256,
    }


def links_of(asked: Asked, raster: RasterDefinition, edition: RasterEdition) -> Iterable[Link]:
    """Where to read on from a raster."""
    yield asked.link(f"{REL}/tilesets-map", "collections", raster.id, "map", "tiles", title=MAP_TILES)
    yield asked.link(f"{REL}/styles", "collections", raster.id, "styles", title=STYLES)
    here = f"{reached_at(asked.request, asked.here)}/api/v1/rasters/{raster.id}"
    yield {"rel": "enclosure", "href": f"{here}/cog", "type": COG, "title": asked.say(FILE), "length": edition.size_bytes}
    yield from metadata_of(asked, raster)
    yield {"rel": "related", "href": f"{here}/figures", "type": JSON, "title": asked.say(FIGURES)}
    if raster.licence_url and edition.licence == raster.licence:
        yield {"rel": "license", "href": raster.licence_url, "title": f"{asked.say(LICENCE)}: {raster.licence}"}


def described(asked: Asked, rasters: Sequence[RasterDefinition], session: Session) -> list[dict[str, Any]]:
    """The rasters that have a file today, each as a collection."""
    return [told for raster in rasters if (told := describe_raster(asked, raster, session))]
