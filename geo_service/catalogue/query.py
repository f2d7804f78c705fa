"""One layer, one SELECT: columns, geometry in the wished system, and what lies in a box."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyproj
import shapely
from pyproj.exceptions import CRSError
from sqlalchemy import ColumnElement, Integer, Select, TableClause, and_, bindparam, cast, column, func, or_, select, table

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.errors import N_, InvalidInput
from geo_service.geometry import LONLAT, RD, RD_BOUNDS, mercator_to_lonlat, to_lonlat, transformer

CRS84, MERCATOR = 4326, 3857
"""Longitude, latitude: what GeoJSON uses; ETRS89 is taken as equal to it."""
Box = tuple[float, float, float, float]
PARTS = ("west", "south", "east", "north", "frame_west", "frame_south", "frame_east", "frame_north", "step")
FRAMED = (RD, CRS84, MERCATOR)
"""Systems of which the frame of a box is worked out here."""
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
        query = query.where(in_box(layer, view, outlines(bbox, bbox_crs or crs), bbox_crs or crs))
    if where is not None:
        query = query.where(where)
    return query.limit(limit) if limit is not None else query


@dataclass(frozen=True)
class Outline:
    """A box as a condition takes it: its sides, the frame around it by which an index finds what may lie in it, and the step in which its
    sides are followed in RD. Numbers, or the places for them in a statement that is made once."""

    sides: tuple[Any, ...]
    frame: tuple[Any, ...]
    step: Any

    def named(self, which: int) -> dict[str, Any]:
        """The numbers for ``place(which)``."""
        numbers = (*self.sides, *self.frame, self.step)
        return {f"box{which}_{part}": number for part, number in zip(PARTS, numbers, strict=True)}


def place(which: int) -> Outline:
    """Where the numbers of a box come; there may be more than one."""
    places: tuple[Any, ...] = tuple(bindparam(f"box{which}_{part}") for part in PARTS)
    return Outline(places[:4], places[4:8], places[8])


def outlines(bbox: Box, crs: int) -> tuple[Outline, ...]:
    """A box of this system; two when xmin above xmax tells that it goes over the antimeridian."""
    west, south, east, north = bbox
    parts = (bbox,) if west <= east else ((west, south, 180.0, north), (-180.0, south, east, north))
    return tuple(Outline(part, _frame(part, crs), _step(part, crs)) for part in parts)


def in_box(layer: LayerDefinition, view: TableClause, boxes: Sequence[Outline], crs: int) -> ColumnElement[bool]:
    """What touches one of these boxes of this system."""
    return or_(*(_touches(layer, view, box, crs) for box in boxes))


def view_of(layer: LayerDefinition) -> TableClause:
    """The view as a table for SQLAlchemy."""
    return table(layer.id, *(column(name) for name in layer.view_columns), schema="layers")


def geometry_in(layer: LayerDefinition, view: TableClause, crs: int) -> ColumnElement[Any]:
    """The stored geometry when there is one in this system; otherwise it is changed on the way out."""
    if crs == RD:
        return view.c[GEOMETRIE]
    return view.c[f"{GEOMETRIE}_{crs}"] if crs in layer.served else func.geo.to_crs(view.c[GEOMETRIE], cast(crs, Integer))


def _touches(layer: LayerDefinition, view: TableClause, box: Outline, crs: int) -> ColumnElement[bool]:
    """Exactly in the system of the box where that geometry is stored; elsewhere against the box with its sides followed in RD."""
    around = func.st_makeenvelope(*box.sides, cast(crs, Integer))
    if crs in layer.served:
        exact = func.st_intersects(view.c[f"{GEOMETRIE}_{crs}"], around)
    else:
        exact = func.st_intersects(view.c[GEOMETRIE], around if crs == RD else _followed(around, box.step, crs))
    return and_(_near(view.c[layer.found_by], box, crs), exact) if layer.enclosed or crs in layer.served else exact


def near(geometry: ColumnElement[Any], bbox: Box, crs: int) -> ColumnElement[bool]:
    """What can lie in a box (or point) of any system, by the index on the geometry in RD: every hit, and a few beside it."""
    return _near(geometry, Outline(bbox, _frame(bbox, crs), _step(bbox, crs)), crs)


def _near(geometry: ColumnElement[Any], box: Outline, crs: int) -> ColumnElement[bool]:
    framed = func.st_makeenvelope(*box.frame, cast(RD if crs in FRAMED else crs, Integer))
    return geometry.op("&&", is_comparison=True)(framed if crs in FRAMED else func.st_expand(_followed(framed, box.step, crs), MARGIN_M))


def _frame(bbox: Box, crs: int) -> tuple[float | None, ...]:
    """In RD where that can be worked out here, nothing far from the Netherlands; else in its own system, where a point has sides."""
    if crs in FRAMED:
        return frame_in_rd(bbox, crs) or (None,) * 4
    return _widened(bbox)


def _widened(bbox: Box) -> Box:
    return (bbox[0] - DOT, bbox[1] - DOT, bbox[2] + DOT, bbox[3] + DOT)


def frame_in_rd(bbox: Box, crs: int) -> Box | None:
    """The box of RD that holds a box of RD, longitude and latitude or web mercator, a metre wider; ``None`` far from the Netherlands.

    Worked out here: PostgreSQL would work it out twice while it plans, which costs more than the search itself.
    """
    if crs == RD:
        return _metre_wider(bbox)
    box = _widened(bbox if crs == CRS84 else shapely.bounds(mercator_to_lonlat(shapely.box(*bbox))).tolist())
    (west, south), (east, north) = map(max, box[:2], _everywhere()[:2]), map(min, box[2:], _everywhere()[2:])
    if west >= east or south >= north:
        return None
    between = math.ceil(max(east - west, north - south) / LONGEST_STEP["degrees"])
    return _metre_wider(transformer(LONLAT, RD).transform_bounds(west, south, east, north, densify_pts=between))


def _metre_wider(box: Box) -> Box:
    return (box[0] - MARGIN_M, box[1] - MARGIN_M, box[2] + MARGIN_M, box[3] + MARGIN_M)


@cache
def _everywhere() -> Box:
    """The box of longitude and latitude around where RD is defined."""
    west, south, east, north = shapely.bounds(to_lonlat(shapely.segmentize(shapely.box(*RD_BOUNDS), LONGEST_STEP["metres"]))).tolist()
    return (west, south, east, north)


def _step(bbox: Box, crs: int) -> float:
    longest = LONGEST_STEP["degrees" if _in_degrees(crs) else "metres"]
    return min(longest, max(bbox[2] - bbox[0], bbox[3] - bbox[1], DOT) / STEPS)


def _followed(box: ColumnElement[Any], step: Any, crs: int) -> ColumnElement[Any]:
    """A box in RD, first cut to where RD is defined: far away nothing can be transformed."""
    everywhere = func.st_segmentize(func.st_makeenvelope(*RD_BOUNDS, cast(RD, Integer)), LONGEST_STEP["metres"])
    inside = func.st_intersection(box, func.geo.to_crs(everywhere, cast(crs, Integer)))
    return func.geo.from_crs(func.st_segmentize(inside, step))


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
