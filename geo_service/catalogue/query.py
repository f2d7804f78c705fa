"""One layer, one SELECT: columns, geometry in the wished system, and what lies in a box."""

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pyproj
import shapely
from pyproj.exceptions import CRSError
from sqlalchemy import ColumnElement, Integer, Select, TableClause, and_, cast, column, false, func, or_, select, table

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.errors import N_, InvalidInput
from geo_service.geometry import RD, RD_BOUNDS, mercator_to_lonlat, to_lonlat, to_rd

CRS84, MERCATOR = 4326, 3857
"""Longitude, latitude: what GeoJSON uses; ETRS89 is taken as equal to it."""
Box = tuple[float, float, float, float]
STEPS = 256
"""A box of another system has curved sides in ours: each is followed in at least this many steps."""
LONGEST_STEP = {"degrees": 0.02, "metres": 2000.0}
MARGIN_M = 1.0
"""More than the side of a box bends away from its corners in one step."""
FARTHEST = 1e8
DOT = 1e-6
"""A point becomes a box of this size, degrees or metres, so that it has sides."""
SOMEWHERE = (5.2, 52.3)
CODE = re.compile(r"(?:EPSG:|urn:ogc:def:crs:EPSG:[^:]*:|https?://www\.opengis\.net/def/crs/EPSG/[^/]+/)?(\d{4,6})", re.IGNORECASE)


def select_layer(
    layer: LayerDefinition,
    bbox: Box | None = None,
    crs: int = RD,
    limit: int | None = None,
    *,
    bbox_crs: int | None = None,
    where: ColumnElement[bool] | None = None,
    columns: Sequence[str] | None = None,
) -> Select[Any]:
    """Select the declared columns (or only ``columns``, in the layer's order) and ``geometrie`` in ``crs`` (EPSG code) from the view.

    ``bbox`` is (xmin, ymin, xmax, ymax) in ``bbox_crs`` (``crs`` when absent), longitude first; features that touch it are in. The box
    is changed to RD, never the column, so the index stays usable. In degrees xmin above xmax means over the antimeridian.
    ``where`` is a condition on columns of the view, named without it.
    """
    view = view_of(layer)
    wanted = [view.c[name] for name in layer.columns if columns is None or name in columns]
    query = select(*wanted, geometry_in(layer, view, crs).label(GEOMETRIE))
    if bbox is not None:
        query = query.where(in_box(layer, bbox, bbox_crs or crs, view))
    if where is not None:
        query = query.where(where)
    return query.limit(limit) if limit is not None else query


def in_box(layer: LayerDefinition, bbox: Box, crs: int, view: TableClause | None = None) -> ColumnElement[bool]:
    """What touches a box in this system; xmin above xmax goes over the antimeridian."""
    west, south, east, north = bbox
    parts = (bbox,) if west <= east else ((west, south, 180.0, north), (-180.0, south, east, north))
    of = view_of(layer) if view is None else view
    return or_(*(touches(layer, of, part, crs) for part in parts))


def view_of(layer: LayerDefinition) -> TableClause:
    """The view as a table for SQLAlchemy."""
    return table(layer.id, *(column(name) for name in layer.view_columns), schema="layers")


def geometry_in(layer: LayerDefinition, view: TableClause, crs: int) -> ColumnElement[Any]:
    """The stored geometry when there is one in this system; otherwise it is changed on the way out."""
    if crs == RD:
        return view.c[GEOMETRIE]
    return view.c[f"{GEOMETRIE}_{crs}"] if crs in layer.served else func.geo.to_crs(view.c[GEOMETRIE], cast(crs, Integer))


def touches(layer: LayerDefinition, view: TableClause, bbox: Box, crs: int) -> ColumnElement[bool]:
    """Exactly in the system of the box where that geometry is stored; elsewhere against the box with its sides followed in RD."""
    box = func.st_makeenvelope(*bbox, cast(crs, Integer))
    if crs in layer.served:
        exact = func.st_intersects(view.c[f"{GEOMETRIE}_{crs}"], box)
    else:
        exact = func.st_intersects(view.c[GEOMETRIE], box if crs == RD else _followed(box, bbox, crs))
    return and_(near(view.c[layer.found_by], bbox, crs), exact) if layer.enclosed or crs in layer.served else exact


