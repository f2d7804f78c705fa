"""Figures of rasters per district: measured once per piece, added up to every level, and gone with the ground that changed."""

from datetime import UTC, date, datetime
from math import fsum
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.figures import per_district, per_plot, refresh
from geo_service.catalogue.raster.service import register
from geo_service.db.engine import transaction
from geo_service.errors import NotFound
from geo_service.municipality import Municipality
from tests.builders import X, Y, add_adoption, add_district, box, rebuild
from tests.conftest import Database
from tests.rasters import write
from tests.registers import bring_in

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY, LATER = date(2026, 6, 1), date(2026, 7, 1)
NODATA = 255
LOOK = {"column": "waarde", "classes": [{"at_least": 0, "title": "groen", "fill": "#6fa758"}]}
TOLD = {
    "title": "Groenkaart",
    "summary": "Groen.",
    "audience": "public",
    "licence": "CC0-1.0",
    "owner": "Wij",
    "source": "Wij.",
    "updated": "ooit",
}
CELLS = {"unit": "%", "nodata": NODATA, "nodata_counts_as": 0, "green": {"scale": 0.01}}
GREEN = RasterDefinition.model_validate({"id": "groen", **TOLD, "style": LOOK, "raster": CELLS})
HEAT = GREEN.model_copy(update={"id": "hitte", "raster": GREEN.raster.model_copy(update={"nodata_counts_as": None, "green": None})})
RASTERS = {"groen": GREEN, "hitte": HEAT}
LOOKS = {value: {"title": title, "fill": "#6fa758"} for value, title in (("60", "Bomen"), ("0", "Water"), ("20", "Gras"), ("100", "Huis"))}
KINDS = RasterDefinition.model_validate(
    {"id": "soort", **TOLD, "style": {"column": "waarde", "values": LOOKS}, "raster": {"unit": "klasse", "nodata": NODATA}}
)


def at(left: float, top: float, cell: float = 10) -> rasterio.Affine:
    return from_origin(left, top, cell, cell)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rasters")


@pytest.fixture(scope="module")
def town(module_database: Database, folder: Path) -> Database:
    """Two buurten that overlap, a third where the raster ends, ground outside every buurt; two layers on one random raster."""
    values = np.random.default_rng(1).choice([0, 20, 60, 100, NODATA], (45, 45)).astype("uint8")
    file = write(folder / "made.tif", values, place=at(X - 100, Y + 350))
    with transaction(module_database.sessions) as session:
        add_district(session, "GM0034", box(-100, -100, 900, 500), level="gemeente", name="Almere")
        add_district(session, "WK003401", box(0, 0, 400, 120), level="wijk", parent="GM0034")
        add_district(session, "BU00340101", box(0, 0, 113, 97), parent="WK003401")
        add_district(session, "BU00340102", box(100, 0, 101, 120), parent="WK003401")
        add_district(session, "BU00340103", box(300, 3, 100, 100), parent="WK003401")
        add_district(session, "BU00349904", box(500, 0, 100, 100), parent="GM0034")
        rebuild(session)
        for definition in RASTERS.values():
            register(session, folder, definition, file, day=DAY, now=NOW)
        told: list[tuple[str, int, int]] = []
        assert refresh(session, folder, RASTERS, progress=lambda *each: told.append(each)) == 10
        assert told == [("groen 2026-06-01", 5, 5), ("hitte 2026-06-01", 5, 5)]
    return module_database


def by_code(session: Session, definition: RasterDefinition, level: str) -> dict:
    return {area.code: area for area in per_district(session, definition, level, LATER).areas}  # type: ignore[arg-type]


@pytest.mark.parametrize("definition", RASTERS.values(), ids=RASTERS)
def test_buurten_add_up_to_wijken_and_to_the_municipality(town: Database, definition: RasterDefinition) -> None:
    with town.sessions() as session:
        buurten, wijken, all_of_it = (by_code(session, definition, level) for level in ("buurt", "wijk", "gemeente"))
        totals = [per_district(session, definition, level, LATER).total for level in ("buurt", "wijk", "gemeente")]  # type: ignore[arg-type]
    in_wijk = [buurten[f"BU0034010{n}"] for n in (1, 2, 3)]
    assert buurten["BU00340102"].area_m2 == 101 * 120 - 13 * 97  # what overlaps counts in the lowest code
    for name in ("area_m2", "known_m2", "counted_m2"):
        assert getattr(wijken["WK003401"], name) == pytest.approx(fsum(getattr(each, name) for each in in_wijk))
        assert len({round(getattr(total, name), 4) for total in totals}) == 1
    weighted = fsum(each.mean * each.counted_m2 for each in in_wijk) / fsum(each.counted_m2 for each in in_wijk)
    assert wijken["WK003401"].mean == pytest.approx(weighted)
    assert wijken[None].area_m2 == pytest.approx(900 * 500 - wijken["WK003401"].area_m2)
    assert all_of_it[None].area_m2 == totals[0].area_m2 - fsum(each.area_m2 for code, each in buurten.items() if code)
    assert {total.lowest for total in totals} == {0}
    assert [total.mean for total in totals] == pytest.approx([totals[0].mean] * 3)


