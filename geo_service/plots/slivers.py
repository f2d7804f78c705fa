"""A drawn border rarely follows a neighbour's to the millimetre; what lies just over it is cut off before the decision.

The base map is accurate to 60 cm, so an overlap within that distance of the shared border says nothing about who keeps the ground.
"""

from collections.abc import Sequence

import shapely
from shapely import MultiPolygon

from geo_service.geometry import multipolygon, snap
from geo_service.plots.facts import Taken, inside, overlaps, union

GAP_M = 0.002
"""On the 1 mm grid a border that ends in the middle of another's edge never lies exactly on it; 2 mm apart always works."""


def cut_slivers(shape: MultiPolygon, neighbours: Sequence[Taken], tolerance: float) -> MultiPolygon:
    """The shape without its overlap with neighbours, when all overlap lies within ``tolerance`` metres of the shared border.

    Otherwise, and where nothing would remain, the shape as it is: then the rules refuse it. Once something is cut, the shape keeps
    clear of the neighbours that it only touched as well: the new corners may lie on their borders.
    """
    met = [other.geom for other in neighbours if overlaps(shape, other.geom)]
    if not met or not all(_is_sliver(shape, other, tolerance) for other in met):
        return shape
    return keep_away(shape, union(other.geom for other in neighbours)) or shape


def keep_away(shape: MultiPolygon, obstacles: MultiPolygon) -> MultiPolygon:
    """The shape without the obstacles and 2 mm around them, on the 1 mm grid."""
    if obstacles.is_empty:
        return shape
    grown = shapely.buffer(obstacles, GAP_M, join_style="mitre", mitre_limit=2)
    return multipolygon(snap(shapely.difference(shape, grown)))


def _is_sliver(shape: MultiPolygon, other: MultiPolygon, tolerance: float) -> bool:
    overlap = inside(shape, other)
    near = shapely.intersection(shapely.buffer(other.boundary, tolerance), shapely.buffer(shape.boundary, tolerance))
    return bool(shapely.covers(near, overlap)) and overlap.area < min(shape.area, other.area) / 2
