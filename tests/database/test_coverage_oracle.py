"""Coverage against an independent check: shapely unions over random towns, on many days, for every level."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.builders import X, Y, add_adoption, add_district, add_green, add_initiative, add_management, assume_managed, insert, rebuild

CM2 = 1e-4
EMPTY = shapely.Polygon()
CELL, COLUMNS, ROWS = 400, 5, 4
DAYS = [date(2012, 1, 1), date(2017, 6, 1), date(2018, 1, 1), date(2020, 2, 29), date(2022, 7, 1), date(2023, 1, 1), date(2030, 1, 1)]


def holds(days, day):
    return (days[0] is None or days[0] <= day) and (days[1] is None or day < days[1])


@dataclass
class Town:
    """What was written, for the oracle: plain lists."""

    districts: list = field(default_factory=list)  # (code, level, parent, geometry)
    green: list = field(default_factory=list)  # (register id, type, bronhouder, applies, known from, geometry)
    management: list = field(default_factory=list)  # (municipal, valid, geometry)
    adoptions: list = field(default_factory=list)  # (plot, initiative, care, adopted, period, geometry)

    def smallest(self):
        levels = {level for _, level, _, _ in self.districts}
        wanted = next(iter(level for level in ("buurt", "wijk", "stadsdeel", "gemeente") if level in levels), None)
        return sorted(d for d in self.districts if d[1] == wanted)

    def ground(self, level):
        """Per code of a level the union of its smallest districts; None is the rest of the world."""
        parents = {code: parent for code, _, parent, _ in self.districts}
        levels = {code: its for code, its, _, _ in self.districts}
        ground, taken = {code: EMPTY for code, its, _, _ in self.districts if its == level}, EMPTY
        for code, _, _, shape in self.smallest():
            up = code
            while up is not None and levels[up] != level:
                up = parents[up]
            if up is not None:
                ground[up] = union([ground[up], without(shape, taken)])
            taken = union([taken, shape])
        world = shapely.box(X - 9000, Y - 9000, X + 9000, Y + 9000)
        return {**ground, None: without(world, union(ground.values()))}

    def green_on(self, day):
        """(type, managed, shape) on a day, each m² once: the lowest register id first."""
        shapes, earlier = [], []
        for _, kind, bronhouder, applies, _, shape in sorted(self.green, key=lambda row: row[0]):
            if not holds(applies, day):
                continue
            free = without(shape, union(other for other in earlier if other.intersects(shape)))
            earlier.append(shape)
            municipal = union(m for ours, valid, m in self.management if ours and holds(valid, day) and m.intersects(shape))
            if not self.management:
                shapes.append((kind, bronhouder == "G0034", free))
            else:
                shapes += [(kind, True, both(free, municipal)), (kind, False, without(free, municipal))]
        return shapes

    def expected(self, level, day):
        """The figures per code."""
        green = self.green_on(day)
        all_green, managed = union([g for _, _, g in green]), union([g for _, ours, g in green if ours])
        kept = [a for a in self.adoptions if a[3] and holds(a[4], day)]
        adopted = {care: union([a[5] for a in kept if a[2] == care]) for care in ("full", "partial")}
        every = union([a[5] for a in kept])
        figures = {}
        for code, ground in self.ground(level).items():
            here = [a for a in kept if a[5].intersects(ground) and area(a[5], ground) > 1e-6]
            every_here = both(ground, every)
            figures[code] = {
                "green_m2": area(ground, all_green),
                "managed_m2": area(ground, managed),
                "adopted_m2": area(every_here, managed),
                "adopted_full_m2": area(both(ground, adopted["full"]), managed),
                "adopted_partial_m2": area(both(ground, adopted["partial"]), managed),
                "adopted_outside_m2": shapely.area(without(every_here, managed)),
                "plots": len({a[0] for a in here}),
                "initiatives": len({a[1] for a in here}),
                "estimated": any(
                    holds(g[3], day) and g[4] > day and g[5].intersects(ground) and area(ground, g[5]) > CM2 for g in self.green
                ),
            }
        return figures


GRID = 1e-7
"""Overlays are noded on a grid far below what is compared: unrounded, an overlay of earlier results can go wrong."""


def union(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    return shapely.union_all(list(shapes), grid_size=GRID)


def without(shape: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    return shapely.difference(shape, other, grid_size=GRID)


def both(*shapes: BaseGeometry) -> BaseGeometry:
    """The polygons of an intersection."""
    result = shapes[0]
    for shape in shapes[1:]:
        parts = shapely.get_parts(shapely.intersection(result, shape, grid_size=GRID))
        result = union(parts[shapely.get_dimensions(parts) == 2])
    return result


def area(*shapes: BaseGeometry) -> float:
    return shapely.area(both(*shapes))


def on_grid(shape: BaseGeometry) -> BaseGeometry:
    """Coordinates on the grid of 1 mm, but overlays of it exact: shapely would round these too."""
    return shapely.set_precision(shapely.set_precision(shape, 0.001), 0)


def star(random: Random, x: float, y: float, size: float) -> BaseGeometry:
    """A polygon around a point, on the grid of 1 mm."""
    from math import cos, pi, sin

    corners = [(i * pi / 5, size * random.uniform(0.4, 1)) for i in range(10)]
    shape = on_grid(shapely.Polygon([(x + r * cos(a), y + r * sin(a)) for a, r in corners]))
    return shape if shape.geom_type == "Polygon" else max(shape.geoms, key=shapely.area)


def somewhere(random: Random) -> tuple[float, float]:
    return X + random.uniform(-100, CELL * COLUMNS + 100), Y + random.uniform(-100, CELL * ROWS + 100)


def build_districts(town: Town, random: Random, smallest: str) -> None:
    """Crooked cells without gaps, some of them grown over their neighbours, one left out; wijken of two, stadsdelen of two columns."""
    corner = {
        (i, j): (X + i * CELL + random.uniform(-90, 90), Y + j * CELL + random.uniform(-90, 90))
        for i in range(COLUMNS + 1)
        for j in range(ROWS + 1)
    }
    cells = {}
    for i in range(COLUMNS):
        for j in range(ROWS):
            cell = shapely.Polygon([corner[i, j], corner[i + 1, j], corner[i + 1, j + 1], corner[i, j + 1]])
            cells[i, j] = on_grid(shapely.buffer(cell, random.choice([0, 0, 0, 25]), quad_segs=2))
    del cells[COLUMNS - 1, ROWS - 1]
    town.districts.append(("GM0034", "gemeente", None, shapely.box(X - 50, Y - 50, X + CELL * COLUMNS + 50, Y + CELL * ROWS + 50)))
    if smallest == "gemeente":
        return
    town.districts += [
        (f"SD{i}", "stadsdeel", "GM0034", shapely.union_all([c for (a, _), c in cells.items() if a // 2 == i])) for i in range(3)
    ]
    for i in range(COLUMNS):
        for j in range(ROWS // 2):
            mine = [cells[i, b] for b in (2 * j, 2 * j + 1) if (i, b) in cells]
            town.districts.append((f"WK0034{i}{j}", "wijk", f"SD{i // 2}", shapely.union_all(mine)))
    if smallest == "buurt":
        town.districts += [(f"BU0034{i}{j // 2}{j}", "buurt", f"WK0034{i}{j // 2}", cell) for (i, j), cell in cells.items()]


def build_green(town: Town, random: Random, count: int) -> None:
    """Objects with one to three versions, some of them over each other, some ended, some of another bronhouder."""
    for number in range(count):
        x, y = somewhere(random)
        first = date(2015, 1, 1) + timedelta(random.randrange(1200))
        days = [first, *sorted(random.sample([first + timedelta(d) for d in range(100, 2500)], random.choice([0, 0, 1, 2])))]
        ends = [*days[1:], random.choice([None, None, None, date(2022, 1, 1) + timedelta(random.randrange(700))])]
        for version, (begin, end) in enumerate(zip(days, ends, strict=True)):
            if end is not None and end <= begin:
                continue
            kind = random.choice(["grasland overig", "struiken", "bodembedekkers"])
            applies = (None if version == 0 else begin, end)
            town.green.append(
                (
                    f"G{number:04}",
                    kind,
                    random.choice(["G0034", "G0034", "L0002"]),
                    applies,
                    begin,
                    star(random, x, y, random.uniform(10, 70)),
                )
            )


def build_management(town: Town, random: Random, count: int) -> None:
    for _ in range(count):
        x, y = somewhere(random)
        valid = random.choice([(None, None), (date(2017, 1, 1), None), (None, date(2021, 1, 1)), (date(2018, 1, 1), date(2023, 1, 1))])
        town.management.append((random.random() < 0.8, valid, star(random, x, y, random.uniform(60, 400))))


def write(town: Town, session) -> None:
    for code, level, parent, shape in town.districts:
        add_district(session, code, shape, level=level, parent=parent)
    for number, (register_id, kind, bronhouder, applies, known, shape) in enumerate(town.green):
        add_green(
            session,
            register_id,
            shape,
            version=str(number),
            appearance=kind,
            bronhouder=bronhouder,
            valid=(known, applies[1]),
            applies=applies,
        )
    for municipal, valid, shape in town.management:
        add_management(session, shape, municipal=municipal, valid=valid)


def adopt(town: Town, session, random: Random, count: int) -> None:
    """Adoptions of all states, cares and periods; the database refuses the ones on granted ground."""
    initiatives = [add_initiative(session) for _ in range(8)]
    for _ in range(count):
        x, y = somewhere(random)
        shape = star(random, x, y, random.uniform(5, 90))
        begin = date(2016, 1, 1) + timedelta(random.randrange(2400))
        state = random.choice(["active", "active", "improvement", "notice_given", "ended", "submitted", "awaiting_signatures", "refused"])
        period = (begin, begin + timedelta(random.randrange(1, 1500)) if state == "ended" or random.random() < 0.3 else None)
        care, initiative = random.choice(["full", "partial"]), random.choice(initiatives)
        try:
            with session.begin_nested():
                plot = insert(session, "plot", name="Plek")
                add_adoption(session, shape, period=period, state=state, care=care, plot_id=plot, initiative_id=initiative)
        except IntegrityError:
            continue
        adopted = state in ("active", "improvement", "notice_given", "ended")
        town.adoptions.append((plot, initiative, care, adopted, period, shape))


def make_town(session, seed: int, *, smallest: str = "buurt", register: bool = True) -> Town:
    random, town = Random(seed), Town()
    build_districts(town, random, smallest)
    build_green(town, random, 160)
    if register:
        build_management(town, random, 14)
    assume_managed(session, "G0034")
    write(town, session)
    rebuild(session)
    adopt(town, session, random, 90)
    assert len(town.adoptions) > 40
    return town


def figures_of(session, level, day):
    rows = session.execute(text("select * from geo.coverage(:level, :day)"), {"level": level, "day": day}).mappings()
    return {row["code"]: row for row in rows}


def assert_same(session, town, level, day):
    found, expected = figures_of(session, level, day), town.expected(level, day)
    for code, figures in expected.items():
        if code is None and code not in found:
            assert all(value < CM2 for value in figures.values()), (level, day)
            continue
        for name, value in figures.items():
            assert found[code][name] == pytest.approx(value, abs=CM2), (code, name, level, day)
        assert (
            found[code]["adopted_m2"]
            <= found[code]["managed_m2"]
            <= found[code]["green_m2"]
            <= found[code]["area_m2"] + (code is None) * 1e9
        )
    assert set(found) <= set(expected)


@pytest.mark.parametrize(
    ("seed", "smallest", "register"),
    [(1, "buurt", True), (2, "buurt", False), (3, "wijk", True), (4, "gemeente", False), (5, "buurt", True)],
)
def test_every_figure_equals_the_union_in_shapely(session, seed, smallest, register):
    town = make_town(session, seed, smallest=smallest, register=register)
    levels = ("buurt", "wijk", "stadsdeel", "gemeente")
    for number, day in enumerate(DAYS):
        assert_same(session, town, levels[(number + seed) % 4], day)


def test_sums_hold_over_levels_types_and_cares(session):
    make_town(session, 6)
    names = ("area_m2", "green_m2", "managed_m2", "adopted_m2", "adopted_full_m2", "adopted_partial_m2", "adopted_outside_m2")
    for day in DAYS:
        by_level = {level: figures_of(session, level, day).values() for level in ("buurt", "wijk", "stadsdeel", "gemeente")}
        for name in names:
            sums = [sum(row[name] for row in rows) for rows in by_level.values()]
            assert sums == pytest.approx([sums[0]] * 4, abs=CM2), (name, day)
        for row in by_level["buurt"]:
            assert row["adopted_m2"] == pytest.approx(row["adopted_full_m2"] + row["adopted_partial_m2"], abs=CM2)
        types = session.execute(text("select * from geo.coverage_by_type('wijk', :day)"), {"day": day}).mappings().all()
        for name in ("green_m2", "managed_m2", "adopted_m2", "adopted_full_m2", "adopted_partial_m2"):
            assert sum(row[name] for row in types) == pytest.approx(sum(row[name] for row in by_level["wijk"]), abs=CM2)


def test_green_by_type_counts_overlapping_objects_once(session):
    town = make_town(session, 7, register=False)
    day = DAYS[3]
    ground = town.ground("wijk")
    for row in session.execute(
        text("select d.code, c.* from geo.coverage_by_type('wijk', :day) c left join geo.district d on d.id = c.district_id"), {"day": day}
    ).mappings():
        mine = shapely.union_all([g for kind, _, g in town.green_on(day) if kind == row["green_type"]])
        assert row["green_m2"] == pytest.approx(area(ground[row["code"]], mine), abs=CM2)


def test_a_refresh_of_some_green_equals_a_full_rebuild(session):
    make_town(session, 8)
    some = session.scalars(text("select id from geo.green_object where id % 7 = 0")).all()
    moved = "update geo.green_object set geom = st_snaptogrid(st_translate(geom, 20, -15), 0.001) where id = any (:ids)"
    session.execute(text(moved), {"ids": some})
    session.execute(text("select geo.split_green(:ids)"), {"ids": some})
    refreshed = [{**row} for row in figures_of(session, "buurt", DAYS[4]).values()]
    rebuild(session)
    for row, other in zip(refreshed, figures_of(session, "buurt", DAYS[4]).values(), strict=True):
        assert {k: pytest.approx(v, abs=CM2) if isinstance(v, float) else v for k, v in other.items()} == row
