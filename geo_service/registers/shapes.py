"""Geometries as delivered, as geometries of ours: RD, 2D, valid, on the 1 mm grid; or the reason why not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geo_service.geometry import LONLAT, RD, RD_BOUNDS, mercator_to_lonlat, snap, to_rd
from geo_service.registers.curves import is_curved, stroke

MERCATOR = 3857
LONLAT_BOUNDS = (3.0, 50.6, 7.4, 53.8)
MERCATOR_BOUNDS = (333_900.0, 6_540_000.0, 823_800.0, 7_130_000.0)
BOUNDS = {RD: RD_BOUNDS, LONLAT: LONLAT_BOUNDS, MERCATOR: MERCATOR_BOUNDS}
TO_RD: dict[int, Callable[[Any], Any]] = {RD: snap, LONLAT: to_rd, MERCATOR: lambda shapes: to_rd(mercator_to_lonlat(shapes))}


@dataclass
class Cleaned:
    """``shapes``: MultiPolygons or Points in RD, None where refused; ``refused`` says why (keys of ``schemas.REFUSALS``)."""

    shapes: np.ndarray
    refused: dict[int, str] = field(default_factory=dict)
    repaired: dict[int, tuple[str, float]] = field(default_factory=dict)
    curves: int = 0
    outside: np.ndarray = field(default_factory=lambda: np.empty((0, 4)))

    def refuse(self, where: np.ndarray, reason: str) -> None:
        """Leave these out; what was refused before keeps its first reason."""
        for index in np.flatnonzero(where):
            self.refused.setdefault(int(index), reason)
            self.shapes[index] = None


def clean(wkbs: list[bytes | None], crs: int, *, points: bool = False) -> Cleaned:
    """Read, stroke, flatten, repair and transform a batch of geometries from ``crs`` (28992, 4258 or 3857)."""
    cleaned = _read(wkbs)
    kinds = shapely.get_type_id(cleaned.shapes)
    cleaned.refuse((kinds >= 0) & shapely.is_empty(cleaned.shapes), "empty")
    if points:
        _single_points(cleaned)
    else:
        cleaned.refuse(np.isin(kinds, (0, 1, 2, 4, 5)), "no_area")
    _check_bounds(cleaned, crs)
    if not points:
        _repair(cleaned, crs)
    there = shapely.get_type_id(cleaned.shapes) >= 0
    cleaned.shapes[there] = TO_RD[crs](cleaned.shapes[there])
    cleaned.refuse(there & shapely.is_empty(cleaned.shapes), "too_small")
    if not points:
        there = shapely.get_type_id(cleaned.shapes) >= 0
        cleaned.shapes[there] = multipolygons(cleaned.shapes[there])
    return cleaned


def mostly_in(shapes: np.ndarray, area: Any) -> np.ndarray:
    """Which of these lie for more than half in an area."""
    shapely.prepare(area)
    inside = np.asarray(shapely.contains(area, shapes))
    doubtful = ~inside & shapely.intersects(area, shapes)
    shared = shapely.area(shapely.intersection(shapes[doubtful], area))
    inside[doubtful] = shared * 2 > shapely.area(shapes[doubtful])
    return inside


def multipolygons(shapes: np.ndarray) -> np.ndarray:
    """Each geometry as a MultiPolygon of all its polygons; empty where it has none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    areas = shapely.get_type_id(parts) == 3
    out = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    if areas.any():
        shapely.multipolygons(parts[areas], indices=owner[inner][areas], out=out)
    return out


def likely_crs(bounds: np.ndarray, crs: int) -> tuple[str, int | None]:
    """Why bounds lie outside: ``swapped`` axes, another ``crs`` (then which), or ``elsewhere``."""
    x, y = np.nanmedian(bounds[:, 0]), np.nanmedian(bounds[:, 1])
    if _inside(np.array([[y, x, y, x]]), BOUNDS[crs])[0]:
        return "swapped", None
    for other, limits in BOUNDS.items():
        if _inside(np.array([[x, y, x, y]]), limits)[0]:
            return "crs", 4326 if other == LONLAT else other
    return "elsewhere", None


def _read(wkbs: list[bytes | None]) -> Cleaned:
    shapes = np.empty(len(wkbs), dtype=object)
    cleaned = Cleaned(shapes)
    straight = []
    for index, wkb in enumerate(wkbs):
        if not wkb or len(wkb) < 5:
            cleaned.refused[index] = "no_geometry"
        elif is_curved(wkb):
            cleaned.curves += 1
            try:
                shapes[index] = stroke(wkb)
            except ValueError:
                cleaned.refused[index] = "unreadable"
        else:
            straight.append(index)
    if straight:
        shapes[straight] = shapely.from_wkb([wkbs[index] for index in straight], on_invalid="ignore")
    missing = shapely.get_type_id(shapes) < 0
    cleaned.refuse(missing, "unreadable")
    cleaned.shapes = shapely.force_2d(shapes)
    return cleaned


def _single_points(cleaned: Cleaned) -> None:
    single = (shapely.get_type_id(cleaned.shapes) == 4) & (shapely.get_num_geometries(cleaned.shapes) == 1)
    cleaned.shapes[single] = shapely.get_geometry(cleaned.shapes[single], 0)
    cleaned.refuse(shapely.get_type_id(cleaned.shapes) > 0, "no_point")


def _check_bounds(cleaned: Cleaned, crs: int) -> None:
    bounds = shapely.bounds(cleaned.shapes)
    there = shapely.get_type_id(cleaned.shapes) >= 0
    outside = there & ~_inside(bounds, BOUNDS[crs])
    cleaned.outside = bounds[outside]
    cleaned.refuse(outside, "outside_netherlands")


def _inside(bounds: np.ndarray, limits: tuple[float, float, float, float]) -> np.ndarray:
    low, high = bounds[:, :2], bounds[:, 2:]
    return np.asarray((low >= limits[:2]).all(axis=1) & (high <= limits[2:]).all(axis=1))


def _repair(cleaned: Cleaned, crs: int) -> None:
    shapes = cleaned.shapes
    kinds = shapely.get_type_id(shapes)
    wrong = (kinds >= 0) & (~shapely.is_valid(shapes) | (kinds == 7))
    if not wrong.any():
        return
    before = shapes[wrong]
    after = multipolygons(shapely.make_valid(multipolygons(before), method="structure", keep_collapsed=False))
    invalid = ~shapely.is_valid(before)
    reasons = shapely.is_valid_reason(before)
    change = shapely.area(TO_RD[crs](after)) - (shapely.area(before) if crs == RD else np.nan)
    for index, is_invalid, reason, difference in zip(np.flatnonzero(wrong), invalid, reasons, change, strict=True):
        if is_invalid:
            cleaned.repaired[int(index)] = (str(reason), float(np.nan_to_num(difference)))
    shapes[wrong] = after
    nothing = wrong.copy()
    nothing[wrong] = shapely.is_empty(after)
    for index in np.flatnonzero(nothing):
        cleaned.repaired.pop(int(index), None)
    cleaned.refuse(nothing, "no_area")
