"""The inside of a loop: a bent plan of streets, split again and again until a stamp fits. Lengths in metres."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from shapely import Polygon

from geo_service.demo import stamps, streets
from geo_service.demo.drawing import Canvas, Frame, Pen, Sheet
from geo_service.demo.names import Names

STREET_TO_LOOP = 14.0  # a street that runs closer beside the loop than this for most of its length is left out
REACH = 3.2  # how far a street runs on beyond its block, into the street there
JUNCTION = 2.4  # from the middle of the loop street to where the streets within begin
ROOM = 7.5  # from the middle of the loop street to the blocks
LEAST_BLOCK = (22.0, 18.0)
MASK_STEPS = 26  # points of the mask along the largest block
TRIM_GRID = 8  # points of a block that are looked at along either side
_spans = [(i, j) for i in range(TRIM_GRID) for j in range(i + 1, TRIM_GRID)]
SHARES = np.linspace(0, 1, TRIM_GRID)
SPANS = np.array([(*u, *v) for u in _spans for v in _spans]).T  # all (first, last) along u and along v


@dataclass(frozen=True)
class Grain:
    """How finely a neighbourhood is drawn: the largest block, whether rows follow the loop, how far the loop lies within
    its cell, and how far a drawn line may lie from its curve."""

    fine: bool
    leaf: tuple[float, float]
    rows: bool
    inset: float
    error: float = 1.5


FINE = Grain(True, (100, 82), True, 40, error=0.25)
COARSE = Grain(False, (720, 430), True, 46)
BUSINESS = Grain(False, (330, 230), False, 14)
VILLAS = Grain(False, (190, 90), False, 14, error=0.5)
ESTATES = Grain(False, (600, 320), False, 14)


@dataclass(frozen=True)
class Site:
    """Where and how a neighbourhood is drawn: the canvas, the wijk's random stream and street names, grain and use."""

    canvas: Canvas
    rng: np.random.Generator
    names: Names
    grain: Grain
    use: str


class Box(NamedTuple):
    """A rectangle in the plan."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.x1 - self.x0, self.y1 - self.y0


def fill_inside(site: Site, inner: Polygon, street: str) -> None:
    """Lay a bent plan over the inside of a loop street and fill it."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(inner))[:4]
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    (along, across), middle = (corners[1] - corners[0], corners[2] - corners[1]), corners.mean(axis=0)
    w, h, rng = np.hypot(*along), np.hypot(*across), site.rng
    radius, sway = rng.choice([-1, 1]) * w * rng.uniform(1.3, 2.2), h * rng.uniform(-0.06, 0.06)
    sheet = Sheet(site.canvas, Frame(middle[0], middle[1], np.arctan2(along[1], along[0]), radius, sway, h, site.grain.error))
    margin = w / 12  # what the bend takes from the corners
    whole = Box(-w / 2 - margin, -h / 2 - margin, w / 2 + margin, h / 2 + margin)
    mask = Mask.of(inner.buffer(-ROOM, quad_segs=3), sheet.frame, whole, site.grain.leaf[0] / MASK_STEPS)
    Filling(site, Pen(sheet, street=street), inner.buffer(-JUNCTION), inner.buffer(-STREET_TO_LOOP), mask).fill(whole, 0)
    sheet.finish()


class Mask(NamedTuple):
    """Which points of a grid over the plan lie within the room for blocks."""

    x0: float
    y0: float
    step: float
    inside: np.ndarray

    @classmethod
    def of(cls, room: shapely.Geometry, frame: Frame, box: Box, step: float) -> "Mask":
        """Look at the plan in points `step` apart."""
        u, v = np.arange(box.x0, box.x1 + step, step), np.arange(box.y0, box.y1 + step, step)
        points = frame.world(np.stack(np.meshgrid(u, v, indexing="ij"), axis=-1))
        shapely.prepare(room)
        return cls(box.x0, box.y0, step, shapely.contains_xy(room, points[..., 0], points[..., 1]))

    def over(self, box: Box) -> np.ndarray:
        """The mask (TRIM_GRID, TRIM_GRID) over a box, sides included."""
        w, h = box.size
        u = ((box.x0 - self.x0 + SHARES * w) / self.step + 0.5).astype(int)
        v = ((box.y0 - self.y0 + SHARES * h) / self.step + 0.5).astype(int)
        return self.inside[u[:, None], v]


