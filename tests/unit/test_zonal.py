"""Figures of shapes on cells against an oracle that cuts every cell by itself."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from geo_service.catalogue.raster.definition import Cells
from geo_service.catalogue.raster.zonal import Figures, figures

LEFT, TOP, CELL = 140_000.0, 480_000.0, 10.0
NODATA = 255
SKIP = Cells(unit="%", nodata=NODATA, green={"scale": 0.01})
AS_ZERO = Cells(unit="%", nodata=NODATA, nodata_counts_as=0, green={"scale": 0.01})
KINDS = Cells(unit="soort", nodata=NODATA, green={"values": (10, 20)})
KINDS_AS = Cells(unit="soort", nodata=NODATA, nodata_counts_as=10, green={"values": (10, 20)})
KINDS_BESIDE = Cells(unit="soort", nodata=NODATA, nodata_counts_as=77)


@contextmanager
def raster(values: np.ndarray) -> Iterator[rasterio.DatasetReader]:
    height, width = values.shape
    grid = {"width": width, "height": height, "transform": from_origin(LEFT, TOP, CELL, CELL), "crs": "EPSG:28992"}
    with MemoryFile() as file:
        with file.open(driver="GTiff", count=1, dtype=values.dtype, nodata=NODATA, **grid) as writer:
            writer.write(values, 1)
        with file.open() as opened:
            yield opened


def ground(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of what an overlay left."""
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.area])


def box(x: float, y: float, width: float, height: float) -> shapely.Geometry:
    return shapely.box(LEFT + x, TOP - y - height, LEFT + x + width, TOP - y)


def brute(values: np.ndarray, shape: shapely.Geometry, cells: Cells) -> Figures:
    """Cell by cell, in m²; ground outside the raster is one more piece without a value, unless all of it lies there."""
    parts = [
        (int(value), shapely.intersection(box(column * CELL, row * CELL, CELL, CELL), shape).area)
        for (row, column), value in np.ndenumerate(values)
    ]
    seen = [(value, area) for value, area in parts if value != NODATA and area > 0]
    known = sum(area for _, area in seen)
    inside = sum(area for _, area in parts) > 0
    counted = [*seen, (cells.nodata_counts_as, shape.area - known)] if cells.nodata_counts_as is not None and inside else seen
    weight = sum(area for _, area in counted)
    green = cells.green and (lambda value: value * cells.green.scale if cells.green.scale else value in cells.green.values)
    return Figures(
        shape.area,
        known,
        weight,
        sum(value * area for value, area in counted) / weight if weight else None,
        min((value for value, _ in seen), default=None),
        max((value for value, _ in seen), default=None),
        sum(green(value) * area for value, area in counted) / weight if weight and green else None,
        {value: sum(area for other, area in counted if other == value) for value in {value for value, area in counted if area}},
    )


def assert_same(ours: Figures, other: Figures) -> None:
    scale = max(1.0, ours.area_m2)
    for name in ("area_m2", "known_m2", "counted_m2"):
        assert getattr(ours, name) == pytest.approx(getattr(other, name), abs=2e-5 * scale), name
    if other.counted_m2 > 1e-3 * scale:
        assert ours.mean == pytest.approx(other.mean, abs=0.02)
        assert ours.green_share == pytest.approx(other.green_share, abs=2e-3)
        assert math.fsum(ours.classes.values()) == pytest.approx(ours.counted_m2, rel=1e-12), "nothing is lost or won"
        for value in ours.classes.keys() | other.classes.keys():
            assert ours.classes.get(value, 0) == pytest.approx(other.classes.get(value, 0), abs=2e-5 * scale), value
    if other.known_m2 > 1e-3 * scale:  # of a smaller touch single precision may see nothing
        assert other.lowest <= ours.lowest <= ours.highest <= other.highest


values = st.builds(
    lambda seed, width, height: np.random.default_rng(seed).choice([0, 10, 20, 55, 100, NODATA], (height, width)).astype("uint8"),
    st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6),
)  # fmt: skip
place = st.integers(-300, 900).map(lambda tenth: tenth / 10)
length = st.sampled_from([0.02, 0.7, 4.0, 10.0, 13.3, 45.0])


@st.composite
def shapes(draw: st.DrawFn) -> shapely.Geometry:
    """Boxes on and off the grid, slivers, crumbs, rings with a hole, bent and double polygons; inside, across and outside the raster."""
    kind = draw(st.sampled_from(["box", "ring", "bent", "two"]))
    x, y = draw(place), draw(place)
    first = box(x, y, draw(length), draw(length))
    if kind == "box":
        return first
    if kind == "ring":
        outer = box(x, y, 30, 25)
        return outer.difference(box(x + 5, y + 5, draw(st.sampled_from([1.0, 10.0, 14.5])), 8))
    if kind == "two":
        return first.union(box(draw(place), draw(place), 12, 7))
    corners = [(LEFT + draw(place), TOP - draw(place)) for _ in range(draw(st.integers(3, 6)))]
    return shapely.convex_hull(shapely.multipoints(corners)).union(first)


