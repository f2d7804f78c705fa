"""From a painting to a gap-free map: cut the ground along every painted edge, give each face its topmost paint, join
what belongs together.

All shapes are cut by one noded network on a 1 cm grid: neighbours share their vertices and nothing overlaps.
Geometry: EPSG:28992, areas in m2.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import shapely

from geo_service.demo.drawing import Canvas
from geo_service.demo.kinds import BUILDINGS, height

GRID = 0.01  # a centimetre: what lies closer together is drawn as one line, so that outlines leave no slivers
LEAST_AREA, LEAST_WIDTH = 8.0, 0.3  # what is smaller (m2), or thinner (m2 per m of outline), joins a neighbour


@dataclass
class Tessellation:
    """The pieces of ground: one row per piece in every array."""

    geometry: np.ndarray
    kind: np.ndarray
    street: np.ndarray
    homes: np.ndarray
    district: np.ndarray  # index of the smallest district
    outlines: np.ndarray  # outlines of those districts, sharing every vertex with the pieces
    area: np.ndarray = field(init=False)  # m2

    def __post_init__(self) -> None:
        self.area = shapely.area(self.geometry)


Decide = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def tessellate(canvas: Canvas, districts: np.ndarray, decide: Decide) -> Tessellation:
    """Cut what was painted into pieces that fill the districts.

    `decide(kinds, areas, districts)` chooses the kind of what was painted as open, when all else is
    known. The first paint is the ground: all land, nothing else.
    """
    paints, source = canvas.polygons()
    kinds, streets, homes = (np.array(column)[source] for column in (canvas.kinds, canvas.streets, canvas.homes))
    faces, points = cut(np.concatenate([paints, districts]))
    home = homes_of(points, districts, paints[:1])
    order = np.argsort([height(kind) for kind in kinds], kind="stable")
    top = topmost(points, paints[order])
    inside = (home >= 0) & (top >= 0)
    faces, home, paint = faces[inside], home[inside], order[top[inside]]
    shapes, owner = join(faces, paint * len(districts) + home)
    paint, home = owner // len(districts), owner % len(districts)
    outlines = whole_districts(shapes, home, len(districts))
    shapes, paint, home = absorb(shapes, paint, home, np.isin(kinds[paint], BUILDINGS))
    kinds = decide(kinds[paint], shapely.area(shapes), home)
    return Tessellation(shapes, kinds, streets[paint], homes[paint], home, outlines)


def cut(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The faces between all outlines, and a tree with a point in each."""
    network = shapely.union_all(shapely.boundary(shapes), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    return faces, shapely.STRtree(shapely.point_on_surface(faces))


def topmost(points: shapely.STRtree, shapes: np.ndarray) -> np.ndarray:
    """For each point the index of the last shape that contains it, -1 for none."""
    top = np.full(len(points), -1)
    shape, point = points.query(shapes, predicate="contains")
    np.maximum.at(top, point, shape)
    return top


def homes_of(points: shapely.STRtree, districts: np.ndarray, land: np.ndarray) -> np.ndarray:
    """The district of each face; slivers of land between two outlines go to the nearest, -1 lies outside the land."""
    home = topmost(points, districts)
    lost = np.flatnonzero(home < 0)
    lost = lost[shapely.contains(land[0], points.geometries[lost])]
    if len(lost):
        home[lost] = shapely.STRtree(districts).nearest(points.geometries[lost])
    return home


def whole_districts(faces: np.ndarray, home: np.ndarray, count: int) -> np.ndarray:
    """Outlines in one piece each; a crumb on the far side of a neighbour goes to that neighbour (changes `home`)."""
    outlines = np.array([shapely.coverage_union_all(faces[home == k]) for k in range(count)])
    for k in np.flatnonzero(shapely.get_num_geometries(outlines) > 1):
        for crumb in sorted(shapely.get_parts(outlines[k]), key=shapely.area)[:-1]:
            shared = shapely.length(shapely.intersection(outlines, crumb.exterior))
            shared[k] = -1
            taker = int(np.argmax(shared))
            home[(home == k) & shapely.covered_by(shapely.point_on_surface(faces), crumb)] = taker
            for changed in (k, taker):
                outlines[changed] = shapely.coverage_union_all(faces[home == changed])
    return outlines


def join(faces: np.ndarray, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unite faces with the same key; parts that do not touch stay apart."""
    order = np.argsort(key, kind="stable")
    values, start = np.unique(key[order], return_index=True)
    groups = np.split(faces[order], start[1:])
    united = np.array([g[0] if len(g) == 1 else shapely.coverage_union_all(g) for g in groups])
    parts, index = shapely.get_parts(united, return_index=True)
    return parts, values[index]


def absorb(shapes: np.ndarray, paint: np.ndarray, home: np.ndarray, building: np.ndarray) -> tuple:
    """Give remnants too small or thin to be an object to the neighbour with the longest shared border, within the
    same district; buildings neither give nor take."""
    for _ in range(3):
        area = shapely.area(shapes)
        poor = (area < LEAST_AREA) | (area < LEAST_WIDTH * shapely.length(shapes))
        remnants = np.flatnonzero(poor & ~building)
        target = takers(shapes, remnants, home, building)
        moved = np.flatnonzero(target != np.arange(len(shapes)))
        if not len(moved):
            break
        groups: dict[int, list[int]] = {}
        for k in moved.tolist():
            groups.setdefault(int(target[k]), [int(target[k])]).append(k)
        for taker, members in groups.items():
            shapes[taker] = shapely.coverage_union_all(shapes[members])
        keep = target == np.arange(len(shapes))
        shapes, paint, home, building = shapes[keep], paint[keep], home[keep], building[keep]
    return shapes, paint, home


def takers(shapes: np.ndarray, remnants: np.ndarray, home: np.ndarray, building: np.ndarray) -> np.ndarray:
    """For every shape the one that takes it over; itself where it stays."""
    a, b = shapely.STRtree(shapes).query(shapes[remnants], predicate="intersects")
    a = remnants[a]
    other = (a != b) & ~building[b] & (home[a] == home[b])
    a, b = a[other], b[other]
    shared = shapely.length(shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b])))
    order = np.lexsort((b, -shared, a))
    a, b, shared = a[order], b[order], shared[order]
    first = np.r_[True, a[1:] != a[:-1]] & (shared > 0) if len(a) else np.zeros(0, bool)
    target = np.arange(len(shapes))
    for giver, taker in zip(a[first], b[first], strict=True):
        while target[taker] != taker:  # the neighbour may have been given away itself: follow it, never in a circle
            taker = target[taker]
        target[giver] = taker
    while (target[target] != target).any():
        target = target[target]
    return target
