"""Where features lie: the S_ functions of CQL2."""

import math
from typing import Any

import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Integer, Text, and_, cast, column, func, literal, not_

from geo_service.catalogue.cql.reading import GEOMETRY_NAMES, Path, Reading, args_of
from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.query import CRS84, FARTHEST, near
from geo_service.errors import N_
from geo_service.geometry import LONLAT, RD

SPATIAL = {
    "s_intersects": func.st_intersects,
    "s_within": func.st_within,
    "s_contains": func.st_contains,
    "s_disjoint": func.st_disjoint,
    "s_touches": func.st_touches,
    "s_overlaps": func.st_overlaps,
    "s_crosses": func.st_crosses,
    "s_equals": func.st_equals,
}
GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


def spatial(reading: Reading, name: str, node: Any, path: Path) -> ColumnElement[bool]:
    """Exact on the geometry as it is published in the system of the filter. Where that is not RD or not stored, the index on RD is asked
    first, with the box around the literal: sides are straight in the system of the filter only, so the literal itself cannot be changed."""
    if name == "s_disjoint":
        return not_(spatial(reading, "s_intersects", node, path))
    args = args_of(reading, node, path, 2)
    shapes = [None if _is_column(reading, arg, at) else _shape(reading, arg, at) for arg, at in args]
    for shape, (_, at) in zip(shapes, args, strict=True):
        if shape is not None and shape.geom_type == "GeometryCollection" and name != "s_intersects":
            raise reading.fault(at, N_("A collection of points, lines and areas (at {place}) only goes into S_INTERSECTS and S_DISJOINT."))
    crs = CRS84 if reading.crs == LONLAT else reading.crs
    exact = SPATIAL[name](*(_published(reading, crs) if shape is None else _bound(shape, crs) for shape in shapes))
    literals = [shape for shape in shapes if shape is not None]
    if len(literals) != 1 or (crs == RD and not reading.layer.enclosed):
        return exact
    return and_(near(column(reading.layer.found_by), literals[0].bounds, crs), exact)


def _is_column(reading: Reading, node: Any, path: Path) -> bool:
    if not isinstance(node, dict) or "property" not in node:
        return False
    if node["property"] in GEOMETRY_NAMES:
        return True
    raise reading.wrong_kind(path, reading.column(node["property"], path).kind, "geometry")


def _published(reading: Reading, crs: int) -> ColumnElement[Any]:
    """The geometry column in a system: stored, or changed on the way."""
    if crs == RD:
        return column(GEOMETRIE)
    if crs in reading.layer.served:
        return column(f"{GEOMETRIE}_{crs}")
    return func.geo.to_crs(column(GEOMETRIE), cast(crs, Integer))


def _bound(shape: BaseGeometry, crs: int) -> ColumnElement[Any]:
    return func.geometry(literal(shapely.to_wkb(shapely.set_srid(shape, crs), hex=True, include_srid=True), Text()))


def _shape(reading: Reading, node: Any, path: Path) -> BaseGeometry:
    """A literal geometry, flat and valid; a collection of one sort becomes that sort."""
    reading.step(path)
    if isinstance(node, dict) and list(node) == ["bbox"]:
        return _box(reading, node["bbox"], path)
    if not isinstance(node, dict) or node.get("type") not in GEOMETRIES:
        raise reading.fault(path, N_("At {place} stands no geometry."))
    try:
        shape = shapely.force_2d(shapely.geometry.shape(node))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, ShapelyError, GEOSException):
        raise reading.fault(path, N_("The geometry at {place} cannot be read.")) from None
    if reading.latitude_first:
        shape = shapely.transform(shape, lambda corners: corners[:, ::-1])
    numbers = shapely.get_coordinates(shape)
    if shape.is_empty or not (abs(numbers) < FARTHEST).all():
        raise reading.fault(path, N_("The geometry at {place} is empty or has impossible coordinates."))
    if not shape.is_valid:
        raise reading.fault(path, N_("The geometry at {place} is not valid: {reason}."), reason=shapely.is_valid_reason(shape))
    if shape.geom_type == "GeometryCollection":
        shape = shapely.union_all(shapely.get_parts(shape))
    return shape


def _box(reading: Reading, told: Any, path: Path) -> BaseGeometry:
    """Four numbers, or six of which the heights do not count."""
    usable = isinstance(told, list) and len(told) in (4, 6) and all(type(number) in (int, float) for number in told)
    if usable:
        half = len(told) // 2
        west, south, east, north = told[0], told[1], told[half], told[half + 1]
        if reading.latitude_first:
            west, south, east, north = south, west, north, east
        if all(math.isfinite(number) and abs(number) < FARTHEST for number in told) and west < east and south < north:
            return shapely.box(west, south, east, north)
    raise reading.fault(path, N_("A BBOX (at {place}) is four numbers: xmin, ymin, xmax, ymax."))
