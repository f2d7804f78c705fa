"""Arcs as straight lines: at most 1 mm beside the arc, and the same points from either direction, so that neighbours keep one border.

GDAL strokes by angle, so its error grows with the radius; here the number of steps follows from the tolerance.
Layout of the bytes: OGC 06-103r4 (WKB) with the curve types of ISO 13249-3.
"""

import math
import struct
from typing import Any

import shapely

TOLERANCE_M = 0.001
POINT, LINE, POLYGON, MULTIPOLYGON, COLLECTION = 1, 2, 3, 6, 7
CIRCULAR, COMPOUND, CURVE_POLYGON, MULTI_CURVE, MULTI_SURFACE = 8, 9, 10, 11, 12
Points = list[tuple[float, float]]


def is_curved(wkb: bytes) -> bool:
    """Whether the bytes hold a type that can have arcs."""
    order = "<" if wkb[0] else ">"
    return _plain(struct.unpack_from(order + "I", wkb, 1)[0])[0] in (CIRCULAR, COMPOUND, CURVE_POLYGON, MULTI_CURVE, MULTI_SURFACE)


def stroke(wkb: bytes, tolerance: float = TOLERANCE_M) -> Any:
    """The geometry with straight lines only (shapely, 2D). Raises ValueError on bytes that are no geometry."""
    try:
        return _Reader(wkb, tolerance).geometry()
    except (struct.error, IndexError, RecursionError, shapely.GEOSException) as error:
        raise ValueError(str(error)) from None


def _plain(code: int) -> tuple[int, int]:
    """Type and number of coordinates; both ways of writing Z and M."""
    extra = (code >> 31 & 1) + (code >> 30 & 1)
    code &= 0x1FFFFFFF
    return code % 1000, 2 + extra + (0, 1, 1, 2)[code // 1000]


class _Reader:
    def __init__(self, wkb: bytes, tolerance: float) -> None:
        self.wkb, self.at, self.tolerance = wkb, 0, tolerance

    def _head(self) -> tuple[str, int, int]:
        order = "<" if self.wkb[self.at] else ">"
        kind, size = _plain(struct.unpack_from(order + "I", self.wkb, self.at + 1)[0])
        self.at += 5
        return order, kind, size

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(order + "I", self.wkb, self.at)
        self.at += 4
        if count > len(self.wkb):
            raise ValueError("more parts than bytes")
        return int(count)

    def _points(self, order: str, size: int) -> Points:
        count = self._count(order)
        numbers = struct.unpack_from(f"{order}{count * size}d", self.wkb, self.at)
        self.at += 8 * count * size
        return list(zip(numbers[::size], numbers[1::size], strict=True))

    def _line(self) -> Points:
        order, kind, size = self._head()
        if kind == LINE:
            return self._points(order, size)
        if kind == CIRCULAR:
            return _arcs(self._points(order, size), self.tolerance)
        if kind != COMPOUND:
            raise ValueError(f"type {kind} is no line")
        line: Points = []
        for _ in range(self._count(order)):
            part = self._line()
            line += part[1:] if line else part
        return line

    def geometry(self) -> Any:
        start = self.at
        order, kind, size = self._head()
        if kind == POLYGON:
            rings = [self._points(order, size) for _ in range(self._count(order))]
        elif kind == CURVE_POLYGON:
            rings = [self._line() for _ in range(self._count(order))]
        elif kind in (MULTIPOLYGON, MULTI_SURFACE, COLLECTION):
            return shapely.GeometryCollection([self.geometry() for _ in range(self._count(order))])
        elif kind == POINT:
            point = struct.unpack_from(f"{order}{size}d", self.wkb, self.at)
            self.at += 8 * size
            return shapely.Point(point[:2])
        else:
            self.at = start
            return shapely.LineString(self._line())
        return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def _arcs(points: Points, tolerance: float) -> Points:
    line = points[:1]
    for a, b, c in zip(points[::2], points[1::2], points[2::2], strict=False):
        # always from the lesser end, so that the neighbour's arc gets the same points
        line += _arc(a, b, c, tolerance)[1:] if a <= c else _arc(c, b, a, tolerance)[-2::-1]
    return line


def _arc(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], tolerance: float) -> Points:
    (bx, by), (cx, cy) = (b[0] - a[0], b[1] - a[1]), (c[0] - a[0], c[1] - a[1])
    if a == c:
        x, y, sweep = bx / 2, by / 2, 2 * math.pi
    else:
        twice = 2 * (bx * cy - by * cx)
        if abs(twice) < 1e-9:
            return [a, b, c]
        x = (cy * (bx**2 + by**2) - by * (cx**2 + cy**2)) / twice
        y = (bx * (cx**2 + cy**2) - cx * (bx**2 + by**2)) / twice
        sweep = (math.atan2(cy - y, cx - x) - math.atan2(-y, -x)) % (2 * math.pi)
        if twice < 0:
            sweep -= 2 * math.pi
    radius, start = math.hypot(x, y), math.atan2(-y, -x)
    if radius <= tolerance:
        return [a, b, c]
    steps = max(2, math.ceil(abs(sweep) / (2 * math.acos(1 - tolerance / radius))))
    inner = (start + sweep * step / steps for step in range(1, steps))
    return [a, *((a[0] + x + radius * math.cos(angle), a[1] + y + radius * math.sin(angle)) for angle in inner), c]
