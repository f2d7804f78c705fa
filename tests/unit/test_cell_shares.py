"""The exact share of a cell that polygons cover, against cutting every polygon by every cell; and grids that are stated."""

import numpy as np
import pytest
import shapely

from geo_service.catalogue.raster.grid import MOST, Grid, grid_over
from geo_service.catalogue.raster.shares import Cover
from geo_service.errors import InvalidInput
from tests.builders import X, Y, box

GRID = Grid(cell=10, left=142_000, top=483_200, width=30, height=20)


def cut(shapes, grid):
    """The same by brute force."""
    rows, columns = np.mgrid[: grid.height, : grid.width]
    west, north = grid.left + columns * grid.cell, grid.top - rows * grid.cell
    cells = shapely.box(west, north - grid.cell, west + grid.cell, north)
    return sum(shapely.area(shapely.intersection(shape, cells)) for shape in shapes)


def covered(shapes, grid):
    cover = Cover(grid)
    for half in np.array_split(np.array(shapes, object), 2):
        cover.add(half)
    return cover.areas()


def star(rng, corners=12):
    """A ring that goes in and out around a point, on the millimetre; with a hole when it is large."""
    angle, far = np.linspace(0, 2 * np.pi, corners, endpoint=False), rng.uniform(0.3, 1, corners) * rng.choice([4, 30, 120])
    middle = rng.uniform((X - 40, Y - 40), (X + 340, Y + 240))
    outer = np.round(middle + np.stack([np.cos(angle), np.sin(angle)], 1) * far[:, None], 3)
    return shapely.Polygon(outer, [middle + (outer[::-1] - middle) / 3] if far.max() > 20 else [])


def test_every_cell_has_what_cutting_gives():
    rng = np.random.default_rng(2152)
    shapes = [star(rng) for _ in range(150)]
    assert covered(shapes, GRID) == pytest.approx(cut(shapes, GRID), abs=1e-6)


@pytest.mark.parametrize(
    "shape",
    [
        box(0, 0, 300, 200),
        box(10, 10, 10),
        box(-500, -500, 2000),
        box(-50, 3, 20, 100),
        box(295, 3, 100, 5),
        shapely.Polygon([(X, Y), (X + 300, Y), (X, Y + 200)]),
        shapely.Polygon([(X - 7, Y + 3), (X + 400, Y + 3.001), (X + 400, Y + 3.002)]),
        shapely.MultiPolygon([box(0, 0, 5), box(5, 5, 5)]),
        shapely.Polygon(box(0, 0, 100).exterior.coords[::-1], [box(20, 20, 30).exterior.coords]),
    ],
    ids=["all cells", "one cell", "far over", "left of it", "over the right", "diagonal", "needle", "corners touch", "turned, a hole"],
)
def test_borders_on_borders(shape):
    assert covered([shape], GRID) == pytest.approx(cut([shape], GRID), abs=1e-6)


def test_nothing_gives_nothing():
    assert not covered([], GRID).any()


def test_a_grid_is_rounded_outwards_to_multiples_of_its_cell():
    grid = grid_over((142_003.2, 482_999.9, 142_020, 483_010.1), 10)
    assert (grid.bounds, grid.width, grid.height) == ((142_000, 482_990, 142_020, 483_020), 2, 3)
    assert grid_over((142_003, 483_003, 142_004, 483_004), 7).bounds == (142_002, 483_000, 142_009, 483_007)
    strips = list(grid.strips(2))
    assert [(strip.top, strip.height) for strip in strips] == [(483_020, 2), (483_000, 1)]


@pytest.mark.parametrize(
    ("box", "cell", "where"),
    [
        ((142_000, 483_000, 143_000, 484_000), 0, "cell"),
        ((142_000, 483_000, 143_000, 484_000), 1001, "cell"),
        ((5.2, 52.3, 5.3, 52.4), 10, "bbox"),
        ((-8000, 483_000, 143_000, 484_000), 10, "bbox"),
        ((142_000, 483_000, 143_000, 484_000_000), 10, "bbox"),
    ],
)
def test_what_is_no_grid(box, cell, where):
    with pytest.raises(InvalidInput) as caught:
        grid_over(box, cell)
    assert caught.value.details["errors"][0]["where"] == where


def test_the_smallest_cell_is_told_and_can_be_had():
    whole = (137_000, 479_750, 154_000, 494_000)
    with pytest.raises(InvalidInput) as caught:
        grid_over(whole, 1)
    smallest = caught.value.details["errors"][0]["values"]["smallest"]
    grid = grid_over(whole, smallest)
    assert grid.width * grid.height <= MOST
    with pytest.raises(InvalidInput):
        grid_over(whole, smallest - 1)
