"""The districts: stadsdelen cut into wijken, wijken into buurten. Geometry: EPSG:28992, areas in m2."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from geo_service.demo import plan

# About how large a buurt is by the use of its wijk, in m2 (in Haven; six times as large elsewhere).
BUURT_AREA = {
    "living": 215_000,
    "centre": 230_000,
    "villas": 450_000,
    "business": 450_000,
    "forest": 3_000_000,
    "park": 3_000_000,
    "farm": 3_000_000,
}
COARSER = 6
WIJK_AREA = 2_300_000


@dataclass
class District:
    """A gemeente, stadsdeel, wijk or buurt; codes as of CBS, `SD1` and up for stadsdelen."""

    code: str
    name: str
    level: str
    parent: str
    use: str = ""
    built: int = 0
    adopted: float = 0.0  # share of the managed green that residents look after in the demo (made up)
    population: int = 0
    homes: int = 0
    geometry: shapely.Geometry | None = None

    @property
    def outline(self) -> shapely.Geometry:
        """The geometry, which every district has once it is drawn."""
        assert self.geometry is not None
        return self.geometry


@dataclass
class WijkPlan:
    """A wijk before it is drawn: its record, the ending of its street names, its outline, its buurten and the lines
    that part them."""

    district: District
    ending: str
    outline: Polygon
    buurten: list[District]
    cuts: list[LineString]


@dataclass
class StadsdeelPlan:
    """A stadsdeel before it is drawn: its record, its wijken and its main roads with their names."""

    district: District
    wijken: list[WijkPlan]
    roads: list[tuple[str, LineString]]

    @property
    def fine(self) -> bool:
        """Haven is drawn in detail, the rest as seen from further away."""
        return self.district.name == "Haven"


def plan_stadsdelen(seed: int) -> list[StadsdeelPlan]:
    """All stadsdelen cut into wijken and buurten; the smallest parts carry their outline as `geometry`."""
    plans, number = [], 0
    for s, (name, shape) in enumerate(plan.stadsdelen().items(), 1):
        stadsdeel = District(f"SD{s}", name, "stadsdeel", "GM0034")
        rng = np.random.default_rng([seed, 1000 + s])
        wijken, roads = haven(shape) if name == "Haven" else by_rule(name, shape, rng)
        planned = []
        for wijk, ending, outline in wijken:
            number += 1
            wijk.code, wijk.parent = f"WK0034{number:02d}", stadsdeel.code
            planned.append(plan_wijk(wijk, ending, outline, seed, number, 1 if name == "Haven" else COARSER))
        plans.append(StadsdeelPlan(stadsdeel, planned, [(n, r) for n, r in roads if r.length > 100]))
    return plans


def plan_wijk(wijk: District, ending: str, outline: Polygon, seed: int, number: int, coarser: int) -> WijkPlan:
    """Cut a wijk into buurten by its own random stream, so that a change in one leaves the others alone."""
    parts, cuts = divide(outline, BUURT_AREA[wijk.use] * coarser, np.random.default_rng([seed, number]))
    buurten = [
        District(
            f"BU{wijk.code[2:]}{k:02d}",
            wijk.name if len(parts) == 1 else f"{wijk.name} {k}",
            "buurt",
            wijk.code,
            wijk.use,
            wijk.built,
            wijk.adopted,
            geometry=part,
        )
        for k, part in enumerate(parts, 1)
    ]
    return WijkPlan(wijk, ending, outline, buurten, [c for item in cuts for c in shapely.get_parts(item)])


def haven(shape: Polygon) -> tuple[list, list]:
    """Haven's wijken (record, street ending, outline), by the hand-made plan, and its main roads by name."""
    dreven = {name: plan.line(points) for name, points in plan.HAVEN_DREVEN.items()}
    parts = np.array(cut_up(shape, list(dreven.values())))
    wijken = []
    for name, wijk in plan.HAVEN_WIJKEN.items():
        outline = parts[shapely.contains(parts, Point(plan.metres(wijk.inside)[0]))][0]
        record = District("", name, "wijk", "", wijk.use, wijk.built, wijk.adopted)
        wijken.append((record, wijk.ending, outline))
    borders = shapely.union_all([part.exterior for part in parts]).buffer(1)
    roads = [(name, r) for name, road in dreven.items() for r in shapely.get_parts(shapely.intersection(road, borders))]
    return wijken, [(name, shapely.intersection(road, shape)) for name, road in roads]


def by_rule(name: str, shape: Polygon, rng: np.random.Generator) -> tuple[list, list]:
    """The wijken of another stadsdeel, cut by rule, and the main roads between them."""
    rule = plan.OTHERS[name]
    centre = Point(plan.metres(rule.centre)[0])
    parts, cuts = divide(shape, WIJK_AREA, rng)
    parts.sort(key=lambda part: part.centroid.distance(centre))
    lived, rest = round(rule.lived_in * len(parts)), rule.rest
    names = plan.OTHER_WIJKEN[name].split(", ") if name in plan.OTHER_WIJKEN else []
    wijken = []
    for k, outline in enumerate(parts):
        use = "living" if k < lived else rest[(k - lived) * len(rest) // (len(parts) - lived)]
        use = "centre" if k == 0 and rule.lived_in > 0.5 else use
        title = names[k] if k < len(names) else f"{name} {k + 1}"
        adopted = float(rng.choice([0, 0, 0.0005, 0.002])) if use in ("living", "centre") else 0.0
        wijken.append((District("", title, "wijk", "", use, rule.built + k // 4, adopted), "", outline))
    roads = [road for cut in cuts for road in shapely.get_parts(cut)]
    return wijken, [(f"{name}dreef {k}", road) for k, road in enumerate(roads, 1)]


def divide(shape: Polygon, target: float, rng: np.random.Generator) -> tuple[list, list]:
    """Cut a polygon again and again across its length until the parts are about `target` m2: parts and cuts."""
    if shape.area < 1.5 * target:
        return [shape], []
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))[:4]
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    share = rng.uniform(0.43, 0.57)
    a = corners[0] + share * (corners[1] - corners[0])
    across = corners[3] + share * (corners[2] - corners[3]) - a
    sway = np.array([across[1], -across[0]]) * rng.normal(0, 0.09, 2)[:, None]
    steps = np.array([-0.1, 0.33, 0.67, 1.1])[:, None] * across + a
    cut = LineString(plan.curve(steps + np.vstack([[0, 0], sway, [0, 0]])))
    parts, cuts = [], [shapely.intersection(cut, shape)]
    for piece in cut_up(shape, [cut]):
        smaller, more = divide(piece, target, rng)
        parts += smaller
        cuts += more
    return parts, cuts


def cut_up(shape: Polygon, lines: list) -> list:
    """The parts of a polygon between lines, on a 1 cm grid."""
    network = shapely.union_all([shape.boundary, *lines], grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    return [face for face in faces if shape.contains(face.point_on_surface())]
