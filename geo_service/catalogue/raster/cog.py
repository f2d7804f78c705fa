"""Writing a Cloud Optimized GeoTIFF that tells what it holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from geo_service.catalogue.raster.grid import Grid
from geo_service.errors import N_, SetupError


def writing_failed() -> tuple[type[Exception], ...]:
    """How rasterio tells that GDAL could not write: in its own words, in GDAL's, or (when GDAL says nothing) without any."""
    from rasterio._err import CPLE_BaseError  # GDAL takes a third of a second to load: who writes no raster does not wait for it
    from rasterio.errors import RasterioError

    return (RasterioError, CPLE_BaseError, SystemError)


@dataclass(frozen=True)
class Band:
    """One band: its name and unit, and what else it tells (``tags``)."""

    name: str
    unit: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """All that a file tells, but its cells. With ``colours`` (class to red, green, blue) there is one band of classes, and 0 is nodata."""

    grid: Grid
    dtype: Literal["float32", "uint8"]
    bands: tuple[Band, ...]
    tags: dict[str, str]
    colours: dict[int, tuple[int, int, int]] = field(default_factory=dict)


def write_cog(path: Path, picture: Picture, strips: Iterable[np.ndarray]) -> None:
    """Write the cells, given from north to south in strips of whole rows, each (band, row, column).

    Every cell is read again at the end: a full disk may go unnoticed while GDAL writes.
    """
    import rasterio.shutil

    rough = path.with_suffix(".rough.tif")
    try:
        sums = _write_rough(rough, picture, strips)
        overviews = "MODE" if picture.colours else "AVERAGE"
        rasterio.shutil.copy(
            rough, path, driver="COG", compress="DEFLATE", predictor="YES", overview_resampling=overviews, bigtiff="IF_SAFER"
        )
    finally:
        rough.unlink(missing_ok=True)
    with rasterio.open(path) as made:
        again = _sums(made.read(window=window) for _, window in made.block_windows(1))
    if not np.allclose(again, sums, rtol=1e-9):
        raise SetupError(N_("The export broke off, no file was written: {fault}"), fault="GDAL")


def _write_rough(path: Path, picture: Picture, strips: Iterable[np.ndarray]) -> np.ndarray:
    """The cells as they come, and the sum of each band; GDAL makes a COG from a file that is there."""
    import rasterio
    from rasterio.windows import Window

    layout: dict[str, Any] = {"driver": "GTiff", "compress": "DEFLATE", "zlevel": 1, "bigtiff": "IF_SAFER", **picture.grid.profile}
    nodata = 0 if picture.colours else None
    sums, row = np.zeros(len(picture.bands)), 0
    with rasterio.open(path, "w", dtype=picture.dtype, count=len(picture.bands), nodata=nodata, **layout) as out:
        out.update_tags(**picture.tags)
        for cells in strips:
            out.write(cells, window=Window(0, row, picture.grid.width, cells.shape[1]))
            sums, row = sums + _sums([cells]), row + cells.shape[1]
        if picture.colours:
            out.write_colormap(1, {0: (0, 0, 0, 0), **{value: (*colour, 255) for value, colour in picture.colours.items()}})
        for number, band in enumerate(picture.bands, 1):
            out.set_band_description(number, band.name)
            out.set_band_unit(number, band.unit)
            out.update_tags(number, **band.tags, **({} if picture.colours else {"sum": str(sums[number - 1])}))
    return sums


def _sums(parts: Iterable[np.ndarray]) -> np.ndarray:
    """The sum of each band."""
    return np.sum([part.sum(axis=(1, 2), dtype=np.float64) for part in parts], axis=0)


def names_beside(path: Path) -> Path:
    """Where GDAL looks for what it knows of a file beside the file itself."""
    return path.with_name(f"{path.name}.aux.xml")


def write_names(path: Path, names: Iterable[str]) -> None:
    """The names of the classes 0, 1, … as GDAL and QGIS read them."""
    root = Element("PAMDataset")
    categories = SubElement(SubElement(root, "PAMRasterBand", band="1"), "CategoryNames")
    for name in names:
        SubElement(categories, "Category").text = name
    path.write_bytes(tostring(root, encoding="utf-8", xml_declaration=False))
