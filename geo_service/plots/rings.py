"""Checks on the coordinates of polygons; collects every fault instead of stopping at the first."""

import re
import sys
from typing import Any

import shapely
from shapely import MultiPolygon

from geo_service.errors import N_, fault
from geo_service.geometry import RD_BOUNDS

MOST_POINTS = 10_000
MOST_FAULTS = 20
EMPTY: tuple[Any, ...] = (None, [], [[]], [[[]]])
NETHERLANDS = {"CRS84": (3.0, 50.6, 7.4, 53.8), "RD": RD_BOUNDS, "MERCATOR": (333_900.0, 6_540_000.0, 823_800.0, 7_130_000.0)}
"""Within these lie the Netherlands and its coastal waters: degrees, RD metres and web mercator metres."""

BY_REASON = {
    "Self-intersection": N_("The border crosses itself near {place}."),
    "Ring Self-intersection": N_("The border touches itself near {place}."),
    "Hole lies outside shell": N_("A hole lies outside the shape, near {place}."),
    "Holes are nested": N_("A hole lies in another hole, near {place}."),
    "Nested shells": N_("A part lies inside another part, near {place}."),
    "Interior is disconnected": N_("Holes cut the shape in two, near {place}."),
    "Duplicate Rings": N_("Two rings are the same, near {place}."),
    "Too few points in geometry component": N_("A ring has no area, near {place}."),
}


class Reader:
    """Reads one geometry and gathers its faults. ``latitude_first``: as EPSG:4326 has its axes; what is read is longitude first."""

    def __init__(self, most_points: int = MOST_POINTS, *, latitude_first: bool = False) -> None:
        self.faults: list[dict[str, Any]] = []
        self.most_points, self.latitude_first = most_points, latitude_first

    def tell(self, where: str, text: str, **values: Any) -> None:
        """Remember a fault; a long list helps nobody."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault(where or "geometry", text, **values))

    def polygons(self, geometry: Any, where: str, crs: str) -> MultiPolygon | None:
        """A valid MultiPolygon in the asker's own coordinates, or None with faults."""
        if not isinstance(geometry, dict):
            self.tell(where, N_("A GeoJSON Feature, Polygon or MultiPolygon is needed here."))
            return None
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind not in ("Polygon", "MultiPolygon"):
            self._wrong_type(kind, where)
            return None
        place = f"{where}.coordinates" if where else "coordinates"
        parts = [coordinates] if kind == "Polygon" else coordinates
        if coordinates in EMPTY:
            self.tell(place, N_("The shape is empty."))
            return None
        if not isinstance(parts, list):
            self.tell(place, N_("A polygon is a list of rings."))
            return None
        if _count(parts) > self.most_points:
            self.tell(place, N_("The shape has more than {most} points."), most=self.most_points)
            return None
        rings = [self._rings(part, place if kind == "Polygon" else f"{place}[{number}]") for number, part in enumerate(parts)]
        if self.faults or not self._in_the_netherlands(rings, place, crs):
            return None
        return self._valid(rings, place)

    def _wrong_type(self, kind: Any, where: str) -> None:
        place = f"{where}.type" if where else "type"
        if isinstance(kind, str) and kind in ("FeatureCollection", "GeometryCollection"):
            self.tell(place, N_("Send one Feature, Polygon or MultiPolygon, not a collection."))
        elif isinstance(kind, str) and kind in ("Point", "MultiPoint", "LineString", "MultiLineString"):
            self.tell(place, N_("Draw an area: a Polygon or MultiPolygon, not points or lines."))
        else:
            self.tell(place, N_("A GeoJSON Feature, Polygon or MultiPolygon is needed here."))

    def _rings(self, part: Any, where: str) -> list[list[tuple[float, float]]]:
        if not isinstance(part, list) or not part:
            self.tell(where, N_("A polygon is a list of rings."))
            return []
        return [self._ring(ring, f"{where}[{number}]") for number, ring in enumerate(part)]

    def _ring(self, ring: Any, where: str) -> list[tuple[float, float]]:
        if not isinstance(ring, list):
            self.tell(where, N_("A ring is a list of points."))
            return []
        before = len(self.faults)
        points = [self._point(position, where, number) for number, position in enumerate(ring)]
        if len(self.faults) > before:
            return []
        if len(points) < 4:
            self.tell(where, N_("A ring needs at least four points; the last is the first again."))
        elif points[0] != points[-1]:
            self.tell(where, N_("The ring is not closed: the last point must be the first again."))
        elif len(set(points)) < 3:
            self.tell(where, N_("A ring has at least three different points."))
        return points

    def _point(self, position: Any, where: str, number: int) -> tuple[float, float]:
        if isinstance(position, list) and len(position) in (2, 3) and all(map(_is_number, position)):
            x, y = float(position[0]), float(position[1])
            return (y, x) if self.latitude_first else (x, y)
        self.tell(f"{where}[{number}]", N_("A point is two numbers (a third, the height, is left out)."))
        return 0.0, 0.0

    def _in_the_netherlands(self, rings: list[list[list[tuple[float, float]]]], where: str, crs: str) -> bool:
        points = shapely.points([point for part in rings for ring in part for point in ring])
        xy = shapely.get_coordinates(points)
        if _all_within(xy, NETHERLANDS[crs]):
            return True
        other = "RD" if crs == "CRS84" else "CRS84"
        if _all_within(xy[:, ::-1], NETHERLANDS[crs]):
            first = N_("Latitude and longitude look swapped: longitude comes first.")
            swapped = N_("Latitude and longitude look swapped: in this system latitude comes first.") if self.latitude_first else first
            self.tell(where, swapped if crs == "CRS84" else N_("x and y look swapped: x comes first."))
        elif _all_within(xy, NETHERLANDS[other]):
            rd = N_("These look like RD coordinates. Say so: Content-Crs: <http://www.opengis.net/def/crs/EPSG/0/28992>, or --crs RD")
            self.tell(where, rd if crs == "CRS84" else N_("These look like degrees, not metres."))
        else:
            self.tell(where, N_("The shape does not lie in the Netherlands."))
        return False

    def _valid(self, rings: list[list[list[tuple[float, float]]]], where: str) -> MultiPolygon | None:
        polygons = [shapely.Polygon(part[0], part[1:]) for part in rings]
        for number, polygon in enumerate(polygons):
            self._tell_reason(polygon, f"{where}[{number}]" if len(polygons) > 1 else where)
        shape = MultiPolygon(polygons)
        if not self.faults:
            self._tell_reason(shape, where)
        return None if self.faults else shape

    def _tell_reason(self, geometry: Any, where: str) -> None:
        if geometry.is_valid:
            return
        found = re.fullmatch(r"(.*?)\[([^\]]*)\]", shapely.is_valid_reason(geometry))
        reason, place = found.groups() if found else ("", "")
        self.tell(where, BY_REASON.get(reason, N_("The shape is not valid near {place}.")), place=", ".join(place.split()[:2]))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _count(parts: list[Any]) -> int:
    """The points of all rings, with these and the parts themselves, without trusting the nesting."""
    rings = [ring for part in parts if isinstance(part, list) for ring in part]
    return len(parts) + len(rings) + sum(len(ring) for ring in rings if isinstance(ring, list))


def _all_within(xy: Any, bounds: tuple[float, float, float, float]) -> bool:
    return bool(((xy >= bounds[:2]) & (xy <= bounds[2:])).all())
