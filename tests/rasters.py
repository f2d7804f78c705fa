"""Small rasters for tests, and layers to register them for."""

import shutil
import warnings
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin

from geo_service.catalogue.raster.definition import RasterDefinition

LEFT, TOP, CELL = 144000.0, 486500.0, 10.0
COMMON = {
    "summary": "Voor een test.", "audience": "public", "licence": "CC0-1.0", "owner": "Gemeente", "source": "Een test.", "updated": "nooit",
}  # fmt: skip
CLASSES = {"10": "#006400", "50": "#fa0000", "80": "#0064c8"}
CLASSES_TOML = """
title = "Landgebruik"
summary = "Klassen, voor een test."
audience = "{audience}"
licence = "CC0-1.0"
owner = "Gemeente"
source = "Een test."
updated = "nooit"
[raster]
unit = "klasse"
nodata = 0
[style]
column = "waarde"
nothing = {{ title = "Onbekend", opacity = 0 }}
[style.values]
10 = {{ title = "Bomen", fill = "#006400" }}
50 = {{ title = "Bebouwd", fill = "#fa0000" }}
80 = {{ title = "Water", fill = "#0064c8" }}
"""


def shares(columns=60, rows=40, seed=1):
    """Cells of 0 to 100."""
    return np.random.default_rng(seed).integers(0, 101, (rows, columns), dtype="uint8")


def classes(columns=60, rows=40, seed=1):
    """Cells of 10, 50, 80, and some 0."""
    return np.random.default_rng(seed).choice(np.array([0, 10, 50, 80], dtype="uint8"), (rows, columns))


def write(path: Path, cells=None, *, crs="EPSG:28992", place=None, nodata=255, **options) -> Path:
    """A GeoTIFF of these cells (rows from the north), in RD at LEFT, TOP unless told."""
    cells = shares() if cells is None else cells
    bands = cells if cells.ndim == 3 else cells[None]
    count, height, width = bands.shape
    grid = {"width": width, "height": height, "count": count, "dtype": str(cells.dtype), "nodata": nodata}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file without a place is what some tests want
        place = from_origin(LEFT, TOP, CELL, CELL) if place is None else place
        with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=place, **grid, **options) as file:
            file.write(bands)
    return path


def definition(layer_id="proef", *, values=None, **cells) -> RasterDefinition:
    """A raster layer; with ``values`` of classes."""
    look = {"title": "Alles", "fill": "#33703b"}
    style = {"values": dict.fromkeys(values, look)} if values else {"classes": [{**look, "at_least": 0}]}
    told = {"unit": "%", "nodata": 255, **cells}
    return RasterDefinition.model_validate(
        {**COMMON, "id": layer_id, "title": "Proef", "raster": told, "style": {"column": "waarde", **style}}
    )


def content_with_classes(content: Path, folder: Path) -> Path:
    """A copy of the content with two layers of classes: one public, one for staff."""
    for name in ("layers", "maps"):
        shutil.copytree(content / name, folder / name)
    (folder / "layers" / "landgebruik.toml").write_text(CLASSES_TOML.format(audience="public"))
    (folder / "layers" / "geheim.toml").write_text(CLASSES_TOML.format(audience="staff"))
    return folder


def cut_off(content):
    return content[: len(content) // 2]


def one_bit(content):
    return bytes([*content[:-30], content[-30] ^ 1, *content[-29:]])
