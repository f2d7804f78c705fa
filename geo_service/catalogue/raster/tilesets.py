"""What is told of the tiles of a raster: the metadata of a tileset (OGC 17-083r4), and TileJSON 3.0."""

from typing import Any

import shapely

from geo_service.catalogue.extent import STEP_M
from geo_service.catalogue.matrices import MatrixSet
from geo_service.catalogue.query import Box
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.raster.tiles import shown
from geo_service.catalogue.tilesets import common_tilejson, described, place
from geo_service.geometry import RD, box_of, to_lonlat

PNG = "image/png"


def lonlat_of(edition: RasterEdition) -> Box:
    """The box in longitude and latitude around the cells; the sides of the grid are bent there."""
    west, south, east, north = to_lonlat(shapely.segmentize(shapely.box(*edition.box), STEP_M)).bounds
    return west, south, east, north


def tileset(raster: RasterDefinition, edition: RasterEdition, matrices: MatrixSet) -> dict[str, Any]:
    """One raster in one tile matrix set, without links."""
    box = edition.box if matrices.srid == RD else box_of(lonlat_of(edition), matrices.srid)
    return {
        **described(raster, matrices),
        "license": edition.licence,
        "attribution": f"{edition.owner}. {edition.source}",
        "dataType": "map",
        "mediaTypes": [PNG],
        **place(matrices, box, shown(edition, matrices)),
    }


def tilejson(raster: RasterDefinition, edition: RasterEdition, matrices: MatrixSet, tiles_url: str) -> dict[str, Any]:
    """TileJSON 3.0 of pictures; its zooms are those of the addresses, so of the matrix set."""
    told = common_tilejson(raster, matrices, tiles_url, shown(edition, matrices))
    attribution = f"{edition.owner}. {edition.source} {edition.licence}"
    return {**told, "attribution": attribution, "format": "png", "bounds": list(lonlat_of(edition))}
