"""What lies around the neighbourhoods: main roads with their green corridors, woods, fields, parks and shores.

`fine` tells whether it is drawn in the detail of Haven. Lengths in metres, EPSG:28992.
"""

import numpy as np
import shapely
from shapely import Geometry, LineString, Polygon
from shapely.ops import substring

from geo_service.demo import plan
from geo_service.demo.districts import cut_up
from geo_service.demo.drawing import Canvas, Frame, Pen, Sheet, blob, ribbon
from geo_service.demo.kinds import OPEN_FIELD

PARK_PATHS, COARSE_PARK_PATHS = 6, 2
POLDER_GRID = 260.0  # ditches in the fields of Haven, metres apart


def main_road(canvas: Canvas, road: LineString, name: str, rng: np.random.Generator, fine: bool) -> None:
    """A dreef: carriageway between verges, often a canal or a bus lane beside it, and a cycle path."""
    if not fine:
        canvas.paint("main_road", ribbon(road, 0, 12), name)
        if rng.random() < 0.35:
            canvas.paint("water", ribbon(road, 30, 12))
        return
    canvas.paint("verge", ribbon(road, 0, 30), name)
    canvas.paint("main_road", ribbon(road, 0, 7), name)
    canvas.paint("cycle_path", ribbon(road, 20, 3.4), name)
    side = rng.choice([-1, 1])
    if rng.random() < 0.6:
        canvas.paint("water", ribbon(road, side * 33, 10))
    if rng.random() < 0.5:
        canvas.paint("bus_lane", ribbon(road, -11, 6.4), name)
    for offset in (-24, 27):
        middle = shapely.offset_curve(road, offset)
        for at in np.arange(rng.uniform(0, 100), middle.length, rng.uniform(300, 480)):
            canvas.paint("wood", substring(middle, at, at + rng.uniform(50, 130)).buffer(rng.uniform(3, 6), quad_segs=2))


def roundabouts(canvas: Canvas, roads: list) -> None:
    """Where main roads meet or cross."""
    tree = shapely.STRtree(roads)
    a, b = tree.query(roads, predicate="intersects")
    pairs = a < b
    spots = shapely.intersection(tree.geometries[a[pairs]], tree.geometries[b[pairs]])
    spots = shapely.get_parts(spots)
    spots = shapely.union_all(spots[shapely.get_type_id(spots) == 0])
    canvas.paint("main_road", shapely.buffer(shapely.get_parts(spots), 19, quad_segs=4))
    canvas.paint("island", shapely.buffer(shapely.get_parts(spots), 11.5, quad_segs=4))


def surroundings(canvas: Canvas, wijk: Polygon, cells: list, cuts: list, rng: np.random.Generator, fine: bool) -> None:
    """Green between the neighbourhoods: shrub belts, walking paths, groves, flowery meadows and ponds in grass."""
    canvas.paint("grass", wijk)
    built = shapely.union_all(cells) if cells else shapely.Polygon()
    free = wijk.difference(built.buffer(2, quad_segs=2))
    if fine:
        spines = shapely.union_all([cut.buffer(27) for cut in cuts] + [wijk.exterior.buffer(40)])
        for cell in cells:
            belt_and_path(canvas, cell, spines, rng)
    shapely.prepare(free)
    x0, y0, x1, y1 = wijk.bounds
    for _ in range(int(free.area / (9000 if fine else 150_000))):
        x, y = rng.uniform(x0, x1), rng.uniform(y0, y1)
        if shapely.contains_xy(free, x, y):
            kind = rng.choice(["wood", "meadow", "pond"], p=[0.62, 0.26, 0.12])
            canvas.paint(kind, blob(rng, x, y, rng.uniform(16, 36 if fine else 90)).intersection(free))


def belt_and_path(canvas: Canvas, cell: Polygon, spines: Geometry, rng: np.random.Generator) -> None:
    """A belt of shrubs with openings around a neighbourhood, and a footpath outside it."""
    outer, inner = cell.buffer(9, quad_segs=2), cell.buffer(1, quad_segs=2)
    count = int(cell.exterior.length / 240)
    spots = shapely.line_interpolate_point(cell.exterior, rng.uniform(0, cell.exterior.length, count))
    gaps = shapely.union_all(shapely.buffer(spots, rng.uniform(12, 30, count), quad_segs=2))
    canvas.paint("wood", shapely.simplify(outer, 0.4).difference(shapely.simplify(inner, 0.4)).difference(gaps))
    path = shapely.get_parts(ribbon(shapely.simplify(cell.buffer(15).exterior, 0.4), 0, 2).difference(spines))
    canvas.paint("footpath", path[shapely.area(path) > 150])


