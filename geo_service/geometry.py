"""Coordinate reference systems, and the only changes between them in Python.

Storage and areas: RD (EPSG:28992) on a 1 mm grid. Longitude/latitude is ETRS89 (EPSG:4258), which Dutch practice takes as equal to
WGS 84 / CRS84. The step between them uses the RDNAPTRANS2018 grid (NSGI); without the grid PROJ is silently 7 to 22 cm off, so its
absence is an error here.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from geo_service.errors import N_, SetupError

RD = 28992
LONLAT = 4258
GRID_M = 0.001
RD_BOUNDS = (-7000.0, 289000.0, 300000.0, 629000.0)
CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RD_URI = "http://www.opengis.net/def/crs/EPSG/0/28992"
TEXEL_LONLAT, TEXEL_RD_X = (4.824761912, 53.160753042), 117380.1232


def use_grid(folder: Path) -> None:
    """Tell PROJ where ``nl_nsgi_rdtrans2018.tif`` lies; call before the first transformation."""
    pyproj.datadir.append_data_dir(str(folder))


@cache
def transformer(source: int, target: int) -> pyproj.Transformer:
    """From one EPSG code to another, x or longitude first. Refused without the grid; between RD and longitude/latitude ask for 4258."""
    made = pyproj.Transformer.from_crs(source, target, always_xy=True)
    check = pyproj.Transformer.from_crs(LONLAT, RD, always_xy=True).transform(*TEXEL_LONLAT)
    if abs(check[0] - TEXEL_RD_X) > GRID_M:
        raise SetupError(N_("The RDNAPTRANS2018 grid is missing: coordinates would be decimetres off."))
    return made


def to_rd(geometry: Any) -> Any:
    """Change geometries from longitude/latitude (CRS84 axis order, degrees) to RD metres, on the 1 mm grid."""
    return snap(shapely.transform(geometry, transformer(LONLAT, RD).transform, interleaved=False))


def to_lonlat(geometry: Any) -> Any:
    """Change geometries from RD metres to longitude/latitude (CRS84 axis order, degrees)."""
    return shapely.transform(geometry, transformer(RD, LONLAT).transform, interleaved=False)


def mercator_to_lonlat(geometry: Any) -> Any:
    """Change geometries from web mercator (EPSG:3857) metres to longitude/latitude, taken as ETRS89."""
    return shapely.transform(geometry, transformer(3857, 4326).transform, interleaved=False)


def snap(geometry: Any) -> Any:
    """Round to the 1 mm grid, keeping polygons valid; what is smaller than the grid disappears."""
    return shapely.set_precision(geometry, GRID_M)


def multipolygon(geometry: Any) -> Any:
    """All polygons of a geometry as one MultiPolygon; lines and points that an overlay left are dropped."""
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(geometry)))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def box_of(lonlat: tuple[float, float, float, float], srid: int) -> tuple[float, float, float, float]:
    """The box in RD or web mercator (3857) around a box in longitude and latitude, whose sides may be bent there."""
    around = shapely.segmentize(shapely.box(*lonlat), 0.02)
    if srid == RD:
        xmin, ymin, xmax, ymax = to_rd(around).bounds
    else:
        change = pyproj.Transformer.from_crs(4326, srid, always_xy=True).transform
        xmin, ymin, xmax, ymax = shapely.transform(around, change, interleaved=False).bounds
    return xmin, ymin, xmax, ymax