@dataclass
class Filling:
    """What the filling of one loop needs everywhere."""

    site: Site
    pen: Pen
    inner: Polygon
    core: Polygon
    mask: Mask

    def fill(self, box: Box, depth: int) -> None:
        """Split the box by a street until a stamp fits; what reaches over the loop is trimmed or left green."""
        inside = self.mask.over(box)
        if not inside.any():
            return
        (w, h), (long, short) = box.size, self.site.grain.leaf
        if max(w, h) <= long and min(w, h) <= short:
            self.stamp(box, inside)
            return
        if depth in (1, 2):
            self.pen = replace(self.pen, street=self.site.names.next())
        section = streets.PATH if depth > 2 and max(w, h) < 0.9 * long else streets.BY_DEPTH[min(depth, 2)]
        gap, at = section.width / 2, self.site.rng.uniform(0.45, 0.55)
        if w > h:
            m = box.x0 + w * at
            self.street((m, box.y0 - REACH), (m, box.y1 + REACH), section)
            parts = box._replace(x1=m - gap), box._replace(x0=m + gap)
        else:
            m = box.y0 + h * at
            self.street((box.x0 - REACH, m), (box.x1 + REACH, m), section)
            parts = box._replace(y1=m - gap), box._replace(y0=m + gap)
        for part in parts:
            self.fill(part, depth + 1)

    def street(self, start: tuple[float, float], end: tuple[float, float], section: streets.Section) -> None:
        """Draw the parts of a street within the loop, but not where it would run beside the loop."""
        site, line = self.site, self.pen.sheet.line(start, end)
        for part in shapely.get_parts(shapely.intersection(line, self.inner)):
            if part.length > 12 and self.core.intersection(part).length > 0.55 * part.length:
                streets.draw(site.canvas, part, section, site.grain.fine, site.rng, self.pen.street)

    def stamp(self, box: Box, inside: np.ndarray) -> None:
        """Put a stamp in the part of the box that is free, its long side along x, on a random side of the street."""
        trimmed = trim(box, inside)
        if trimmed is None:
            return
        w, h = trimmed.size
        pen = self.pen.at(trimmed.x0, trimmed.y0) if w >= h else self.pen.at(trimmed.x1, trimmed.y0, 1)
        w, h = max(w, h), min(w, h)
        if w < LEAST_BLOCK[0] or h < LEAST_BLOCK[1]:
            return
        if self.site.rng.random() < 0.5:
            pen = pen.at(w, h, 2)
        self.choose(w, h)(pen, self.site.rng, w, h)

    def choose(self, w: float, h: float) -> stamps.Stamp:
        """The stamp that suits the use and the grain."""
        site = self.site
        if site.use in ("business", "villas"):
            return stamps.business if site.use == "business" else stamps.villas
        return stamps.choose(site.rng, w, h, site.use == "centre") if site.grain.fine else stamps.long_blocks


def trim(box: Box, inside: np.ndarray) -> Box | None:
    """The largest part of the box of which all points (booleans over u, v) lie inside."""
    if inside.all():
        return box
    counts = np.pad(inside.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    u0, u1, v0, v1 = SPANS
    found = counts[u1 + 1, v1 + 1] - counts[u0, v1 + 1] - counts[u1 + 1, v0] + counts[u0, v0]
    area = np.where(found == (u1 - u0 + 1) * (v1 - v0 + 1), (u1 - u0) * (v1 - v0), 0)
    if not area.any():
        return None
    u0, u1, v0, v1 = SPANS[:, np.argmax(area)] / (TRIM_GRID - 1)
    w, h = box.size
    return Box(box.x0 + u0 * w, box.y0 + v0 * h, box.x0 + u1 * w, box.y0 + v1 * h)