def grid_lines(shape: Polygon, angle: float, spacing: float) -> list:
    """Parallel and crossing straight lines over a polygon, as the polder was laid out."""
    centre, reach = shape.centroid, np.hypot(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1])
    middle, u = np.array([centre.x, centre.y]), np.array([np.cos(angle), np.sin(angle)])
    v = np.array([-u[1], u[0]])
    lines = []
    for along, across, step in ((u, v, spacing), (v, u, 1.7 * spacing)):
        for k in np.arange(-reach, reach, step):
            lines.append(LineString([middle + k * across - reach * along, middle + k * across + reach * along]))
    parts = shapely.get_parts(shapely.intersection(lines, shape))
    return list(parts[shapely.length(parts) > 30])


def woods(canvas: Canvas, shape: Polygon, rng: np.random.Generator, fine: bool) -> None:
    """Parcels of trees between grassy rides; in Haven some parcels are open fields."""
    canvas.paint("forest", shape)
    rides = grid_lines(shape, rng.uniform(0, 1.5), rng.uniform(190, 260) if fine else 620)
    for parcel in cut_up(shape, rides):
        kind = rng.choice(["forest", "mixed_forest", "meadow", "wood", "reed"], p=[0.42, 0.19, 0.24, 0.11, 0.04])
        canvas.paint(OPEN_FIELD if fine and kind == "meadow" else kind, parcel)
        if kind == "meadow" and fine:
            canvas.paint("pond", blob(rng, parcel.centroid.x, parcel.centroid.y, rng.uniform(20, 40)))
    for ride in rides:
        canvas.paint("meadow", ribbon(ride, 0, 12))
        if fine:
            canvas.paint("footpath" if rng.random() < 0.6 else "cycle_path", ribbon(ride, 0, 2.8))


def fields(canvas: Canvas, shape: Polygon, rng: np.random.Generator, fine: bool) -> None:
    """Fields between ditches."""
    canvas.paint("farmland", shape)
    ditches = grid_lines(shape, rng.uniform(0.3, 0.7), POLDER_GRID if fine else 2.4 * POLDER_GRID)
    for parcel in cut_up(shape, ditches):
        canvas.paint(OPEN_FIELD if fine else "farmland" if rng.random() < 0.7 else "meadow", parcel)
    for ditch in ditches if fine else ():
        canvas.paint("water", ribbon(ditch, 0, 3.5))


def park(canvas: Canvas, shape: Polygon, rng: np.random.Generator, fine: bool) -> None:
    """Lawns and groves with flowing paths, sports fields and allotments."""
    surroundings(canvas, shape, [], [], rng, fine)
    x0, y0, x1, y1 = shape.bounds
    for k in range(PARK_PATHS if fine else COARSE_PARK_PATHS):
        sideways = np.column_stack([np.linspace(x0, x1, 6), rng.uniform(y0, y1, 6)])
        upward = np.column_stack([rng.uniform(x0, x1, 6), np.linspace(y0, y1, 6)])
        path = LineString(plan.curve(upward if k % 3 == 2 else sideways)).intersection(shape)
        canvas.paint("footpath", ribbon(path, 0, 2.6))
    spot = shape.point_on_surface()
    sheet = Sheet(canvas, Frame(spot.x, spot.y, rng.uniform(0, 0.6)))
    pen = Pen(sheet)
    for k in range(4):
        pen.box("sports", k * 80, 0, k * 80 + 66, 102)
    pen.box("paving", -40, -16, 330, -4)
    pen.box("public_building", 60, -16, 110, -6)
    for k in range(5):
        pen.box("allotments", k * 52 - 40, -70, k * 52 + 10, -24)
    sheet.finish()


def shore(canvas: Canvas, land: Geometry, outer: Geometry) -> None:
    """A flowing coast some way inside the border; behind it reed, a grassy dike and a cycle path."""
    soft = shapely.simplify(land.buffer(-400).buffer(245), 0.5)
    canvas.paint("lake", land.difference(soft).intersection(outer.buffer(460)))
    coast = shapely.intersection(soft.exterior, outer.buffer(340))
    inland = 1 if shapely.is_ccw(soft.exterior) else -1
    for part in shapely.get_parts(shapely.line_merge(coast)):
        for kind, offset, width in (("reed", 5, 10), ("verge", 22, 24), ("cycle_path", 24, 3.2)):
            canvas.paint(kind, ribbon(part, inland * offset, width))


def infrastructure(canvas: Canvas, highways: dict, railway: LineString, lakes: list) -> None:
    """Motorways in their verges, the railway, and the lakes within the land."""
    for lake in lakes:
        canvas.paint("reed", lake.buffer(7, quad_segs=2))
        canvas.paint("lake", lake)
    for name, highway in highways.items():
        canvas.paint("verge", ribbon(highway, 0, 70), name)
        canvas.paint("motorway", [ribbon(highway, 9, 12), ribbon(highway, -9, 12)], name)
    canvas.paint("railway", ribbon(railway, 0, 11))
