"""The town as a whole: drawn, peopled and handed over as plain records. EPSG:28992, metres and m2."""

from datetime import date

import numpy as np
import shapely

from geo_service.demo import homes, registers
from geo_service.demo.community import Community
from geo_service.demo.ground import draw
from geo_service.demo.records import Town
from geo_service.demo.zones import zones

SEED = 2152


def build(today: date, seed: int = SEED) -> Town:
    """Build the town; the same seed and day give the same town.

    Dates of adoptions, works and changed planting are relative to `today`, the day on which the demo is loaded.
    """
    ground = draw(seed)
    doors = homes.count_homes(ground)
    pieces = registers.describe(ground, np.random.default_rng([seed, 3000]))
    restricted = zones(ground, today, np.random.default_rng([seed, 3001]))
    community = Community(ground, pieces, today, np.random.default_rng([seed, 3002]))
    community.settle(restricted)
    adopted = {name for adoption in community.adoptions for name in adoption.green}
    green = registers.GreenRegister(ground, pieces, today, np.random.default_rng([seed, 3003])).build(adopted)
    return Town(
        today=today,
        districts=ground.districts,
        green=green,
        ground=registers.other_ground(ground, pieces),
        management=registers.management(ground, pieces),
        trees=homes.trees(ground, np.random.default_rng([seed, 3004])),
        addresses=homes.addresses(ground, doors),
        zones=restricted,
        initiatives=community.initiatives,
        adoptions=community.adoptions,
    )


def figures(town: Town, name: str = "Haven") -> dict[str, float]:
    """The figures of a stadsdeel today: hectares, share of green or recreation, share of housing, inhabitants, homes."""
    district = next(d for d in town.districts if d.name == name and d.level == "stadsdeel")
    shapely.prepare(district.geometry)
    current = [shape for shape, end in zip(town.green.geometry, town.green.valid_to, strict=True) if end is None]
    housing = town.ground.geometry[np.array(town.ground.family) == "housing"]
    total = shapely.area(district.geometry)
    return {
        "hectares": total / 10_000,
        "green": area_inside(np.array(current), district.geometry) / total,
        "housing": area_inside(housing, district.geometry) / total,
        "population": district.population,
        "homes": district.homes,
    }


def area_inside(shapes: np.ndarray, outline: shapely.Geometry) -> float:
    """m2 of the shapes that have a point in the outline."""
    return float(shapely.area(shapes[shapely.contains(outline, shapely.point_on_surface(shapes))]).sum())
