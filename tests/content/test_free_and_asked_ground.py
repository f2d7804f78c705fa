"""Ground that is free, asked for, or kept by an initiative: exact on any day, and nothing in it follows what is not public."""

import math
from datetime import UTC, date, datetime, time, timedelta

import pytest
import shapely
from sqlalchemy import text

from geo_service.catalogue import read
from geo_service.catalogue.matrices import WEB_MERCATOR
from geo_service.catalogue.tiles import tile
from geo_service.days import AMSTERDAM, day_of
from geo_service.db.engine import transaction
from geo_service.db.lookups import rows
from geo_service.geometry import to_lonlat
from tests.builders import X, Y, add_adoption, add_green, add_initiative, add_management, assume_managed, box, insert, rebuild

TODAY = day_of(datetime.now(UTC))
YEAR = timedelta(days=365)
KEPT, ASKED, LATER = box(0, 0, 20, 10), box(30, 0, 10), box(50, 0, 10)


def made(session, layer, z, x, y):
    """A tile of WebMercatorQuad."""
    return rows(session, tile(layer, WEB_MERCATOR, z, x, y))[0][0]


def add_zone(session, effect, disclosure, geom, name=None):
    values = {"register_id": f"{effect} {disclosure}", "kind": "kabels", "effect": effect, "disclosure": disclosure, "name": name}
    insert(session, "zone", valid=(None, None), geom=geom, **values)


@pytest.fixture(scope="module")
def ground(module_database):
    """Green of 100 x 50 m with everything on it, an untouched one, one that overlaps it, and one that is not the municipality's."""
    with transaction(module_database.sessions) as session:
        assume_managed(session, "G0034")
        add_green(session, "G1", box(0, 0, 100, 50))
        add_green(session, "G2", box(200, 0, 40, 50), plus_type="heesters")
        add_green(session, "G3", box(230, 0, 40, 50))
        add_green(session, "P1", box(300, 0, 40, 50), bronhouder="P0024")
        rebuild(session)
        same = add_initiative(session, "Twee plekken")
        add_adoption(session, KEPT, period=(TODAY - 3 * YEAR, None), initiative_id=same)
        add_adoption(session, box(0, 60, 10), period=(TODAY - YEAR, None), initiative_id=same)
        add_adoption(session, box(0, 80, 10), period=(TODAY - 6 * YEAR, TODAY - 5 * YEAR), state="ended", initiative_id=same)
        add_adoption(session, LATER, period=(TODAY + timedelta(days=40), None))
        add_adoption(session, ASKED, period=(TODAY, None), state="submitted")
        add_adoption(session, box(70, 0, 10), period=(TODAY, None), state="draft", reserved_until=TODAY - timedelta(days=2))
        add_adoption(session, box(85, 0, 10), period=(TODAY, None), state="refused")
        add_zone(session, "forbidden", "public", box(0, 40, 30, 10), "Hoofdgroen")
        add_zone(session, "needs_consent", "public", box(260, 0, 500, 50), "Zichtlijn")
    return module_database


def free(database, at=None):
    return read(database.url, "beschikbaar_groen", at=at).set_index("lokaal_id")


def test_free_is_managed_less_taken_and_forbidden(ground):
    rows = free(ground)
    forbidden = box(0, 40, 30, 10)
    assert set(rows.index) == {"G1", "G2", "G3"}
    assert rows.geometry["G1"].symmetric_difference(box(0, 0, 100, 50) - KEPT - ASKED - LATER - forbidden).area < 1e-5
    assert rows.geometry["G3"].symmetric_difference(box(240, 0, 30, 50)).area < 1e-5, "ground counts once"
    assert rows.heel_object.to_dict() == {"G1": False, "G2": True, "G3": False}
    assert rows.status.to_dict() == {"G1": "vrij", "G2": "vrij", "G3": "toestemming nodig"}
    assert rows.toestemming["G3"] == "Zichtlijn"
    assert set(rows.beheer_volgens) == {"aanname"}
    assert rows.oppervlakte_m2.sum() == pytest.approx(rows.area.sum(), abs=1e-6)


