"""Zones where adopting is forbidden, needs consent or deserves a warning. All invented. EPSG:28992, metres."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import shapely

from geo_service.demo.drawing import ribbon
from geo_service.demo.ground import Ground
from geo_service.demo.neighbourhood import Loop
from geo_service.demo.records import Zone

CORRIDOR = 64.0  # width of the main green structure along a dreef
LEAST_WET = 900.0  # m2 of reed or pond that is a habitat
WORKS = 0.2  # share of loops where works are planned
SIGHT_DEPTH, SIGHT_SIDE = 14.0, 22.0
SINCE = date(2012, 1, 1)
PIPES_UNDER_THE_ROAD = ("De Wierden", "De Grienden", "De Meenten")  # no pipes below green here: small plots go the light track


def zones(ground: Ground, today: date, rng: np.random.Generator) -> list[Zone]:
    """All zones of Haven, on the 1 mm grid."""
    found = [*structure(ground), *habitats(ground)]
    spared = shapely.union_all([d.geometry for d in ground.districts if d.level == "wijk" and d.name in PIPES_UNDER_THE_ROAD])
    for loop in ground.loops:
        found += around(loop, today, rng)
    found += [pipes(loop) for loop in ground.loops if not spared.intersects(loop.line)]
    shapes = shapely.set_precision([zone.geometry for zone in found], 0.001)
    return [
        Zone(z.kind, z.effect, z.disclosure, z.name, shape, z.starts, z.ends)
        for z, shape in zip(found, shapes, strict=True)
        if not shape.is_empty
    ]


def structure(ground: Ground) -> Iterator[Zone]:
    """Woods, parks and dreven are the main green structure; beside each dreef lies a cable route."""
    for wijk in (d for d in ground.districts if d.level == "wijk" and d.parent == "SD1"):
        if wijk.use in ("forest", "park"):
            yield Zone("main_green_structure", "needs_consent", "public", f"Hoofdgroenstructuur {wijk.name}", wijk.geometry, SINCE)
    for name, road in ground.roads:
        corridor = road.buffer(CORRIDOR / 2, cap_style="flat", quad_segs=2)
        yield Zone("main_green_structure", "needs_consent", "public", f"Hoofdgroenstructuur {name}", corridor, SINCE)
        yield Zone("cables", "forbidden", "named", f"Hoofdkabels {name}", ribbon(road, 13, 3), SINCE)


def habitats(ground: Ground) -> Iterator[Zone]:
    """Reed and ponds where animals live: nobody is told where."""
    p = ground.pieces
    wijken = {d.code for d in ground.districts if d.parent == "SD1"}
    haven = np.array([b.parent in wijken for b in ground.buurten])[p.district]
    wet = p.geometry[np.isin(p.kind, ("reed", "pond")) & haven & (p.area > LEAST_WET)]
    for shape in shapely.buffer(wet, 6, quad_segs=2):
        yield Zone("ecology", "needs_consent", "hidden", "Leefgebied", shape, SINCE)


def pipes(loop: Loop) -> Zone:
    """Pipes below the green beside a loop street."""
    return Zone("cables", "warn", "named", f"Leidingen {loop.name}", ribbon(loop.line, 6.2, 1.2), SINCE)


def around(loop: Loop, today: date, rng: np.random.Generator) -> Iterator[Zone]:
    """What lies in and beside a loop street: sight triangles at the entries, now and then works."""
    for entry in loop.entries:
        at, before, deep = (shapely.get_coordinates(shapely.line_interpolate_point(entry, d))[0] for d in (0, 1, SIGHT_DEPTH))
        side = SIGHT_SIDE * np.array([-(before - at)[1], (before - at)[0]])
        triangle = shapely.Polygon([at + side, deep, at - side])
        yield Zone("sight_line", "forbidden", "public", f"Zichthoek {loop.name}", triangle, SINCE)
    if rng.random() < WORKS:
        begin = today + timedelta(days=int(rng.integers(-60, 400)))
        end = begin + timedelta(days=int(rng.integers(60, 300)))
        strip = ribbon(shapely.simplify(loop.line, 0.3), 0, 18)
        yield Zone("planned_works", "forbidden", "public", f"Rioolwerk {loop.name}", strip, begin, end)