@pytest.mark.parametrize(("filled", "named"), [(None, 4), (20, 4), (1, 5)])
def test_classes_are_all_ground_that_counts_and_add_up(town: Database, folder: Path, filled: int | None, named: int) -> None:
    """On every level, in the order of the legend; ground without a value is left out, one of the classes, or a row of its own."""
    kinds = KINDS.model_copy(update={"raster": KINDS.raster.model_copy(update={"nodata_counts_as": filled})})
    with town.sessions() as session:
        register(session, folder, kinds, folder / "made.tif", day=DAY, now=NOW)
        assert refresh(session, folder, {"soort": kinds}) == 5
        levels = {level: per_district(session, kinds, level, LATER) for level in ("buurt", "wijk", "gemeente")}  # type: ignore[arg-type]
        session.rollback()
    for answer in levels.values():
        for area in [*answer.areas, answer.total]:
            assert [one.title for one in area.classes[:4]] == ["Bomen", "Water", "Gras", "Huis"]
            assert fsum(one.area_m2 for one in area.classes) == pytest.approx(area.counted_m2, abs=1e-4)
            assert {one.share is None for one in area.classes} == {area.counted_m2 == 0}
            assert (area.mean, area.green_share) == (None, None)
        assert (len(answer.total.classes), answer.total.classes[-1].value) == (named, 100 if named == 4 else 1)
    for total in (levels["wijk"].total, levels["gemeente"].total):
        assert [one.area_m2 for one in total.classes] == pytest.approx([one.area_m2 for one in levels["buurt"].total.classes])
    [wijk] = [area for area in levels["wijk"].areas if area.code == "WK003401"]
    in_wijk = [area for area in levels["buurt"].areas if area.code and area.code.startswith("BU003401")]
    for place, one in enumerate(wijk.classes[:4]):
        assert one.area_m2 == pytest.approx(fsum(area.classes[place].area_m2 for area in in_wijk))


def test_classes_of_figures_that_are_older_are_not_told_until_they_are_measured(town: Database, folder: Path) -> None:
    with town.sessions() as session:
        register(session, folder, KINDS, folder / "made.tif", day=DAY, now=NOW)
        refresh(session, folder, {"soort": KINDS})
        session.execute(text("delete from geo.raster_class where piece_id = (select min(piece_id) from geo.raster_class)"))
        old = per_district(session, KINDS, "gemeente", LATER)
        assert (old.total.classes, old.areas[0].classes, old.areas[0].known_m2 > 0) == (None, None, True)
        assert refresh(session, folder, {"soort": KINDS}, again=True) == 5
        assert per_district(session, KINDS, "gemeente", LATER).total.classes
        session.rollback()


def test_what_the_raster_does_not_know_is_told(town: Database) -> None:
    """A buurt beyond the raster has no figures under either rule; one across its edge counts by the rule, with the m² that are known."""
    with town.sessions() as session:
        green, heat = by_code(session, GREEN, "buurt"), by_code(session, HEAT, "buurt")
    assert (green["BU00349904"].mean, green["BU00349904"].known_share, heat["BU00349904"].green_share) == (None, 0, None)
    edge = green["BU00340103"]
    assert 0 < edge.known_share < 0.5 + 1e-9
    assert edge.mean == pytest.approx(heat["BU00340103"].mean * edge.known_share)
    assert edge.green_share == pytest.approx(edge.mean / 100)
    assert edge.green_m2 == pytest.approx(edge.green_share * 10_000)


def test_there_is_nothing_before_the_first_edition_and_nobody_measures_twice(town: Database, folder: Path) -> None:
    with town.sessions() as session:
        with pytest.raises(NotFound, match="groen"):
            per_district(session, GREEN, "buurt", date(2026, 5, 31))
        assert refresh(session, folder, RASTERS) == 0
        assert refresh(session, folder, RASTERS, layer="groen", again=True) == 5
        rebuild(session)
        assert refresh(session, folder, RASTERS) == 0  # nothing moved