def near(geometry: ColumnElement[Any], bbox: Box, crs: int) -> ColumnElement[bool]:
    """What can lie in a box (or point) of any system, by the index on the geometry in RD: every hit, and a few beside it."""
    if crs in (RD, CRS84, MERCATOR):
        frame = frame_in_rd(bbox, crs)
        return geometry.op("&&", is_comparison=True)(func.st_makeenvelope(*frame, cast(RD, Integer))) if frame else false()
    west, south, east, north = bbox[0] - DOT, bbox[1] - DOT, bbox[2] + DOT, bbox[3] + DOT
    box = func.st_makeenvelope(west, south, east, north, cast(crs, Integer))
    return geometry.op("&&", is_comparison=True)(func.st_expand(_followed(box, (west, south, east, north), crs), MARGIN_M))


def frame_in_rd(bbox: Box, crs: int) -> Box | None:
    """The box of RD that holds a box of RD, longitude and latitude or web mercator, a metre wider; ``None`` far from the Netherlands.

    Worked out here: PostgreSQL would work it out twice while it plans, which costs more than the search itself.
    """
    if crs == RD:
        return (bbox[0] - MARGIN_M, bbox[1] - MARGIN_M, bbox[2] + MARGIN_M, bbox[3] + MARGIN_M)
    box = shapely.box(*bbox) if crs == CRS84 else mercator_to_lonlat(shapely.box(*bbox))
    west, south, east, north = shapely.bounds(box).tolist()
    inside = shapely.intersection(shapely.box(west - DOT, south - DOT, east + DOT, north + DOT), _everywhere())
    if shapely.is_empty(inside):
        return None
    west, south, east, north = shapely.bounds(to_rd(shapely.segmentize(inside, LONGEST_STEP["degrees"]))).tolist()
    return (west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)


@cache
def _everywhere() -> shapely.Polygon:
    """The box of longitude and latitude around where RD is defined."""
    return shapely.box(*shapely.bounds(to_lonlat(shapely.segmentize(shapely.box(*RD_BOUNDS), LONGEST_STEP["metres"]))))


def _followed(box: ColumnElement[Any], bbox: Box, crs: int) -> ColumnElement[Any]:
    """A box in RD, first cut to where RD is defined: far away nothing can be transformed."""
    longest = LONGEST_STEP["degrees" if _in_degrees(crs) else "metres"]
    everywhere = func.st_segmentize(func.st_makeenvelope(*RD_BOUNDS, cast(RD, Integer)), LONGEST_STEP["metres"])
    inside = func.st_intersection(box, func.geo.to_crs(everywhere, cast(crs, Integer)))
    return func.geo.from_crs(func.st_segmentize(inside, min(longest, max(bbox[2] - bbox[0], bbox[3] - bbox[1]) / STEPS)))


@cache
def _in_degrees(crs: int) -> bool:
    return bool(pyproj.CRS.from_epsg(crs).is_geographic)


def parse_crs(text: str) -> int:
    """``EPSG:28992``, ``28992``, ``CRS84`` or their URIs as an EPSG code that can be used in the Netherlands."""
    told = text.strip()
    if re.fullmatch(r"(?:.*[/:])?CRS84", told, re.IGNORECASE):
        return CRS84
    match = CODE.fullmatch(told)
    if match is None or not _usable(int(match[1])):
        text = N_("{crs} is not a coordinate system for the Netherlands; use EPSG:28992 or EPSG:4326, for example.")
        raise InvalidInput(text, crs=told[:80])
    return int(match[1])


@cache
def _usable(epsg: int) -> bool:
    try:
        crs = pyproj.CRS.from_epsg(epsg)
    except CRSError:
        return False
    area = crs.area_of_use
    flat = (crs.is_projected or crs.is_geographic) and len(crs.axis_info) == 2
    return flat and area is not None and area.west <= SOMEWHERE[0] <= area.east and area.south <= SOMEWHERE[1] <= area.north


def parse_bbox(values: Sequence[float] | str | None) -> Box | None:
    """Four numbers xmin, ymin, xmax, ymax; told when they are not."""
    if values is None:
        return None
    try:
        numbers = [float(value) for value in (values.split(",") if isinstance(values, str) else values)]
    except ValueError:
        numbers = []
    usable = len(numbers) == 4 and all(math.isfinite(number) and abs(number) < FARTHEST for number in numbers)
    if not usable or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise InvalidInput(N_("A bbox is four numbers: xmin,ymin,xmax,ymax."))
    return (numbers[0], numbers[1], numbers[2], numbers[3])
