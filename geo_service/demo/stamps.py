"""Stempels: the building blocks of a Dutch new town. Each fills a rectangle (0, 0, w, h) with w >= h, streets all
around; lengths in metres."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from geo_service.demo.drawing import Pen

Stamp = Callable[[Pen, np.random.Generator, float, float], None]
BEDS = ("ground_cover", "shrubs", "perennials", "lawn", "shrubs", "roses")
HOUSE_WIDTHS = (5.1, 5.4, 5.4, 5.7)
FRONT_DOORS = 4  # houses along one public bed
HOUSE_DEPTH = 8.7


def row(pen: Pen, rng: np.random.Generator, x0: float, x1: float, front: float, garden: float) -> np.ndarray:
    """Terraced houses with their doors on y = front and gardens behind; answers the x of the walls between them."""
    width = rng.choice(HOUSE_WIDTHS)
    n = max(0, int((x1 - x0) // width))
    if n < 2:
        return np.zeros(0)
    walls = (x0 + x1 - n * width) / 2 + width * np.arange(n + 1)
    pen.box("yard", walls[0], front, walls[-1], front + HOUSE_DEPTH + garden)
    terraces(pen, rng, walls, front)
    return walls


def terraces(pen: Pen, rng: np.random.Generator, walls: np.ndarray, front: float) -> None:
    """Buildings of a few houses each, some a step back."""
    size = int(rng.integers(6, 11))
    for first in range(0, len(walls) - 1, size):
        last = min(first + size, len(walls) - 1)
        step = rng.choice([0, 0, 1.2])
        pen.box("house", walls[first], front + step, walls[last], front + HOUSE_DEPTH + step, homes=last - first)


def door_beds(pen: Pen, rng: np.random.Generator, walls: np.ndarray, y0: float, y1: float) -> None:
    """Public beds between pavement and houses, open where paths to the doors run."""
    edges = walls[::FRONT_DOORS]
    for a, b in pairwise(edges):
        if rng.random() < 0.7:
            pen.box(rng.choice(BEDS), a + 0.9, y0, b - 0.9, y1)


def double_row(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """Two rows back to back; planted gable ends."""
    half = h / 2
    garden = min(6.5, half - 9 - 2.4)
    front = half - 9 - garden
    pen.box("pavement", 0, 0, w, h)
    ends = rng.uniform(4, 8)
    for side in (pen, pen.at(w, h, 2)):
        walls = row(side, rng, ends, w - 2, front, garden)
        if len(walls):
            if front > 3.2:
                door_beds(side, rng, walls, 0.3, front - 2)
            side.box(rng.choice(["shrubs", "lawn", "grove", "ground_cover"]), 0.4, 0.6, walls[0] - 1.4, half)


def hofje(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """Houses around a shared court with a green heart; gardens outward."""
    deep = 20.5
    pen.box("pavement", 0, 0, w, h)
    for side in (pen.at(w, h, 2), pen):
        inward = side.at(w, deep, 2)
        walls = row(inward, rng, 1, w - 1, 1.5 + 1.9, 6.9)
        door_beds(inward, rng, walls[(walls > deep) & (walls < w - deep)], 0.1, 1.8)
    short = h - 2 * deep - 5
    if short > 11:
        row(pen.at(w - deep, h / 2 + short / 2, 3), rng, 0, short, 2.5, 8)
    pen.box("carriageway", -4, h / 2 - 2.5, deep + 3, h / 2 + 2.5)
    flower = rng.choice(["lawn", "shrubs"])
    pen.box(flower, 2, deep + 0.5, deep - 2, h / 2 - 3.3)
    pen.box(flower, 2, h / 2 + 3.3, deep - 2, h - deep - 0.5)
    x0, x1, y0, y1 = deep + 1, w - deep - 1, deep + 2.2, h - deep - 2.2
    pen.box("parking", x0, y0, x1, y1)
    pen.box("carriageway", x0, y0 + 2, x0 + 4.5, y1 - 2)
    x0, x1, y0, y1 = x0 + 6, x1 - 3, y0 + 2.4, y1 - 2.4
    pen.box("lawn", x0, y0, x1, y1)
    if x1 - x0 > 12 and y1 - y0 > 8:
        pen.box("playground", x1 - 8, y0 + 1.5, x1 - 1.5, y0 + 6.5)
        pen.box("perennials", x0 + 1, y0 + 0.8, x0 + 6, y0 + 2.8)


def parking_court(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """Two rows facing a parking court with planted islands; gardens outward."""
    garden = 6.6 + max(0.0, (h - 62) / 2)
    deep = garden + 9 + 1.5 + 0.8
    court = h - 2 * deep
    pen.box("pavement", 0, 0, w, h)
    for side in (pen, pen.at(w, h, 2)):
        inward = side.at(w, deep, 2)
        walls = row(inward, rng, 1, w - 1, 1.5, garden)
        if court > 19:
            door_beds(inward, rng, walls, -1.7 - (court - 19) / 4, -0.2)
    y0 = deep + max(1.8, (court - 15) / 2)
    pen.box("carriageway", -4, h / 2 - 2.8, w - 6, h / 2 + 2.8)
    pen.box("parking", 4, y0, w - 6, h / 2 - 2.8)
    pen.box("parking", 4, h / 2 + 2.8, w - 6, h - y0)
    for x in np.arange(4, w - 8, rng.choice([37.5, 45.0])):
        pen.box("street_bed", x, y0, x + 2.2, h / 2 - 3)
        pen.box("street_bed", x, h / 2 + 3, x + 2.2, h - y0)
    pen.box("shrubs", w - 5.5, y0, w - 2, h - y0)


def flats(pen: Pen, _: np.random.Generator, w: float, h: float) -> None:
    """A slab of flats in a lawn, with parking between planted islands."""
    m = h / 2
    pen.box("lawn", 0, 0, w, h)
    pen.box("footway", 2, m + 1, w - 2, m + 3.5)
    pen.box("yard", 5, m + 3.5, w - 5, m + 17)
    pen.box("flat", 6, m + 4.5, w - 6, m + 16)
    pen.box("shrubs", 6, m - 1.6, w / 2 - 2, m + 0.8)
    pen.box("shrubs", w / 2 + 2, m - 1.6, w - 6, m + 0.8)
    pen.box("parking", 4, 4, w - 4, min(20, m - 3))
    pen.box("carriageway", 4, 9, w - 4, 14.5)
    pen.box("carriageway", w / 2 - 2.5, -4, w / 2 + 2.5, 10)
    for x in np.arange(4, w - 6, 38.4):
        pen.box("street_bed", x, 4, x + 2.3, 8.8)
        pen.box("street_bed", x, 14.7, x + 2.3, min(20, m - 3))
    pen.box("grove", 4, h - 6, w * 0.6, h - 1)


def square(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """A paved square with shops on one side, flats above shops on the other, and planters."""
    pen.box("paving", 0, 0, w, h)
    pen.box("business_building", 3, 3, w * 0.45, 17)
    pen.box("business_building", w * 0.52, 3, w - 3, 17)
    pen.box("flat", 4, h - 16, w - 4, h - 4)
    for x in np.linspace(0.15, 0.75, 4) * w:
        pen.box(rng.choice(["roses", "perennials", "shrubs"]), x, h / 2 - 1.5, x + 8, h / 2 + 2.5)
    pen.box("public_building", w * 0.4, h * 0.36, w * 0.6, h * 0.46)


def school(pen: Pen, _: np.random.Generator, w: float, h: float) -> None:
    """A school with its yard, playground and planted edges."""
    pen.box("lawn", 0, 0, w, h)
    pen.box("school_yard", 4, 4, w - 4, h - 10)
    pen.box("public_building", 8, h - 30, w - 14, h - 14)
    pen.box("public_building", 8, 10, 22, h - 30)
    pen.box("playground", 26, 7, min(w - 8, 44), h - 34)
    pen.box("shrubs", 4, 0.6, w * 0.4, 3.4)
    pen.box("shrubs", w * 0.55, 0.6, w - 4, 3.4)
    pen.box("grove", 3, h - 8, w - 3, h - 1)


def corner(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """A leftover planted in one go."""
    pen.box(rng.choice(["lawn", "lawn", "grove", "shrubs"]), 0, 0, w, h)


def pocket_park(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """A small park, each one different: lawn with play, a grove, or a pond."""
    theme = rng.choice(["play", "grove", "pond"], p=[0.5, 0.3, 0.2])
    pen.box("grove" if theme == "grove" else "lawn", 0, 0, w, h)
    m, n = w * rng.uniform(0.3, 0.7), h * rng.uniform(0.35, 0.65)
    pen.box("footpath", -2, n, w + 2, n + 2)
    if theme == "play":
        pen.box("footpath", m, -2, m + 2, h + 2)
        pen.box("playground", m + 4, 4, min(m + rng.uniform(12, 20), w - 3), n - 3)
        pen.box("perennials", m + 3, n + 2.6, m + 12, n + 6)
    if theme == "pond":
        pen.box("pond", w * 0.3, n + 5, w * 0.7, h - 5)
        pen.box("pond", w * 0.38, n + 3.5, w * 0.62, h - 3.5)
    pen.box("shrubs", w * 0.6, h - rng.uniform(3, 7), w - 1.5, h - 1)


def business(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """A company: hall, paved yard, planted front."""
    pen.box("lawn", 0, 0, w, h)
    pen.box("business_yard", 1, 4, w - 1, h - 1)
    pen.box("business_building", w * 0.12, h * 0.35, w * rng.uniform(0.6, 0.88), h * 0.92)


def villas(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """Houses in wooded grounds, of which only the part around the house counts as housing."""
    pen.box("grove", 0, 0, w, h)
    lot = max(36.0, w / 4)
    for x in np.arange(0.05 * w, 0.8 * w, lot * rng.uniform(1, 1.3)):
        y, size = rng.uniform(8, 14), rng.uniform(10, 14)
        pen.box("yard", x, y - 4, x + 24, y + size + 8)
        pen.box("house", x + 5, y, x + 5 + size, y + rng.uniform(9, 12), homes=1)
        pen.box("paving", x + 7, -1, x + 10, y - 4)
    pen.box("lawn", 0.1 * w, h * 0.62, 0.85 * w, h * 0.9)


def long_blocks(pen: Pen, rng: np.random.Generator, w: float, h: float) -> None:
    """The same town seen from further away: rows as long blocks in one yard, a park or a school between them."""
    kind = rng.random()
    if kind < 0.14 or h < 30:
        pen.box(rng.choice(["lawn", "grove"]), 0, 0, w, h)
    elif kind < 0.2:
        school(pen, rng, w, h)
    else:
        pen.box("yard", 4, 3, w - 4, h - 3)
        strips = max(2, round(h / 80))
        deep = (h - 6) / strips
        for k in range(strips):
            y = 3 + k * deep + (3 if k % 2 == 0 else deep - 13)
            pen.box("house", 12, y, w - 12, y + 10)


def choose(rng: np.random.Generator, w: float, h: float, centre: bool) -> Stamp:
    """The stamp for a rectangle of this size."""
    if h < 31:
        return corner
    if h < 51:
        return double_row if rng.random() < 0.75 else pocket_park
    options: list[Stamp] = [hofje, parking_court, flats, pocket_park, school, square]
    roomy = h > 56
    weights = np.array([5 * roomy, 4, 7 if centre else 2.4, 3, 1.2 * (roomy and w > 60), 5 * centre])
    return options[rng.choice(len(options), p=weights / weights.sum())]