def test_a_past_day_leaves_out_only_what_was_kept_then(ground):
    expected = box(0, 0, 100, 50) - box(0, 40, 30, 10)
    assert free(ground, TODAY - YEAR).geometry["G1"].symmetric_difference(expected - KEPT).area < 1e-5
    assert free(ground, TODAY - 4 * YEAR).geometry["G1"].symmetric_difference(expected).area < 1e-5


def test_zones_that_are_not_public_change_nothing(ground):
    before = free(ground).to_wkt().to_csv()
    with ground.sessions() as session:
        for effect in ("forbidden", "needs_consent", "warn"):
            for disclosure in ("named", "hidden"):
                add_zone(session, effect, disclosure, box(-500, -500, 2000), "Geheim")
        session.flush()
        assert read(session, "beschikbaar_groen").set_index("lokaal_id").to_wkt().to_csv() == before
        plan = "\n".join(session.scalars(text("explain (analyze, costs off) select * from layers.beschikbaar_groen")))
    assert "Geheim" not in plan


def test_boxes_and_tiles_of_computed_ground_are_right_in_every_system(ground, catalogue):
    for crs in (28992, 4326, 3857, 4258):
        whole = read(ground.url, "beschikbaar_groen", crs=crs).set_index("lokaal_id").geometry
        for name in ("G1", "G2", "G3"):
            spot = whole[name].representative_point()
            tiny = spot.buffer(1e-7 if crs in (4326, 4258) else 0.01).bounds
            assert list(read(ground.url, "beschikbaar_groen", bbox=tiny, crs=crs).lokaal_id) == [name]
        hole = shapely.box(X + 8, Y + 3, X + 9, Y + 4)
        assert read(ground.url, "beschikbaar_groen", bbox=hole.bounds).empty, "the kept plot is not free"
    spot = to_lonlat(shapely.Point(X + 60, Y + 30))
    x = int((spot.x + 180) / 360 * 2**16)
    y = int((1 - math.asinh(math.tan(math.radians(spot.y))) / math.pi) / 2 * 2**16)
    with ground.sessions() as session:
        layer = catalogue["beschikbaar_groen"]
        assert [bool(made(session, layer, z, x >> 16 - z, y >> 16 - z)) for z in (13, 14, 16)] == [True] * 3


def test_places_are_looked_up_without_computing_what_lies_elsewhere(ground):
    """A filter finds exactly what shapely finds, through the index on whole objects."""
    whole = free(ground)
    for shape in (box(8, 3, 1), box(25, 5, 220, 3), box(-5, -5, 3), box(90, 0, 150, 50)):
        expected = set(whole.index[whole.intersects(shape)])
        for crs, literal in ((28992, shape), (4326, to_lonlat(shape))):
            asked = f"S_INTERSECTS(geometrie, {literal.wkt})"
            assert set(read(ground.url, "beschikbaar_groen", filter=asked, filter_crs=crs).lokaal_id) == expected


def test_low_zooms_show_only_what_is_mostly_free(database, catalogue):
    layer = catalogue["beschikbaar_groen"]
    spot = to_lonlat(shapely.Point(X + 60, Y + 30))
    x = int((spot.x + 180) / 360 * 2**12)
    y = int((1 - math.asinh(math.tan(math.radians(spot.y))) / math.pi) / 2 * 2**12)
    with transaction(database.sessions) as session:
        assume_managed(session, "G0034")
        add_green(session, "G1", box(-150, -150, 300))
        rebuild(session)
        before = made(session, layer, 12, x, y)
        add_adoption(session, box(-150, -150, 300, 280))
        after = made(session, layer, 12, x, y)
        add_zone(session, "forbidden", "public", box(-200, -200, 400), "Hoofdgroen")
        assert (bool(before), bool(after), after == before) == (True, True, False)
        assert not made(session, layer, 12, x, y)


