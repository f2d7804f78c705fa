"""Initiatives and ten years of adoptions, all invented. Geometry: EPSG:28992, m2.

Granted adoptions never share ground and time: each piece of green is taken by one of them at a time.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import shapely

from geo_service.demo.ground import Ground
from geo_service.demo.kinds import DWELLINGS
from geo_service.demo.names import initiative_name, plot_name, story
from geo_service.demo.records import Adoption, Initiative, Zone
from geo_service.demo.registers import Pieces

IMPROVEMENT, NOTICE = 6, 6  # of the plots that are adopted now, how many have another state than active
ENDED, FOLLOWED = 30, 12  # adoptions that ended, and how many of them were taken over by others
COMING = ("agreement_draft",) * 5 + ("awaiting_signatures",) * 4
ASKED = ("submitted",) * 9 + ("in_review",) * 7 + ("site_visit",) * 4 + ("draft",) * 3
CLOSED = ("refused",) * 5 + ("withdrawn",) * 3
PARTIAL = 0.14  # share of adoptions in which residents do only some of the work
MEASURES = (("litter",), ("watering",), ("litter", "watering"), ("weeding", "watering"))
LEAST, MOST = 6.0, 4500.0  # m2 of a plot
SMALL, DRAWN_FROM = 160.0, 900.0  # m2: beds that go in sets; pieces of which a part is drawn
PLOTS, PLOTS_BY_SHARE = 1.5, 220.0  # how many plots make up the share of a wijk, beside half as many at the door
TRIES = 4  # how often a place is looked for
NOT_ASKED_FOR = ("verge", "island", "reed")
NEAR_HOMES = 70.0  # metres from a plot to homes
DOORSTEP = 45.0  # m2 of a plot at the door
DRAWN_INSET = 0.05  # a drawn plot stays so far within its green object, in metres


@dataclass
class Shape:
    """A possible plot: the pieces it consists of, or that it is drawn in."""

    pieces: np.ndarray
    geometry: shapely.Geometry
    drawn: bool


@dataclass
class Community:
    """Chooses plots and gives them a life."""

    ground: Ground
    pieces: Pieces
    today: date
    rng: np.random.Generator
    free: np.ndarray = field(init=False)  # pieces that anyone may still ask for
    area: np.ndarray = field(init=False)
    initiatives: list[Initiative] = field(default_factory=list)
    adoptions: list[Adoption] = field(default_factory=list)

    def settle(self, zones: list[Zone]) -> None:
        """Make all initiatives and adoptions."""
        p = self.ground.pieces
        self.area = p.area
        forbidden = np.array([zone.geometry for zone in zones if zone.effect == "forbidden"])
        blocked = shapely.STRtree(p.geometry).query(forbidden, predicate="intersects")[1]
        self.free = self.pieces.green & self.pieces.municipal & (self.area > LEAST)
        self.forbidden = np.zeros(len(self.free), bool)
        self.forbidden[blocked] = True
        houses = np.isin(p.kind, DWELLINGS) & (p.street != "")
        self.doors = shapely.STRtree(p.geometry[houses])
        self.streets = p.street[houses]
        near = np.zeros(len(self.free), bool)
        near[np.unique(self.doors.query(p.geometry, predicate="dwithin", distance=NEAR_HOMES)[0])] = True
        self.free &= ~self.forbidden & near & ~np.isin(p.kind, NOT_ASKED_FOR)
        for wijk in (d for d in self.ground.districts if d.level == "wijk" and d.adopted):
            self.adopt_in(wijk.code, wijk.adopted)
        self.other_states()
        self.found_initiatives()

    def adopt_in(self, wijk: str, share: float) -> None:
        """Adopt plots in a wijk until its share of managed green is reached."""
        buurten = [k for k, b in enumerate(self.ground.buurten) if b.parent == wijk]
        managed = np.isin(self.ground.pieces.district, buurten) & self.pieces.green & self.pieces.municipal
        missing = share * self.area[managed].sum()
        homes = np.array([self.ground.buurten[k].homes for k in buurten])
        lived = [k for k, count in zip(buurten, homes, strict=True) if count > 40]
        plots = round(PLOTS + PLOTS_BY_SHARE * share)
        for _ in range(plots // 2) if lived else ():
            shape = self.shape(int(self.rng.choice(lived)), DOORSTEP)
            if shape:
                self.take(shape)
                self.add(shape, "active", self.past_day())
                missing -= shape.geometry.area
        for _ in range(TRIES * plots) if lived else ():
            if missing <= LEAST or not plots:
                return
            shape = self.shape(int(self.rng.choice(lived)), min(1.5 * missing / plots, MOST), missing)
            if shape:
                plots -= 1
                self.take(shape)
                self.add(shape, "active", self.past_day())
                missing -= shape.geometry.area

    def past_day(self) -> date:
        """A day in the past ten years."""
        return self.today - timedelta(days=int(self.rng.integers(20, 3600)))

    def shape(self, buurt: int, about: float = 60.0, most: float = MOST) -> Shape | None:
        """A plot of about so many m2 in a buurt: a bed with some neighbours, a whole piece, or a drawn part of one."""
        p = self.ground.pieces
        fits = np.flatnonzero(self.free & (p.district == buurt) & (self.area < 12 * MOST))
        if not len(fits):
            return None
        wanted = min(about * self.rng.lognormal(-0.3, 1.0), most, MOST)
        if wanted > DRAWN_FROM / 3 and (self.rng.random() < 0.5 or not (self.area[fits] < wanted).any()):
            large = fits[self.area[fits] > max(DRAWN_FROM, 1.5 * wanted)]
            return self.drawn(int(self.rng.choice(large)), wanted) if len(large) else None
        near_size = fits[np.argsort(np.abs(np.log(self.area[fits] / wanted)), kind="stable")[:12]]
        seed = int(self.rng.choice(near_size))
        if self.area[seed] > MOST:
            return None
        members = self.neighbours(seed, fits) if self.area[seed] < SMALL else np.array([seed])
        return Shape(members, shapely.union_all(p.geometry[members]), False)

    def neighbours(self, seed: int, fits: np.ndarray) -> np.ndarray:
        """A bed and the nearest small beds of the same street."""
        p = self.ground.pieces
        same = fits[(p.street[fits] == p.street[seed]) & (self.area[fits] < SMALL) & (p.street[fits] != "")]
        near = same[shapely.distance(p.geometry[same], p.geometry[seed]) < 30]
        return np.union1d(near[: int(self.rng.integers(0, 4))], [seed])

    def drawn(self, piece: int, wanted: float) -> Shape | None:
        """A rounded part of a large piece, drawn around a point within it."""
        within = self.ground.pieces.geometry[piece].buffer(-DRAWN_INSET - 0.5, quad_segs=1)
        spot = within.representative_point()
        shape = spot.buffer(np.sqrt(wanted / np.pi) * 1.15, quad_segs=4).intersection(within)
        shape = max(shapely.get_parts(shape), key=shapely.area, default=shape)
        shape = shapely.set_precision(shape.buffer(-0.4, quad_segs=1).buffer(0.4, quad_segs=1), 0.001)
        near = len(self.doors.query(shape, predicate="dwithin", distance=NEAR_HOMES))
        if shape.geom_type != "Polygon" or shape.area < LEAST or near < 2:
            return None
        return Shape(np.array([piece]), shape, True)

    def take(self, shape: Shape) -> None:
        """Nobody else may ask for these pieces."""
        self.free[shape.pieces] = False

    def add(self, shape: Shape, state: str, starts: date, ends: date | None = None) -> Adoption:
        """Record an adoption by an initiative of the buurt."""
        partial = self.rng.random() < PARTIAL
        p, first = self.ground.pieces, int(shape.pieces[0])
        street = str(self.streets[self.doors.nearest(shape.geometry)])
        name = plot_name(self.rng, str(p.kind[first]), shape.geometry.area, shape.drawn, street, {a.name for a in self.adoptions})
        adoption = Adoption(
            self.initiative(int(p.district[first]), street),
            name,
            state,
            starts,
            ends,
            shape.drawn,
            [] if shape.drawn else [self.pieces.register_id[k] for k in shape.pieces],
            "partial" if partial else "full",
            MEASURES[int(self.rng.integers(len(MEASURES)))] if partial else (),
            shape.geometry,
        )
        self.adoptions.append(adoption)
        return adoption

    def initiative(self, buurt: int, street: str) -> int:
        """An initiative of the buurt: one that exists, or a new one."""
        code = self.ground.buurten[buurt].code
        known = [k for k, other in enumerate(self.initiatives) if other.buurt == code]
        if known and (len(known) >= 3 or self.rng.random() < 0.6):
            return int(self.rng.choice(known))
        name = initiative_name(self.rng, street, {other.name for other in self.initiatives})
        self.initiatives.append(Initiative(name, story(self.rng, street), code, self.today))
        return len(self.initiatives) - 1

    def other_states(self) -> None:
        """Adoptions in all other states than active."""
        adopted = [int(k) for k in self.rng.permutation(len(self.adoptions))]
        for k, state in zip(adopted, ["improvement"] * IMPROVEMENT + ["notice_given"] * NOTICE, strict=False):
            self.adoptions[k].state = state
        self.before_others([self.adoptions[k] for k in adopted[-FOLLOWED:]])
        for _ in range(ENDED - FOLLOWED):
            starts = self.today - timedelta(days=int(self.rng.integers(900, 3600)))
            self.somewhere("ended", starts, starts + timedelta(days=int(self.rng.integers(300, 880))))
        for state in (*COMING, *ASKED, *CLOSED):
            coming = timedelta(days=int(self.rng.integers(10, 110)))
            past = timedelta(days=int(self.rng.integers(40, 900)))
            self.somewhere(state, self.today - past if state in CLOSED else self.today + coming)

    def before_others(self, followed: list[Adoption]) -> None:
        """Earlier keepers of ground that was taken over by the adoption that holds it now."""
        for later in followed:
            starts = later.starts - timedelta(days=int(self.rng.integers(500, 1500)))
            ends = later.starts - timedelta(days=int(self.rng.integers(40, 200)))
            values = {**vars(later), "state": "ended", "starts": starts, "ends": ends}
            buurt = self.initiatives[later.initiative].buurt
            self.adoptions.append(Adoption(**values))
            others = [k for k, other in enumerate(self.initiatives) if other.buurt == buurt and k != later.initiative]
            self.adoptions[-1].initiative = int(self.rng.choice(others)) if others else later.initiative

    def somewhere(self, state: str, starts: date, ends: date | None = None) -> None:
        """An adoption on free ground in a buurt of Haven where people live; what was refused lay in a forbidden zone."""
        wijken = {d.code for d in self.ground.districts if d.parent == "SD1" and d.adopted}
        lived = [k for k, b in enumerate(self.ground.buurten) if b.parent in wijken and b.homes > 40]
        kept = self.free
        if state == "refused":
            self.free = self.forbidden & self.pieces.green & self.pieces.municipal & (self.area > LEAST)
        shape = None
        while shape is None:
            shape = self.shape(int(self.rng.choice(lived)), float(self.rng.choice([25, 60, 150, 700])))
        self.free = kept
        if state not in CLOSED:
            self.take(shape)
        self.add(shape, state, starts, ends)

    def found_initiatives(self) -> None:
        """An initiative began some months before its first adoption."""
        for k, initiative in enumerate(self.initiatives):
            first = min(a.starts for a in self.adoptions if a.initiative == k)
            initiative.founded = min(first, self.today) - timedelta(days=int(self.rng.integers(120, 260)))
