"""The demo town: Haven's documented figures, a clean map, and adoptions that keep the rules."""

import hashlib
from datetime import date

import numpy as np
import pytest
import shapely

from geo_service.adoptions.states import ADOPTED, GRANTED, STATES
from geo_service.demo.kinds import KINDS
from geo_service.demo.records import Adoption, Town
from geo_service.demo.town import build, figures
from tests.conftest import DEMO_DAY as TODAY

OVERLAP = "T********"  # insides meet


def current(town: Town) -> np.ndarray:
    return np.array([shape for shape, end in zip(town.green.geometry, town.green.valid_to, strict=True) if end is None])


def everything(town: Town) -> np.ndarray:
    return np.concatenate([current(town), town.ground.geometry])


def overlaps(shapes: np.ndarray) -> int:
    """The number of pairs of shapes that share ground."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    return int(shapely.relate_pattern(shapes[a], shapes[b], OVERLAP).sum())


def conflicts(adoptions: list[Adoption], states: tuple[str, ...]) -> int:
    """The number of pairs in these states that share ground and time."""
    held = [a for a in adoptions if a.state in states]
    shapes = np.array([a.geometry for a in held])
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    together = [
        x < y and held[x].starts < (held[y].ends or date.max) and held[y].starts < (held[x].ends or date.max)
        for x, y in zip(one, two, strict=True)
    ]
    return int(shapely.relate_pattern(shapes[one[together]], shapes[two[together]], OVERLAP).sum())


def test_haven_has_its_documented_figures(town: Town) -> None:
    haven = figures(town)
    assert round(haven["hectares"], 2) == 2152.00
    assert round(haven["green"], 4) == 0.6
    assert round(haven["housing"], 4) == 0.04
    assert (haven["population"], haven["homes"]) == (21_927, 9_906)


def test_addresses_hold_the_homes_of_haven(town: Town) -> None:
    haven = next(d.geometry for d in town.districts if d.name == "Haven" and d.level == "stadsdeel")
    inside = shapely.contains(haven, np.array([address.point for address in town.addresses]))
    assert sum(a.homes for a, here in zip(town.addresses, inside, strict=True) if here) == 9_906
    assert all(address.postcode.startswith("0") for address in town.addresses)
    assert len({(a.street, a.number, a.postcode) for a in town.addresses}) == len(town.addresses)


def test_ground_is_covered_once_without_gaps(town: Town) -> None:
    shapes = everything(town)
    gemeente = next(d.geometry for d in town.districts if d.level == "gemeente")
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert abs(shapely.area(shapes).sum() - gemeente.area) < 0.01
    assert len(gemeente.interiors) == 0


def test_corners_lie_on_the_millimetre_grid(town: Town) -> None:
    corners = shapely.get_coordinates(everything(town)) * 1000
    assert np.abs(corners - np.rint(corners)).max() < 0.01


def test_objects_are_not_too_many(town: Town) -> None:
    assert 15_000 < len(everything(town)) < 22_000


def test_districts_nest_and_leave_no_gap(town: Town) -> None:
    for level, below in (("gemeente", "stadsdeel"), ("stadsdeel", "wijk"), ("wijk", "buurt")):
        parts = [d for d in town.districts if d.level == below]
        assert overlaps(np.array([d.geometry for d in parts])) == 0
        for whole in (d for d in town.districts if d.level == level):
            mine = [d for d in parts if d.parent == whole.code]
            assert whole.geometry.equals(shapely.union_all([d.geometry for d in mine]))
            assert whole.homes == sum(d.homes for d in mine)
            assert whole.population == sum(d.population for d in mine)
    assert all(d.geometry.geom_type == "Polygon" and d.geometry.is_valid for d in town.districts)


def test_every_object_lies_in_one_buurt(town: Town) -> None:
    buurten = np.array([d.geometry for d in town.districts if d.level == "buurt"])
    shapes = everything(town)
    inside = shapely.STRtree(shapes).query(buurten, predicate="contains")[1]
    assert sorted(inside) == list(range(len(shapes)))


def test_register_ids_are_unique_and_versions_follow_each_other(town: Town) -> None:
    green = town.green
    keys = set(zip(green.register_id, green.version, strict=True))
    assert len(keys) == len(green.register_id)
    assert len(set(town.ground.register_id)) == len(town.ground.register_id)
    assert not set(town.ground.register_id) & set(green.register_id)
    rows = list(zip(green.register_id, green.version, green.valid_from, green.valid_to, strict=True))
    ended = {name: end for name, version, _, end in rows if version == "1"}
    begun = {name: start for name, version, start, _ in rows if version == "2"}
    assert len(begun) > 200
    assert all(ended[name] == start for name, start in begun.items())
    assert all(start < (end or date.max) and start <= TODAY for _, _, start, end in rows)


@pytest.mark.parametrize("years", [0, 3, 6, 20])
def test_green_never_overlaps_on_any_day(town: Town, years: int) -> None:
    day = date(TODAY.year - years, 6, 1)
    lives = zip(town.green.applies_from, town.green.valid_to, strict=True)
    applied = [(start or date.min) <= day < (end or date.max) for start, end in lives]
    assert overlaps(np.array(town.green.geometry)[applied]) == 0


def test_management_covers_all_ground_once(town: Town) -> None:
    shapes = np.array([m.geometry for m in town.management])
    assert overlaps(shapes) == 0
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(everything(town)).sum(), abs=0.1)
    assert len({m.keeper for m in town.management if not m.municipal}) > 3


def test_adoptions_come_in_all_states_and_grants_never_share_ground_and_time(town: Town) -> None:
    assert {a.state for a in town.adoptions} == set(STATES)
    assert 130 <= len(town.adoptions) <= 220
    assert conflicts(town.adoptions, GRANTED) == 0


def test_adopted_ground_is_municipal_green_outside_forbidden_zones(town: Town) -> None:
    municipal = shapely.union_all([m.geometry for m in town.management if m.municipal])
    green = shapely.STRtree(current(town))
    forbidden = shapely.STRtree([zone.geometry for zone in town.zones if zone.effect == "forbidden"])
    for adoption in (a for a in town.adoptions if a.state in GRANTED):
        shape = adoption.geometry
        assert municipal.contains(shape.buffer(-0.01)), adoption.name
        near = green.geometries[green.query(shape)]
        assert shapely.area(shapely.intersection(near, shape)).sum() == pytest.approx(shape.area, abs=0.01), adoption.name
        zones = forbidden.geometries[forbidden.query(shape)]
        assert not shapely.relate_pattern(zones, shape, OVERLAP).any(), adoption.name


def test_adoptions_are_whole_green_objects_or_drawn(town: Town) -> None:
    green = town.green
    rows = zip(green.register_id, green.geometry, green.valid_to, strict=True)
    shapes = {name: shape for name, shape, end in rows if end is None}
    assert 10 < sum(a.drawn for a in town.adoptions) < len(town.adoptions) / 2
    for adoption in town.adoptions:
        assert adoption.drawn == (not adoption.green)
        if adoption.green:
            assert adoption.geometry.equals(shapely.union_all([shapes[name] for name in adoption.green]))


def test_history_is_in_order(town: Town) -> None:
    for adoption in town.adoptions:
        assert town.initiatives[adoption.initiative].founded <= min(adoption.starts, TODAY)
        assert (adoption.state == "ended") == (adoption.ends is not None)
        if adoption.state in ADOPTED:
            assert adoption.starts <= TODAY
            assert adoption.ends is None or adoption.starts < adoption.ends <= TODAY


def test_wijken_of_haven_differ_in_what_residents_keep(town: Town) -> None:
    wijken = [d.geometry for d in town.districts if d.level == "wijk" and d.parent == "SD1"]
    kept = [a.geometry for a in town.adoptions if a.state in ADOPTED and a.ends is None]
    shares = np.array([shapely.area(shapely.intersection(kept, wijk)).sum() / wijk.area for wijk in wijken])
    assert 3 <= (shares == 0).sum() <= 8
    assert shares.max() > 3 * np.median(shares[shares > 0])


def test_trees_stand_on_green_ground(town: Town) -> None:
    assert len(town.trees.point) > 4_000
    inside = shapely.STRtree(current(town)).query(town.trees.point, predicate="within")[0]
    assert len(inside) == len(town.trees.point)


def test_zones_have_all_effects_and_disclosures(town: Town) -> None:
    assert {zone.effect for zone in town.zones} == {"forbidden", "needs_consent", "warn"}
    assert {zone.disclosure for zone in town.zones} == {"public", "named", "hidden"}
    assert all(zone.geometry.is_valid and not zone.geometry.is_empty for zone in town.zones)


def test_every_kind_of_ground_has_a_family(town: Town) -> None:
    assert set(town.ground.family) == {kind.family for kind in KINDS.values() if not kind.green}
    assert set(town.green.category) == {"green", "recreation"}


def test_the_same_seed_and_day_give_the_same_town(town: Town) -> None:
    def fingerprint(one: Town) -> str:
        shapes = [*everything(one), *(a.geometry for a in one.adoptions), *(z.geometry for z in one.zones), *one.trees.point]
        words = [*one.green.register_id, *map(str, one.initiatives), *(f"{a.name} {a.state} {a.starts} {a.ends}" for a in one.adoptions)]
        return hashlib.sha256(b"".join(shapely.to_wkb(shapes)) + "\n".join(words).encode()).hexdigest()

    assert fingerprint(build(TODAY)) == fingerprint(town)