@settings(max_examples=150, deadline=None)
@given(values, st.lists(shapes(), min_size=1, max_size=4), st.sampled_from([SKIP, AS_ZERO, KINDS, KINDS_AS, KINDS_BESIDE]))
def test_figures_are_those_of_every_cell_cut_by_itself(cells_in: np.ndarray, drawn: list, cells: Cells) -> None:
    with raster(cells_in) as opened:
        for shape, ours in zip(drawn, figures(opened, drawn, cells, by_class=True), strict=True):
            assert_same(ours, brute(cells_in, shape, cells))


@pytest.mark.parametrize(
    "beside", [box(-10, 5, 10, 10), box(60, 5, 10, 10), box(5, -10, 10, 10), box(5, 60, 10, 10), box(-10, -10, 10, 10)]
)
def test_a_part_that_touches_the_raster_from_outside_is_ground_without_a_value(beside: shapely.Geometry) -> None:
    cells = np.full((6, 6), 50, "uint8")
    drawn = shapely.multipolygons([box(20, 20, 10, 10), beside])
    with raster(cells) as opened:
        (ours,) = figures(opened, [drawn], AS_ZERO, by_class=True)
    assert_same(ours, brute(cells, drawn, AS_ZERO))


@settings(max_examples=60, deadline=None)
@given(values, shapes(), st.integers(1, 4), st.sampled_from([SKIP, AS_ZERO, KINDS_AS]))
def test_parts_of_a_district_add_up_to_the_whole(cells_in: np.ndarray, whole: shapely.Geometry, cuts: int, cells: Cells) -> None:
    height, width = cells_in.shape
    whole = ground(whole.intersection(box(0, 0, width * CELL, height * CELL)))  # of what lies outside altogether nothing counts
    assume(whole.area > 0)
    west, south, east, north = whole.bounds
    edges = np.linspace(west - 1, east + 1, cuts + 2)
    parts = [ground(whole.intersection(shapely.box(a, south - 1, b, north + 1))) for a, b in pairwise(edges)]
    with raster(cells_in) as opened:
        (all_of_it,), made = figures(opened, [whole], cells, by_class=True), figures(opened, parts, cells, by_class=True)
    for name in ("area_m2", "known_m2", "counted_m2"):
        assert math.fsum(getattr(part, name) for part in made) == pytest.approx(getattr(all_of_it, name), abs=1e-4 * max(1, whole.area))
    for value in {value for part in [all_of_it, *made] for value in part.classes}:
        together = math.fsum(part.classes.get(value, 0) for part in made)
        assert together == pytest.approx(all_of_it.classes.get(value, 0), abs=1e-4 * max(1, whole.area))
    if all_of_it.counted_m2 > 1e-3 * whole.area:
        green = math.fsum((part.green_share or 0) * part.counted_m2 for part in made)
        assert green == pytest.approx(all_of_it.green_share * all_of_it.counted_m2, abs=1e-4 * max(1, whole.area))
    assert min((part.lowest for part in made if part.lowest is not None), default=None) == all_of_it.lowest


def test_ground_without_a_value_counts_by_the_rule_of_the_raster() -> None:
    """Half known at 50%: the RIVM rule halves it, without the rule only the known half counts; the known m² tell of both."""
    half = np.array([[50, NODATA]], dtype="uint8")
    with raster(half) as opened:
        inside, across = box(0, 0, 20, 10), box(0, 0, 40, 10)
        assert [told.green_share for told in figures(opened, [inside, across], AS_ZERO)] == [0.25, 0.125]
        assert [told.green_share for told in figures(opened, [inside, across], SKIP)] == [0.5, 0.5]
        assert [told.known_m2 / told.area_m2 for told in figures(opened, [inside, across], SKIP)] == [0.5, 0.25]


def test_nothing_is_told_of_nothing() -> None:
    line = shapely.LineString([(LEFT, TOP), (LEFT + 5, TOP)])
    drawn = [line, box(500, 500, 5, 5), shapely.GeometryCollection([line, shapely.MultiPolygon([box(0, 0, 5, 5)])])]
    with raster(np.full((2, 2), NODATA, dtype="uint8")) as opened:
        empty, outside, blind = figures(opened, drawn, SKIP)
        assert figures(opened, drawn, AS_ZERO) == [empty, outside, Figures(25, 0, 25, 0, None, None, 0)]
    assert empty == Figures(0, 0, 0, None, None, None, None)
    assert outside == blind == Figures(25, 0, 0, None, None, None, None)


def test_a_large_raster_is_read_in_parts(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer does not depend on how much is held at a time; progress is told."""
    monkeypatch.setattr("geo_service.catalogue.raster.zonal.AT_ONCE", 2)
    noise = np.random.default_rng(3).integers(0, 101, (300, 300)).astype("uint8")
    drawn = [box(5, 5, 2900, 2900).difference(box(1000, 1000, 33, 777)), box(0, 0, 3000, 3000), box(7, 7, 7, 7)]
    told: list[tuple[int, int]] = []
    with raster(noise) as opened:
        at_once = figures(opened, drawn, AS_ZERO, progress=lambda done, total: told.append((done, total)))
        monkeypatch.setattr("geo_service.catalogue.raster.zonal.MOST_CELLS", 5_000)
        in_parts = figures(opened, drawn, AS_ZERO)
    assert told == [(2, 3), (3, 3)]
    assert [each.mean for each in in_parts] == pytest.approx([each.mean for each in at_once], rel=1e-9)
    assert at_once[1].mean == pytest.approx(noise.mean())
