"""The box of RD around a box of another system: it may not leave out anything."""

import numpy as np
import pytest
import shapely

from geo_service.catalogue.query import frame_in_rd
from geo_service.geometry import mercator_to_lonlat, to_rd


@pytest.mark.usefixtures("rd_grid")
@pytest.mark.parametrize(
    ("crs", "corner", "sizes"), [(4326, (5.0, 52.0), (0, 1e-6, 0.01, 0.3, 1)), (3857, (570_000, 6_820_000), (0, 1e-6, 700, 90_000))]
)
def test_every_point_of_a_box_is_in_its_frame(crs, corner, sizes):
    rng = np.random.default_rng(4)
    for size in sizes:
        low = np.array(corner) + rng.uniform(0, 0.3 if crs == 4326 else 30_000, 2)
        spots = shapely.points(low + size * rng.uniform(0, 1, (2000, 2)))
        edge = shapely.points(low + size * np.column_stack([np.linspace(0, 1, 2000), rng.integers(0, 2, 2000)]))
        lonlat = np.concatenate([spots, edge]) if crs == 4326 else mercator_to_lonlat(np.concatenate([spots, edge]))
        west, south, east, north = frame_in_rd((*low, *(low + size)), crs)
        x, y = shapely.get_coordinates(to_rd(lonlat)).T
        assert west <= x.min()
        assert x.max() <= east
        assert south <= y.min()
        assert y.max() <= north
        assert (east - west) * (north - south) <= 1.1 * (np.ptp(x) + 3) * (np.ptp(y) + 3)


@pytest.mark.usefixtures("rd_grid")
def test_far_away_there_is_no_frame():
    assert frame_in_rd((100, 10, 110, 20), 4326) is None
    assert frame_in_rd((-180, -90, 180, 90), 4326) is not None