def test_figures_go_with_the_ground_that_changed_and_come_back(town: Database, folder: Path) -> None:
    with town.sessions() as session:
        before = by_code(session, GREEN, "buurt")
        session.execute(
            text("update geo.district set geom = st_multi(:shape) where code = 'BU00340103'"),
            {"shape": f"SRID=28992;{box(300, 3, 90, 100)}"},
        )
        rebuild(session)
        assert [by_code(session, GREEN, level)[code].area_m2 for level, code in (("buurt", "BU00340103"), ("wijk", "WK003401"))] == [
            None,
            None,
        ]
        assert by_code(session, GREEN, "buurt")["BU00340101"] == before["BU00340101"]
        assert refresh(session, folder, RASTERS) == 4  # the buurt and what lies outside every buurt, in two layers
        assert by_code(session, GREEN, "buurt")["BU00340103"].area_m2 == 9000
        session.rollback()


def test_a_newer_edition_has_its_own_figures(town: Database, folder: Path, tmp_path: Path) -> None:
    with town.sessions() as session:
        before = per_district(session, GREEN, "wijk", DAY)
        full = write(tmp_path / "full.tif", np.full((60, 100), 100, dtype="uint8"), place=at(X - 100, Y + 450))
        register(session, folder, GREEN, full, day=LATER, now=NOW)
        refresh(session, folder, RASTERS)
        assert per_district(session, GREEN, "wijk", DAY) == before
        after = per_district(session, GREEN, "wijk", LATER)
        assert (after.edition, after.total.green_share, after.total.known_share) == (LATER, 1, 1)
        session.rollback()


def test_plots_are_measured_when_asked_and_a_page_at_a_time(town: Database, folder: Path) -> None:
    with town.sessions() as session:
        for place in range(3):
            add_adoption(session, box(10 + place * 30, 10, 7, 3), period=(date(2020, 1, 1), None))
        add_adoption(session, box(10, 50, 7, 3), period=(date(2020, 1, 1), None), state="submitted")
        first = per_plot(session, folder, GREEN, LATER, most=2)
        rest = per_plot(session, folder, GREEN, LATER, after=first.next or "")
        assert ([len(page.areas) for page in (first, rest)], rest.next) == ([2, 1], None)
        assert len({area.code for page in (first, rest) for area in page.areas}) == 3
        assert first.areas[0].area_m2 == 21
        assert per_plot(session, folder, GREEN, DAY.replace(year=2027), after="ZZ").areas == []
        assert per_plot(session, folder, GREEN, LATER, after="ZZ").total.mean is None
        session.rollback()


def test_the_real_buurten_that_overlap_add_up_as_well(
    database: Database, folder: Path, municipality: Municipality, shared_data: Path
) -> None:
    """238 delivered buurten of which 1.03 km² overlaps, on 100 m cells that do not reach the whole municipality."""
    with database.sessions() as session:
        bring_in(session, "districts", shared_data / "almere_boundaries.gpkg", municipality)
        west, south, east, north = session.execute(
            text("select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) from (select st_extent(geom) as e from geo.district) d")
        ).one()
        shape = (int((north - south) / 110), int((east - west) / 110))
        values = np.random.default_rng(2).choice([0, 30, 100, NODATA], shape).astype("uint8")
        register(
            session,
            folder,
            GREEN,
            write(folder / "real.tif", values, place=at(west // 100 * 100, north // 100 * 100, 100)),
            day=DAY,
            now=NOW,
        )
        refresh(session, folder, RASTERS)
        levels = {level: per_district(session, GREEN, level, DAY) for level in ("gemeente", "stadsdeel", "wijk", "buurt")}  # type: ignore[arg-type]
        kept = text("""
            select w.code, b.code from geo.district_ancestor a join geo.district w on w.id = a.ancestor_id
            join geo.district b on b.id = a.district_id where a.level = 'wijk'""")
        wijk_of = {buurt: wijk for wijk, buurt in session.execute(kept)}
    parts: dict[str, list] = {}
    for buurt in levels["buurt"].areas:
        parts.setdefault(wijk_of.get(buurt.code or "", ""), []).append(buurt)
    assert len(levels["buurt"].areas) == 239
    for wijk in levels["wijk"].areas:
        if wijk.code in parts and wijk.green_share is not None:
            assert wijk.green_m2 == pytest.approx(fsum(buurt.green_m2 or 0 for buurt in parts[wijk.code]), abs=0.01)
    assert len({round(each.total.known_m2) for each in levels.values()}) == 1
    assert len({round(each.total.green_m2) for each in levels.values()}) == 1
    assert 0 < levels["buurt"].total.known_share < 0.8
