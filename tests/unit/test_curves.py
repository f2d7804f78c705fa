"""Arcs become lines that stay within a millimetre, and that neighbours share."""

import math
import struct

import pytest
import shapely

from geo_service.registers.curves import TOLERANCE_M, is_curved, stroke


def wkb(kind, *parts, extra=b""):
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts) + extra


def line(kind, *points):
    return struct.pack("<BII", 1, kind, len(points)) + b"".join(struct.pack(f"<{len(point)}d", *point) for point in points)


def arc(radius, *, x=140_000.0, y=480_000.0, sweep=math.pi, turn=0.3):
    """Three points on a circle around (x, y)."""
    return [(x + radius * math.cos(turn + sweep * t), y + radius * math.sin(turn + sweep * t)) for t in (0, 0.5, 1)]


@pytest.mark.parametrize("radius", [0.05, 1, 15, 400, 20_000])
@pytest.mark.parametrize("sweep", [0.02, math.pi, -1.2, 6.2])
def test_no_point_of_the_line_is_more_than_a_millimetre_off(radius, sweep):
    points = arc(radius, sweep=sweep)
    stroked = stroke(line(8, *points))
    assert stroked.coords[0] == points[0]
    assert stroked.coords[-1] == points[2]
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(stroked.coords, stroked.coords[1:], strict=False)]
    off = [abs(math.dist(point, (140_000, 480_000)) - radius) for point in [*stroked.coords, *middles]]
    assert max(off) < TOLERANCE_M * 1.01 + 1e-6
    assert stroked.length == pytest.approx(abs(sweep) * radius, rel=0.02, abs=0.001)


def test_both_directions_give_the_same_points():
    points = arc(37.5)
    there, back = stroke(line(8, *points)), stroke(line(8, *points[::-1]))
    assert list(there.coords) == list(back.coords)[::-1]


def test_a_full_circle_is_a_polygon():
    circle = wkb(10, line(8, (0.0, 0.0), (20.0, 0.0), (0.0, 0.0)))
    assert is_curved(circle)
    disc = stroke(circle)
    assert disc.is_valid
    assert 0 < math.pi * 100 - disc.area < 2 * math.pi * 10 * TOLERANCE_M


def test_compound_rings_holes_heights_and_surfaces():
    half = wkb(9, line(8, (0.0, 0.0), (10.0, 10.0), (20.0, 0.0)), line(2, (20.0, 0.0), (0.0, 0.0)))
    hole = line(2, (9.0, 1.0), (11.0, 1.0), (11.0, 3.0), (9.0, 1.0))
    surface = wkb(12, wkb(10, half, hole), wkb(3, extra=b""))
    stroked = stroke(surface)
    assert stroked.area == pytest.approx(math.pi * 50 - 2, abs=math.pi * 10 * TOLERANCE_M)
    with_z = struct.pack("<BII", 1, 1008, 3) + b"".join(struct.pack("<3d", *point, 7.0) for point in [(0, 0), (10, 10), (20, 0)])
    assert not stroke(with_z).has_z
    assert stroke(with_z).length == pytest.approx(math.pi * 10, rel=0.001)


def test_three_points_on_a_line_stay_a_line():
    assert list(stroke(line(8, (0.0, 0.0), (1.0, 1.0), (2.0, 2.0))).coords) == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_cut_off_bytes_are_an_error(cut):
    whole = wkb(10, wkb(9, line(8, (0.0, 0.0), (10.0, 10.0), (20.0, 0.0)), line(2, (20.0, 0.0), (0.0, 0.0))))
    with pytest.raises(ValueError):
        stroke(whole[:-cut])


def test_straight_shapes_are_not_taken_for_curves():
    assert not any(is_curved(shape.wkb) for shape in (shapely.box(0, 0, 1, 1), shapely.Point(1, 2), shapely.MultiPolygon()))
    assert not is_curved(shapely.to_wkb(shapely.Point(1, 2, 3), flavor="extended"))
