"""Homes, inhabitants, addresses and trees. Points: EPSG:28992."""

import numpy as np
import shapely

from geo_service.demo import plan
from geo_service.demo.ground import Ground
from geo_service.demo.kinds import DWELLINGS
from geo_service.demo.records import Address, Trees

SPECIES = ("linde", "esdoorn", "iep", "plataan", "els", "berk", "eik", "haagbeuk", "sierkers", "lijsterbes")
SQUARE_METRES_PER_TREE = {"grass": 700, "lawn": 300, "grove": 190}
AVENUE_STEP, AVENUE_OFFSET = 16.0, 10.5  # trees along the dreven, metres
MOST_TREES = 90  # scattered trees in one piece


def share_out(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to the weights that add up exactly (largest remainder)."""
    exact = total * np.asarray(weights, float) / max(np.sum(weights), 1e-9)
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole


def count_homes(ground: Ground) -> np.ndarray:
    """Homes per piece; also fills homes and inhabitants of all districts."""
    p, homes = ground.pieces, np.zeros(len(ground.pieces.kind), int)
    parent = {d.code: d.parent for d in ground.districts}
    home_of = np.array([parent[b.parent] for b in ground.buurten])
    for stadsdeel in (d for d in ground.districts if d.level == "stadsdeel"):
        here = home_of[p.district] == stadsdeel.code
        dwelling = np.flatnonzero(here & np.isin(p.kind, DWELLINGS))
        if stadsdeel.name == "Haven":
            flats = dwelling[p.kind[dwelling] == "flat"]
            homes[dwelling] = p.homes[dwelling]
            homes[flats] = share_out(plan.HAVEN_HOMES - int(homes[dwelling].sum()), p.area[flats])
            people = plan.HAVEN_POPULATION
        else:
            rule = plan.OTHERS[stadsdeel.name]
            homes[dwelling] = share_out(rule.homes, p.area[dwelling])
            people = rule.population
        mine = np.flatnonzero(home_of == stadsdeel.code)
        counts = np.array([homes[p.district == k].sum() for k in mine])
        for k, count, inhabitants in zip(mine, counts, share_out(people, counts), strict=True):
            ground.buurten[k].homes, ground.buurten[k].population = int(count), int(inhabitants)
    add_up(ground)
    return homes


def add_up(ground: Ground) -> None:
    """Homes and inhabitants of wijken, stadsdelen and the gemeente."""
    for level in ("wijk", "stadsdeel", "gemeente"):
        for district in (d for d in ground.districts if d.level == level):
            below = [d for d in ground.districts if d.parent == district.code]
            district.homes, district.population = sum(d.homes for d in below), sum(d.population for d in below)


def addresses(ground: Ground, homes: np.ndarray) -> list[Address]:
    """One for each house in Haven, one for each block of flats and each long block elsewhere."""
    p = ground.pieces
    numbers: dict[tuple[str, str], int] = {}
    streets: dict[str, dict[str, int]] = {}
    result: list[Address] = []
    dwellings = np.flatnonzero(homes)
    axes = middle_lines(p.geometry[dwellings])
    for k, axis in zip(dwellings, axes, strict=True):
        wijk, street = ground.buurten[p.district[k]].parent, str(p.street[k])
        order = streets.setdefault(wijk, {}).setdefault(street, len(streets.get(wijk, ())))
        postcode = f"0{wijk[-2:]}{order // 26 % 10} {chr(65 + order // 260)}{chr(65 + order % 26)}"
        doors = int(homes[k]) if p.homes[k] == homes[k] else 1
        each = int(homes[k]) // doors
        points = shapely.points((axis[0] + ((np.arange(doors) + 0.5) / doors)[:, None] * (axis[1] - axis[0])).round(2))
        for point in points:
            first = numbers.get((wijk, street), 1)
            numbers[wijk, street] = first + 2 * each
            result.append(Address(street, first, postcode, each, point))
    return result


def middle_lines(buildings: np.ndarray) -> np.ndarray:
    """Both ends (n, 2, 2) of the line through the middle of each building, along its length."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(buildings)).reshape(-1, 5, 2)[:, :4]
    wide = np.hypot(*(corners[:, 1] - corners[:, 0]).T) < np.hypot(*(corners[:, 2] - corners[:, 1]).T)
    corners[wide] = np.roll(corners[wide], -1, axis=1)
    return np.stack([corners[:, [0, 3]].mean(axis=1), corners[:, [1, 2]].mean(axis=1)], axis=1)


def trees(ground: Ground, rng: np.random.Generator) -> Trees:
    """Rows along Haven's dreven, one tree in each street bed, and scattered ones in grass and groves."""
    p = ground.pieces
    spots = [shapely.get_coordinates(shapely.centroid(p.geometry[p.kind == "street_bed"])), avenues(ground)]
    wijken = {d.code for d in ground.districts if d.parent == "SD1"}
    haven = np.array([b.parent in wijken for b in ground.buurten])[p.district]
    for kind, each in SQUARE_METRES_PER_TREE.items():
        here = np.flatnonzero((p.kind == kind) & haven & (p.area > 60))
        index = np.repeat(here, np.minimum(p.area[here] / each, MOST_TREES).astype(int))
        x0, y0, x1, y1 = shapely.bounds(p.geometry[index]).T
        xy = np.column_stack([rng.uniform(x0, x1), rng.uniform(y0, y1)]).round(2)
        spots.append(xy[shapely.contains_xy(p.geometry[index], *xy.T)])
    points = shapely.points(np.vstack(spots).round(2))
    return Trees(rng.choice(SPECIES, len(points)).tolist(), points)


def avenues(ground: Ground) -> np.ndarray:
    """Points (n, 2) of trees in the verges beside the main roads."""
    p = ground.pieces
    lines = np.array([shapely.offset_curve(road, side * AVENUE_OFFSET) for _, road in ground.roads for side in (-1, 1)])
    spots = [shapely.line_interpolate_point(line, np.arange(8, line.length, AVENUE_STEP)) for line in lines]
    points = np.concatenate(spots)
    inside = shapely.STRtree(points).query(p.geometry[p.kind == "verge"], predicate="contains")[1]
    return shapely.get_coordinates(points[np.sort(inside)])
