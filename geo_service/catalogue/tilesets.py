"""What is told of tiles: the definition of a tile matrix set, the metadata of a tileset (OGC 17-083r4), and TileJSON 3.0."""

from typing import Any

from geo_service.catalogue.definition import LayerDefinition, Published
from geo_service.catalogue.kinds import Kind
from geo_service.catalogue.matrices import MERCATOR, PIXEL_M, TILE_PIXELS, MatrixSet
from geo_service.catalogue.query import Box
from geo_service.catalogue.tiles import tiles_of

DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}
TYPES: dict[Kind, str] = {"integer": "integer", "number": "number", "boolean": "boolean"}
"""A day or moment is text in a tile."""


def definition(matrices: MatrixSet) -> dict[str, Any]:
    """The whole tile matrix set."""
    return {
        "id": matrices.id,
        "title": matrices.title,
        "uri": matrices.uri,
        "crs": matrices.crs_uri,
        "orderedAxes": list(matrices.axes),
        "tileMatrices": [_matrix(matrices, z) for z in range(matrices.deepest + 1)],
    }


def _matrix(matrices: MatrixSet, z: int) -> dict[str, Any]:
    cell = matrices.pixel(z)
    return {
        "id": str(z),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [matrices.bounds[0], matrices.bounds[3]],
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": 2**z,
        "matrixHeight": 2**z,
    }


def shown(layer: LayerDefinition, matrices: MatrixSet) -> range:
    """The matrices in which the layer has tiles."""
    tiles = tiles_of(layer)
    return range(matrices.matrix(tiles.minzoom), matrices.matrix(tiles.maxzoom) + 1)


def tileset(layer: LayerDefinition, matrices: MatrixSet, kinds: dict[str, Kind], box: Box | None) -> dict[str, Any]:
    """One layer in one tile matrix set, without links. ``box`` (in the system of the set) holds the layer; None when it is empty."""
    matrices_shown = shown(layer, matrices)
    told = {
        **described(layer, matrices),
        "dataType": "vector",
        "mediaTypes": ["application/vnd.mapbox-vector-tile"],
        "layers": [_layer(layer, matrices_shown, kinds)],
    }
    return told if box is None else {**told, **place(matrices, box, matrices_shown)}


def described(layer: Published, matrices: MatrixSet) -> dict[str, Any]:
    """What a tileset of any kind tells of its layer and its matrix set."""
    return {
        "title": layer.title,
        "description": layer.summary,
        "license": layer.licence,
        "attribution": f"{layer.owner}. {layer.source}",
        "crs": matrices.crs_uri,
        "tileMatrixSetURI": matrices.uri,
    }


def place(matrices: MatrixSet, box: Box, matrices_shown: range) -> dict[str, Any]:
    """Where the tiles are: the box (in the system of the set), and the rows and columns of every matrix."""
    corners = {"lowerLeft": [box[0], box[1]], "upperRight": [box[2], box[3]]}
    limits = [_limits(matrices, box, z) for z in matrices_shown]
    return {"boundingBox": {**corners, "crs": matrices.crs_uri}, "tileMatrixSetLimits": limits}


def _layer(layer: LayerDefinition, matrices_shown: range, kinds: dict[str, Kind]) -> dict[str, Any]:
    return {
        "id": layer.id,
        "title": layer.title,
        "description": layer.summary,
        "dataType": "vector",
        "geometryDimension": DIMENSIONS[layer.geometry],
        "minTileMatrix": str(matrices_shown[0]),
        "maxTileMatrix": str(matrices_shown[-1]),
        "propertiesSchema": {
            "type": "object",
            "properties": {name: _property(layer, name, kinds[name]) for name in tiles_of(layer).columns},
        },
    }


def _property(layer: LayerDefinition, name: str, kind: Kind) -> dict[str, Any]:
    column = layer.columns[name]
    told: dict[str, Any] = {"title": column.title, "type": TYPES.get(kind, "string")}
    told |= {"description": column.description} if column.description else {}
    told |= {"x-ogc-unit": column.unit} if column.unit else {}
    return told | ({"enum": list(column.values)} if column.values else {})


def _limits(matrices: MatrixSet, box: Box, z: int) -> dict[str, Any]:
    names = ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
    return {"tileMatrix": str(z), **dict(zip(names, matrices.limits(box, z), strict=True))}


def tilejson(layer: LayerDefinition, matrices: MatrixSet, tiles_url: str, lonlat: Box | None) -> dict[str, Any]:
    """TileJSON 3.0; its zooms are those of the addresses, so of the matrix set."""
    zooms = shown(layer, matrices)
    return {
        **common_tilejson(layer, matrices, tiles_url, zooms),
        "vector_layers": [
            {
                "id": layer.id,
                "description": layer.title,
                "minzoom": zooms[0],
                "maxzoom": zooms[-1],
                "fields": {name: layer.columns[name].told() for name in tiles_of(layer).columns},
            }
        ],
        **({"bounds": list(lonlat)} if lonlat else {}),
    }


def common_tilejson(layer: Published, matrices: MatrixSet, tiles_url: str, zooms: range) -> dict[str, Any]:
    """What TileJSON tells of tiles of any kind."""
    told: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.summary,
        "attribution": f"{layer.owner}. {layer.source} {layer.licence}",
        "scheme": "xyz",
        "tiles": [tiles_url],
        "minzoom": zooms[0],
        "maxzoom": zooms[-1],
    }
    return told if matrices.srid == MERCATOR else {**told, "crs": matrices.crs_uri}
