"""Draws the whole ground of the town and cuts it into pieces. Geometry: EPSG:28992."""

from dataclasses import dataclass

import numpy as np
import shapely

from geo_service.demo import blocks, countryside, neighbourhood, plan
from geo_service.demo.balance import Balance, paint_balance
from geo_service.demo.districts import (
    District,
    StadsdeelPlan,
    WijkPlan,
    plan_stadsdelen,
)
from geo_service.demo.drawing import Canvas, ribbon, smooth
from geo_service.demo.names import Names
from geo_service.demo.tessellation import Tessellation, tessellate

ROAD_SIDE = 18.0  # where canals and paths between neighbourhoods end, metres from the middle of a dreef
LEAST_CELL = 38_000.0  # m2 of a neighbourhood
COUNTRY = {"forest": countryside.woods, "farm": countryside.fields, "park": countryside.park}
LIVED_IN = {"villas": 0.45, "business": 0.6}  # share of the buurten of a wijk that is built, 1 for other uses


@dataclass
class Ground:
    """The drawn town: its districts with outlines, its pieces, and the lines that zones follow."""

    districts: list[District]
    buurten: list[District]
    pieces: Tessellation
    loops: list[neighbourhood.Loop]
    roads: list[tuple[str, shapely.LineString]]  # Haven's dreven
    highways: dict[str, shapely.LineString]


class Painter:
    """Paints the plan onto one canvas."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.canvas = Canvas()
        self.loops: list[neighbourhood.Loop] = []
        self.land = shapely.union_all(list(plan.stadsdelen().values()))
        self.highways = {name: plan.line(points) for name, points in plan.HIGHWAYS.items()}
        self.railway = plan.line(plan.RAILWAY)
        self.lakes = list(plan.lakes().values())
        self.buildable = self.dry_land()

    def dry_land(self) -> shapely.Geometry:
        """Where neighbourhoods may lie: not by the shore, big roads, lakes or balance fields."""
        fields = [plan.field(plan.GREEN_BALANCE), plan.field(plan.HOUSING_BALANCE)]
        keep_out = [line.buffer(75) for line in self.highways.values()] + [self.railway.buffer(30)]
        keep_out += [lake.buffer(35) for lake in self.lakes] + [field.buffer(40) for field in fields]
        return self.land.buffer(-400).buffer(200).difference(shapely.union_all(keep_out))

    def paint(self, stadsdelen: list[StadsdeelPlan]) -> None:
        """Paint everything, the land first."""
        self.canvas.paint("forest", self.land)
        for s, stadsdeel in enumerate(stadsdelen, 1):
            network = shapely.union_all([road for _, road in stadsdeel.roads] or [stadsdeel.wijken[0].outline.boundary])
            for wijk in stadsdeel.wijken:
                self.wijk(wijk, network, stadsdeel.fine)
            roads = stadsdeel.roads
            if stadsdeel.district.name == "Stad":
                roads = [*roads, ("Weerwaterring", shapely.LineString(self.lakes[0].buffer(70).exterior))]
            for k, (name, road) in enumerate(roads):
                rng = np.random.default_rng([self.seed, 2000 + s, k])
                countryside.main_road(self.canvas, shapely.simplify(road, 0.4), name, rng, stadsdeel.fine)
            if stadsdeel.fine:
                countryside.roundabouts(self.canvas, [road for _, road in roads])
        outer = shapely.union_all(list(plan.outer_lakes().values())).difference(self.land)
        countryside.shore(self.canvas, self.land, outer)
        countryside.infrastructure(self.canvas, self.highways, self.railway, self.lakes)
        paint_balance(self.canvas)

    def wijk(self, wijk: WijkPlan, network: shapely.Geometry, fine: bool) -> None:
        """Paint one wijk with its own random stream."""
        use, rng = wijk.district.use, np.random.default_rng([self.seed, 5000, int(wijk.district.code[-2:])])
        if use in COUNTRY:
            COUNTRY[use](self.canvas, wijk.outline, rng, fine)
            return
        share = 1 if wijk.district.name == "De Steiger" else LIVED_IN.get(use, 1)
        cells = self.cells(wijk, share, fine, rng)
        if share == 1:
            countryside.surroundings(self.canvas, wijk.outline, cells, wijk.cuts, rng, fine)
            between = wijk.outline.buffer(-ROAD_SIDE)
            for cut in shapely.intersection(wijk.cuts, between) if fine else ():
                self.canvas.paint("water", ribbon(cut, -5, 6))
                self.canvas.paint("cycle_path", ribbon(cut, 5, 3))
        else:
            wooded = use == "villas" and not fine
            (countryside.woods if wooded else countryside.fields)(self.canvas, wijk.outline, rng, fine)
        site = blocks.Site(self.canvas, rng, Names(rng, wijk.ending), grain(use, fine), use)
        loops = [neighbourhood.draw(site, cell, network) for cell in cells]
        self.loops += [loop for loop in loops if loop and fine]

    def cells(self, wijk: WijkPlan, share: float, fine: bool, rng: np.random.Generator) -> list[shapely.Polygon]:
        """The rounded lobes in which neighbourhoods lie, one or more for each buurt that is built."""
        lobe = smooth(wijk.outline.buffer(-88 if fine else -48).intersection(self.buildable), 45)
        outlines = [buurt.outline for buurt in wijk.buurten]
        outlines = [o for o in outlines if share == 1 or rng.random() < share] or outlines[:1]
        lobes = [smooth(lobe.intersection(outline.buffer(-32 if fine else -15)), 24, 0.6 if fine else 3.0) for outline in outlines]
        return [shapely.Polygon(c.exterior) for item in lobes for c in shapely.get_parts(item) if c.area > LEAST_CELL]


def grain(use: str, fine: bool) -> blocks.Grain:
    """How finely a wijk is drawn."""
    if use == "business":
        return blocks.BUSINESS
    if use == "villas":
        return blocks.VILLAS if fine else blocks.ESTATES
    return blocks.FINE if fine else blocks.COARSE


def draw(seed: int) -> Ground:
    """Draw the town; the same seed gives the same town."""
    stadsdelen = plan_stadsdelen(seed)
    painter = Painter(seed)
    painter.paint(stadsdelen)
    wijken = [wijk for stadsdeel in stadsdelen for wijk in stadsdeel.wijken]
    buurten = [buurt for wijk in wijken for buurt in wijk.buurten]
    haven = {wijk.district.code for wijk in stadsdelen[0].wijken}
    outlines = np.array([buurt.geometry for buurt in buurten])
    pieces = tessellate(painter.canvas, outlines, Balance(np.array([b.parent in haven for b in buurten])))
    for buurt, outline in zip(buurten, pieces.outlines, strict=True):
        buurt.geometry = outline
    above = [District("GM0034", "Almere", "gemeente", "")]
    above += [s.district for s in stadsdelen] + [wijk.district for wijk in wijken]
    for district in reversed(above):
        below = [d.geometry for d in above + buurten if d.parent == district.code]
        district.geometry = shapely.coverage_union_all(below)
    roads = stadsdelen[0].roads
    return Ground(above + buurten, buurten, pieces, painter.loops, roads, painter.highways)
