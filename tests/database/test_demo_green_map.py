"""The demo's green map: the same on every drawing, and telling what a raster tells beside the registers."""

import numpy as np
import pytest
import rasterio
from sqlalchemy import text

from geo_service.catalogue.raster.files import open_edition, rasters_folder
from geo_service.catalogue.raster.queries import editions as registered
from geo_service.demo.greenmap import NODATA, GreenMap, editions
from tests.conftest import run_folder


@pytest.fixture(scope="module")
def drawn(town):
    return list(editions(town))


def test_it_is_the_same_on_every_drawing(drawn, town):
    day, cells, grid = drawn[1]
    assert (GreenMap(town).cells(day, 0) == cells).all()
    assert [day.isoformat() for day, _, _ in drawn] == ["2023-06-01", "2026-06-01"]
    assert cells.shape == (grid.height, grid.width)


def test_it_is_a_percentage_or_nothing(drawn, town):
    whole = next(d for d in town.districts if d.level == "gemeente").outline
    for _, cells, grid in drawn:
        known = cells[cells != NODATA]
        assert (known.max(), len(np.unique(known)) > 90) == (100, True)
        land = rasterio.features.rasterize([whole], cells.shape, transform=grid.profile["transform"], dtype="uint8") == 1
        assert (cells[~land] == NODATA).mean() > 0.999
        assert 0.01 < (cells[land] == NODATA).mean() < 0.2  # open water


def test_old_wijken_have_more_green_than_the_register_and_gardens_are_paved(drawn, town):
    maps = GreenMap(town)
    de_werven = next(d for d in town.districts if d.name == "De Werven").outline
    here = rasterio.features.rasterize([de_werven], maps.gardens.shape, transform=maps.grid.profile["transform"], dtype="uint8") == 1
    (_, before, _), (day, now, _) = drawn
    here &= now != NODATA
    assert now[here].mean() / 100 > maps.planted(day)[here].mean() + 0.02
    gardens = here & (maps.gardens > 0.9)
    assert now[gardens].mean() < before[gardens].mean()
    playgrounds = maps.share([s for s, plus in zip(town.green.geometry, town.green.plus_type, strict=True) if plus == "speelterrein"]) == 1
    assert now[playgrounds & (now != NODATA)].mean() < 40


def test_the_demo_registers_it_and_a_clone_finds_it(demo_server):
    with demo_server.database.sessions() as session:
        both = registered(session, "groenkaart")
        assert [edition.day.month for edition in both] == [6, 6]
        assert both[1].day.year - both[0].day.year == 3
        for edition in both:
            assert "Schematische" in edition.source
            with open_edition(rasters_folder(run_folder()), edition) as file:
                assert (file.res, file.nodata) == ((10, 10), NODATA)
        measured = session.scalar(text("select count(*) from geo.raster_figure"))
        assert measured > 2 * 100