def test_the_parts_of_green_add_up(ground):
    """Free, taken and forbidden together are what the municipality manages."""
    with ground.sessions() as session:
        managed = session.scalar(text("select sum(area_m2) from geo.green_piece where managed"))
    taken = sum(shape.area for shape in (KEPT, ASKED, LATER)) + 300
    assert free(ground).oppervlakte_m2.sum() + taken == pytest.approx(managed, abs=1e-5)


def test_with_a_register_only_what_it_gives_is_free(database):
    with transaction(database.sessions) as session:
        add_green(session, "G1", box(0, 0, 100, 50))
        add_management(session, box(0, 0, 40, 50))
        add_management(session, box(40, 0, 60, 50), municipal=False)
        rebuild(session)
        add_adoption(session, KEPT)
    row = free(database)
    assert row.geometry["G1"].symmetric_difference(box(0, 0, 40, 50) - KEPT).area < 1e-5
    assert (row.beheer_volgens["G1"], row.heel_object["G1"]) == ("register", False)


def test_an_initiative_is_one_row_with_all_it_keeps(ground):
    rows = read(ground.url, "initiatieven")
    two = rows.set_index("naam").loc["Twee plekken"]
    assert len(rows) == 1, "who only asked is not there"
    assert (two.plekken, two.sinds_jaar, round(two.oppervlakte_m2)) == (2, (TODAY - 6 * YEAR).year, 300)
    assert two.geometry.symmetric_difference(KEPT | box(0, 60, 10)).area < 1e-5
    then = read(ground.url, "initiatieven", at=TODAY - 2 * YEAR)
    assert (list(then.plekken), then.geometry[0].symmetric_difference(KEPT).area < 1e-5) == ([1], True)
    assert read(ground.url, "initiatieven", at=TODAY - 7 * YEAR).empty


@pytest.mark.parametrize("plan", ["on", "off"])
def test_an_error_tells_no_name_that_is_not_shown(ground, plan):
    """Whoever reads the view directly chooses the condition, and may see on which values it fails."""
    with ground.sessions() as session:
        session.execute(text(f"set local enable_nestloop = {plan}"))
        session.execute(text("set local role geo_public"))
        query = "select plekken from layers.initiatieven where case naam when 'Twee plekken' then true else naam::int > 0 end"
        assert session.scalars(text(query)).all() == [2]


def test_requests_are_told_as_they_stood(database):
    def moment(day: date, hour: int) -> str:
        return datetime.combine(day, time(hour), AMSTERDAM).isoformat()

    asked, decided = TODAY - timedelta(days=20), TODAY - timedelta(days=5)
    with transaction(database.sessions) as session:
        insert(session, "setting", returning="key", key="demo", value="{}")  # only the demo may date its events
        dated = text("select set_config('geo.at', :at, true)")
        session.execute(dated, {"at": moment(asked, 9)})
        request = add_adoption(session, box(0, 0, 10), period=(TODAY, None), state="submitted", created_at=moment(asked, 9))
        session.execute(dated, {"at": moment(decided, 23)})
        session.execute(
            text("update geo.adoption set state = 'in_review', geom = st_translate(geom, 5, 0) where id = :id"), {"id": request}
        )
    now = read(database.url, "aanvragen").iloc[0]
    then = read(database.url, "aanvragen", at=decided - timedelta(days=1)).iloc[0]
    assert (now.status, now.dagen, now.gevraagd_op.date()) == ("in behandeling", 20, asked)
    assert (then.status, then.dagen) == ("ingediend", 14)
    assert (round(then.geometry.bounds[0] - X, 3), round(now.geometry.bounds[0] - X, 3)) == (0, 5)
    assert list(read(database.url, "aanvragen", at=decided).status) == ["in behandeling"]
    assert read(database.url, "aanvragen", at=asked - timedelta(days=1)).empty
