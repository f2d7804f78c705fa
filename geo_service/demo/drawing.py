"""Paint in layers: what is painted higher hides what lies below; `tessellation.py` keeps what stays visible.

All coordinates are metres in EPSG:28992, or metres of a straight plan that a `Frame` bends onto the map.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely import Geometry, LineString, Polygon

MARGIN = 0.4  # boxes narrower than this are not worth drawing, in metres


@dataclass
class Canvas:
    """Everything painted so far: shapes with their kind, the street they belong to and the homes in them."""

    kinds: list[str] = field(default_factory=list)
    shapes: list[np.ndarray] = field(default_factory=list)
    streets: list[str] = field(default_factory=list)
    homes: list[int] = field(default_factory=list)

    def paint(self, kind: str, shapes: Geometry | np.ndarray, street: str = "", homes: int = 0) -> None:
        """Add a shape or an array of them."""
        shapes = np.atleast_1d(shapes)
        count = len(shapes)
        self.add(shapes, [kind] * count, [street] * count, [homes] * count)

    def add(self, shapes: np.ndarray, kinds: Sequence[str], streets: Sequence[str], homes: Sequence[int]) -> None:
        """Add shapes that differ in kind."""
        self.shapes.append(shapes)
        self.kinds += kinds
        self.streets += streets
        self.homes += homes

    def polygons(self) -> tuple[np.ndarray, np.ndarray]:
        """All painted polygons and for each the index of its paint; lines and empty parts that an overlay may leave
        are dropped."""
        parts, paint = shapely.get_parts(np.concatenate(self.shapes), return_index=True)
        parts, again = shapely.get_parts(parts, return_index=True)
        keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0.5)
        return parts[keep], paint[again][keep]


@dataclass(frozen=True)
class Frame:
    """Where a straight plan (u along, v across, origin in its middle) lies on the map, and how it is bent.

    Lines along the plan become arcs of about `radius`; lines across sway sideways over the depth of the plan.
    Angles between streets and rows stay (nearly) right.
    """

    x: float
    y: float
    angle: float
    radius: float = np.inf
    sway: float = 0.0
    depth: float = 1.0
    error: float = 0.25  # how far a straight piece may lie from the true arc

    def pieces(self, length: float | np.ndarray) -> np.ndarray:
        """In how many straight pieces a line of the plan is drawn (whole numbers)."""
        return 1 + np.floor_divide(length, np.sqrt(8 * abs(self.radius) * self.error)).astype(int)

    def world(self, plan: np.ndarray) -> np.ndarray:
        """Points (..., 2) of the plan on the map."""
        u, v = plan[..., 0], plan[..., 1]
        if not np.isinf(self.radius):
            u = u + self.sway * np.sin(np.pi * v / self.depth)
            turn, reach = u / self.radius, self.radius - v
            u, v = reach * np.sin(turn), self.radius - reach * np.cos(turn)
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.stack([self.x + c * u - s * v, self.y + s * u + c * v], axis=-1)


@dataclass
class Sheet:
    """A straight plan to draw on; `finish` bends everything onto the canvas at once."""

    canvas: Canvas
    frame: Frame
    boxes: list[tuple] = field(default_factory=list)
    notes: list[tuple[str, str, int]] = field(default_factory=list)

    def finish(self) -> None:
        """Paint all boxes, in the order in which they were drawn."""
        if not self.boxes:
            return
        b = np.array(self.boxes)
        pieces = self.frame.pieces(b[:, 2:] - b[:, :2])
        outlines = np.empty(len(b), object)
        for counts in np.unique(pieces, axis=0):
            alike = (pieces == counts).all(axis=1)
            outlines[alike] = shapely.polygons(self.corners(b[alike], *counts))
        kinds, streets, homes = zip(*self.notes, strict=True)
        self.canvas.add(outlines, kinds, streets, homes)

    def corners(self, boxes: np.ndarray, wide: int, high: int) -> np.ndarray:
        """The outlines (n, k, 2) of boxes (n, 4) on the map, their sides in so many pieces."""
        corner = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
        points = []
        for side, count in enumerate((wide, high, wide, high)):
            start, end = corner[:, side, None], corner[:, (side + 1) % 4, None]
            points.append(start + np.linspace(0, 1, count, endpoint=False)[:, None] * (end - start))
        return self.frame.world(np.concatenate(points, axis=1))

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> LineString:
        """A line between two points of the plan, on the map."""
        a, b = np.asarray(start), np.asarray(end)
        share = np.linspace(0, 1, 1 + int(self.frame.pieces(np.hypot(*(b - a)))))[:, None]
        return LineString(self.frame.world(a + share * (b - a)))


@dataclass(frozen=True)
class Pen:
    """Draws boxes on a sheet in its own coordinates: origin and direction lie anywhere in the plan."""

    sheet: Sheet
    x: float = 0.0
    y: float = 0.0
    turns: int = 0
    street: str = ""

    def at(self, u: float, v: float, turns: int = 0) -> "Pen":
        """A pen with its origin at (u, v) of this one, turned left by a number of quarters."""
        x, y = self.plan(u, v)
        return replace(self, x=x, y=y, turns=(self.turns + turns) % 4)

    def plan(self, u: float, v: float) -> tuple[float, float]:
        """A point of this pen in the coordinates of the plan."""
        u, v = ((u, v), (-v, u), (-u, -v), (v, -u))[self.turns]
        return self.x + u, self.y + v

    def box(self, kind: str, x0: float, y0: float, x1: float, y1: float, homes: int = 0) -> None:
        """Draw a box unless it is too thin."""
        if x1 - x0 > MARGIN and y1 - y0 > MARGIN:
            (ax, ay), (bx, by) = self.plan(x0, y0), self.plan(x1, y1)
            self.sheet.boxes.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
            self.sheet.notes.append((kind, self.street, homes))


def ribbon(line: Geometry, offset: float, width: float) -> Geometry:
    """A strip of constant width beside a line, on its left where the offset is positive."""
    middle = beside(line, offset) if offset else line
    return shapely.buffer(middle, width / 2, cap_style="flat", join_style="mitre", mitre_limit=2)


def beside(line: Geometry, offset: float) -> Geometry:
    """The line at a distance, on the left where it is positive; also all the way round a closed line."""
    if line.geom_type != "LineString" or not line.is_closed:
        return shapely.offset_curve(line, offset, quad_segs=3, join_style="mitre")
    outward = -offset if shapely.is_ccw(line) else offset
    return LineString(Polygon(line).buffer(outward, join_style="mitre", mitre_limit=2).exterior)


def smooth(shape: Geometry, radius: float, error: float = 0.6) -> Geometry:
    """Round the corners of a polygon, inward and outward, within an error."""
    closed = shape.buffer(-radius, quad_segs=6).buffer(2 * radius, quad_segs=6).buffer(-radius, quad_segs=6)
    return shapely.simplify(closed, error)


def blob(rng: np.random.Generator, x: float, y: float, size: float) -> Geometry:
    """A rounded clump, such as a grove or a pond."""
    points = np.array([x, y]) + rng.normal(0, size * 0.55, (3, 2))
    return shapely.simplify(LineString(points).buffer(size * 0.45, quad_segs=3), 0.5)
