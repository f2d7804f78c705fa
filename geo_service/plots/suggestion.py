"""What would be possible instead: the largest part of a shape that passes every rule."""

import math
from dataclasses import replace
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.affinity import rotate

from geo_service.geometry import GRID_M, multipolygon, snap
from geo_service.municipality import Municipality
from geo_service.plots.facts import NOTHING, Facts, inside, union
from geo_service.plots.rules import judge, passes, wide_part
from geo_service.plots.slivers import keep_away

CRACK_M = 0.01
"""Green objects of a register may lie millimetres apart; a plot may span such a crack."""
TRIES = 5
HALVINGS = 24


def suggest(facts: Facts, municipality: Municipality) -> MultiPolygon | None:
    """The largest connected part that passes, judged by the rules themselves; None when there is none.

    Only what everybody may know cuts it: green, plots, claims and public zones.
    """
    rules = municipality.rules
    candidates = sorted(wide_part(_possible(facts, municipality), rules.minimum_width.value).geoms, key=lambda part: -part.area)
    for candidate in candidates[:TRIES]:
        part = _on_grid(_at_most(candidate, rules.maximum_area.value), facts.shape)
        if part.area < rules.minimum_area.value:
            continue
        if passes(judge(replace(facts, shape=part), municipality)):
            return part
    return None


def _on_grid(part: Polygon, shape: MultiPolygon) -> MultiPolygon:
    """The part on the 1 mm grid and within the shape: where rounding moves it over the border, some millimetres smaller."""
    for millimetres in range(TRIES):
        rounded = _settled(part.buffer(-millimetres * GRID_M, join_style="mitre") if millimetres else part)
        if shape.covers(rounded):
            return rounded
    return NOTHING


def _settled(geometry: Any) -> MultiPolygon:
    """The largest piece on the grid. Rounding may leave a spike that the next rounding takes away, so until nothing changes."""
    for _ in range(TRIES):
        rounded = multipolygon(max(multipolygon(snap(geometry)).geoms, key=lambda piece: piece.area, default=Polygon()))
        if rounded.equals(geometry):
            break
        geometry = rounded
    return rounded


def _possible(facts: Facts, municipality: Municipality) -> MultiPolygon:
    """The shape without everything that a rule refuses, and 2 mm away from it."""
    shape = facts.shape
    if facts.managed_basis != "unknown":
        closed = facts.managed.buffer(CRACK_M, join_style="mitre").buffer(-CRACK_M, join_style="mitre")
        shape = inside(shape, union([closed, facts.managed]))
    claims = facts.claims if municipality.intake.mode == "first_come" else ()
    taken = [other.geom for other in (*facts.granted, *claims)]
    forbidden = [zone.geom for zone in facts.zones if zone.effect == "forbidden"]
    outside = [facts.outside] if facts.outside else []
    obstacles = inside(facts.shape.buffer(1), union([*taken, *forbidden, *outside]))
    return keep_away(shape, obstacles)


def _at_most(part: Polygon, area: float) -> Polygon:
    """The part, cut straight across until it is no larger than ``area``: from each side, the largest result counts."""
    if part.area <= area:
        return part
    centre, along = part.centroid, _direction(part)
    cuts = [_cut(part, area, centre, along + turn) for turn in (0, 90, 180, 270)]
    return max(cuts, key=lambda cut: cut.area)


def _cut(part: Polygon, area: float, centre: shapely.Point, angle: float) -> Polygon:
    """The largest connected piece left of a line across the part that leaves ``area`` at most."""
    turned = rotate(part, -angle, origin=centre)
    x0, y0, x1, y1 = turned.bounds
    low, high = x0, x1
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if shapely.clip_by_rect(turned, x0 - 1, y0 - 1, middle, y1 + 1).area <= area - GRID_M:
            low = middle
        else:
            high = middle
    kept = multipolygon(shapely.intersection(turned, shapely.box(x0 - 1, y0 - 1, low, y1 + 1)))
    largest = max(kept.geoms, key=lambda piece: piece.area, default=Polygon())
    return rotate(largest, angle, origin=centre)


def _direction(part: Polygon) -> float:
    """The direction of the long side of the smallest rectangle around it, in degrees."""
    a, b, c, *_ = shapely.get_coordinates(shapely.minimum_rotated_rectangle(part))
    long = max((b - a, c - b), key=lambda side: math.hypot(*side))
    return math.degrees(math.atan2(long[1], long[0]))
