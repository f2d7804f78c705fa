"""One neighbourhood: a curving loop street with rows along its outside; `blocks.py` fills its inside.

Lengths in metres, EPSG:28992.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry, LineString, Polygon

from geo_service.demo import blocks, streets
from geo_service.demo.drawing import Canvas, ribbon, smooth
from geo_service.demo.stamps import BEDS

HOUSE_WIDTH = 5.4
NO_ROW = 0.2  # share of places along a loop without a row
GARDEN_END = 12.8  # from the middle of a house to the back of its garden
LEAST_LOOP = 6000.0  # m2 within a loop
SPOTS = 48  # places on a loop where an entry may start
ENTRY_REACH = 400.0  # the longest entry


@dataclass
class Loop:
    """The loop street of a neighbourhood and its entries from the main roads."""

    name: str
    line: LineString
    entries: list[LineString]


def draw(site: blocks.Site, cell: Polygon, roads: Geometry) -> Loop | None:
    """Draw a neighbourhood in the cell and join it to the main roads; nothing but a grove where the cell is small."""
    canvas, grain = site.canvas, site.grain
    inner = smooth(cell.buffer(-grain.inset, quad_segs=6), 30, 2 * grain.error)
    inner = max(shapely.get_parts(inner), key=shapely.area, default=inner)
    if inner.is_empty or inner.area < LEAST_LOOP:
        canvas.paint("wood", cell.buffer(-4, quad_segs=2))
        return None
    inner = Polygon(inner.exterior)
    line = LineString(inner.exterior)
    loop = Loop(site.names.next(), line, entries(line, roads))
    if not grain.rows:  # where there are rows, the wijk is grass already
        canvas.paint("grass", inner)
    streets.draw(canvas, line, streets.LOOP, grain.fine, site.rng, loop.name)
    for entry in loop.entries:
        canvas.paint("carriageway", ribbon(entry, 0, 6), loop.name)
    if grain.rows:
        Band(canvas, cell, loop, grain).draw(site.rng)
    blocks.fill_inside(site, inner, loop.name)
    return loop


def entries(loop: LineString, roads: Geometry) -> list[LineString]:
    """Two straight entries from the loop to the main roads, at places well apart."""
    spots = shapely.line_interpolate_point(loop, np.linspace(0, loop.length, SPOTS, endpoint=False))
    lines = shapely.shortest_line(spots, roads)
    order = np.argsort(shapely.length(lines), kind="stable")
    apart = np.abs(order - order[0])
    far = order[np.minimum(apart, SPOTS - apart) >= SPOTS // 4]
    return [lines[k] for k in (order[0], far[0]) if shapely.length(lines[k]) < ENTRY_REACH]


@dataclass
class Band:
    """Rows of houses that follow a loop: doors to the street, gardens to the green outside."""

    canvas: Canvas
    cell: Polygon
    loop: Loop
    grain: blocks.Grain

    def draw(self, rng: np.random.Generator) -> None:
        """Go round the loop, row by row, where the cell has room and no entry is near."""
        step = 2 * HOUSE_WIDTH if self.grain.fine else 6 * HOUSE_WIDTH
        centre, out = rims(shapely.simplify(self.loop.line.buffer(16.5, quad_segs=8), 0.2).exterior, step)
        blocked = shapely.union_all([entry.buffer(13, quad_segs=2) for entry in self.loop.entries])
        shapely.prepare(blocked)
        shapely.prepare(self.cell)
        at = 1
        while at < len(centre) - 3:
            pieces = int(rng.integers(2, 6) if self.grain.fine else rng.integers(14, 26))
            near = slice(at, min(at + pieces, len(centre) - 2) + 1)
            at += pieces + 1
            row = outline(centre[near], out[near], -7, 13)
            free = row.is_valid and not blocked.intersects(row) and self.cell.contains(row)
            if free and not (self.grain.fine and rng.random() < NO_ROW):
                self.row(rng, centre[near], out[near])

    def row(self, rng: np.random.Generator, centre: np.ndarray, out: np.ndarray) -> None:
        """One row of houses: yard, building, beds at the doors."""
        name, homes = self.loop.name, 2 * (len(centre) - 1) if self.grain.fine else 0
        if not self.grain.fine:
            keep = shapely.get_coordinates(shapely.simplify(LineString(centre), self.grain.error))
            bends = np.isin(centre[:, 0], keep[:, 0])
            centre, out = centre[bends], out[bends]
        self.canvas.paint("yard", outline(centre, out, -4.5, GARDEN_END), name)
        self.canvas.paint("house", outline(centre, out, -4.5, 4.5), name, homes)
        for k in range(0, len(centre) - 1, 2) if self.grain.fine else ():
            if rng.random() < 0.6:
                near = slice(k, k + 3)
                self.canvas.paint(rng.choice(BEDS), outline(centre[near], out[near], -9.2, -6.6), name)


def rims(ring: LineString, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 2) every `step` metres along a ring, and the unit vectors that point outward there."""
    spots = np.arange(0, ring.length, step)
    before, after = (shapely.get_coordinates(shapely.line_interpolate_point(ring, spots + d)) for d in (0, 3))
    along = (after - before) / np.hypot(*(after - before).T)[:, None]
    direction = 1 if shapely.is_ccw(ring) else -1
    return (before + after) / 2, np.column_stack([along[:, 1], -along[:, 0]]) * direction


def outline(centre: np.ndarray, out: np.ndarray, near: float, far: float) -> Polygon:
    """The strip between two distances from a curve of points."""
    return Polygon(np.vstack([centre + near * out, (centre + far * out)[::-1]]))
