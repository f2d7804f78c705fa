"""Reading the cells of a file block by block, judging them, and writing them as a cloud-optimised GeoTIFF."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio import shutil as raster_files
from rasterio.errors import RasterioIOError
from rasterio.windows import Window

from geo_service.catalogue.raster.cog import writing_failed
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.files import reading
from geo_service.catalogue.raster.judge import Fault, Header, faults_of, header_of, plain
from geo_service.errors import N_, SetupError, UnusableSource, fault

Progress = Callable[[int, int], None]
"""Told of every block: how many cells are done, and how many there are."""
SIDE = 2048
AT_ONCE = 4 * 1024 * 1024
SHOWN = 5
RD_CRS = "EPSG:28992"

UNUSABLE = N_("{file} cannot be used for the layer {layer}.")
NO_TIFF = N_("{file} is no GeoTIFF that can be read. Another format becomes one with: gdal_translate {file} OUT.tif")
NO_FILE = N_("There is no file {file}.")
BROKEN = N_("The file breaks off, or is damaged: row {row}, column {column} cannot be read. Fetch or make it again.")
OUTSIDE = N_("Cells outside {lowest} to {highest}: {count}. The first is {value} at {x}, {y} (RD). Is it nodata, or another unit?")
NOT_A_NUMBER = N_("Cells that are not a number: {count}. Say in layers/{layer}.toml what nodata is: nodata = nan")
NO_CLASS = N_("The values {values} are no class in [style.values] of layers/{layer}.toml; the first is at {x}, {y} (RD).")
NOT_WRITTEN = N_("The file could not be written whole, and nothing was kept. Is the disk full? ({fault})")
EMPTY = N_("All cells are nodata: there is nothing in the file.")


@dataclass
class Seen:
    """What reading every cell of a file showed."""

    known: int = 0
    outside: int = 0
    not_a_number: int = 0
    classless: Counter[float] = field(default_factory=Counter)
    first_outside: tuple[float, float, float] | None = None
    first_classless: tuple[float, float] | None = None


def judge(definition: RasterDefinition, path: Path, most_cells: int, into: Path | None = None, progress: Progress | None = None) -> Header:
    """Judge a file: first its header, then its cells; ``UnusableSource`` with all faults. ``into``: write the cells there meanwhile,
    as a GeoTIFF in tiles with the nodata of the definition."""
    if not path.is_file():
        raise UnusableSource(NO_FILE, file=str(path))
    try:
        with reading(path) as source:
            _raise(faults_of(source, path, definition, most_cells), definition, path)
            header = header_of(source, definition)
            blocks = _blocks(source, definition, header, progress)
            seen = _see(blocks, definition, header) if into is None else _copy(blocks, definition, header, into)
    except RasterioIOError:
        raise UnusableSource(NO_TIFF, file=str(path)) from None
    _raise(_told(seen, definition), definition, path)
    return header


def make_cog(tiles: Path, cog: Path, definition: RasterDefinition) -> None:
    """Copy a GeoTIFF to a cloud-optimised one with overviews: the class that most cells have, or their average.

    Every cell is read again at the end, for a full disk may go unnoticed while GDAL writes; ``SetupError`` when it is not whole.
    """
    method = "MODE" if definition.style.values else "AVERAGE"
    options = {"compress": "DEFLATE", "predictor": "YES", "bigtiff": "IF_SAFER", "overview_resampling": method}
    try:
        raster_files.copy(tiles, cog, driver="COG", **options)
        whole = _read_again(cog) == _read_again(tiles)
    except writing_failed() as error:
        raise SetupError(NOT_WRITTEN, fault=str(error).splitlines()[0]) from error
    if not whole:
        raise SetupError(NOT_WRITTEN, fault="GDAL")


def _read_again(path: Path) -> int:
    """The checksum of the cells; that of overviews is not told, but they are read too."""
    with rasterio.open(path) as made:
        levels, found = len(made.overviews(1)), made.checksum(1)
    for level in range(levels):
        with rasterio.open(path, overview_level=level) as smaller:
            smaller.checksum(1)
    return int(found)


def _raise(faults: list[Fault], definition: RasterDefinition, path: Path) -> None:
    if faults:
        raise UnusableSource(UNUSABLE, file=path.name, layer=definition.id, details={"errors": faults})


def _blocks(source: Any, definition: RasterDefinition, header: Header, progress: Progress | None) -> Iterator[tuple[Window, np.ndarray]]:
    """The cells in windows that follow the blocks of the file; what is masked, or not a number, becomes nodata."""
    done = 0
    for window in _windows(source):
        try:
            cells = source.read(definition.raster.band, window=window, masked=True)
        except RasterioIOError:
            broken = fault("content", BROKEN, row=window.row_off, column=window.col_off)
            raise UnusableSource(UNUSABLE, file=Path(source.name).name, layer=definition.id, details={"errors": [broken]}) from None
        values = cells.filled(header.nodata) if header.nodata is not None else cells.data
        if header.nodata is not None and values.dtype.kind == "f":
            values[np.isnan(values)] = header.nodata
        yield window, values
        done += values.size
        if progress:
            progress(done, header.width * header.height)


def _windows(source: Any) -> Iterator[Window]:
    rows, columns = source.block_shapes[0]
    across = source.width if columns >= source.width else max(columns, SIDE // columns * columns)
    down = max(rows, max(AT_ONCE // across, 1) // rows * rows)
    for top in range(0, source.height, down):
        for left in range(0, source.width, across):
            yield Window(left, top, min(across, source.width - left), min(down, source.height - top))


def _see(blocks: Iterator[tuple[Window, np.ndarray]], definition: RasterDefinition, header: Header) -> Seen:
    seen = Seen()
    for window, values in blocks:
        _look(seen, window, values, definition, header)
    return seen


def _copy(blocks: Iterator[tuple[Window, np.ndarray]], definition: RasterDefinition, header: Header, into: Path) -> Seen:
    place = rasterio.Affine(header.cell_m, 0, header.left_m, 0, -header.cell_m, header.top_m)
    grid = {"width": header.width, "height": header.height, "count": 1, "dtype": header.kind, "crs": RD_CRS, "transform": place}
    stored = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "zlevel": 1, "bigtiff": "if_safer"}
    seen = Seen()
    with rasterio.open(into, "w", driver="GTiff", nodata=header.nodata, **grid, **stored) as target:
        for window, values in blocks:
            _look(seen, window, values, definition, header)
            target.write(values, 1, window=window)
    return seen


def _look(seen: Seen, window: Window, values: np.ndarray, definition: RasterDefinition, header: Header) -> None:
    cells = definition.raster
    nothing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    if header.nodata is None:
        seen.not_a_number += int(nothing.sum())
    else:
        nothing |= values == header.nodata
    known = ~nothing
    seen.known += int(known.sum())
    wrong = known & np.isinf(values)
    if cells.lowest is not None:
        wrong |= known & (values < cells.lowest)
    if cells.highest is not None:
        wrong |= known & (values > cells.highest)
    if wrong.any():
        seen.outside += int(wrong.sum())
        seen.first_outside = seen.first_outside or (float(values[wrong][0]), *_where(wrong, window, header))
    if definition.style.values:
        _look_at_classes(seen, window, values, known & ~wrong, definition, header)


def _look_at_classes(
    seen: Seen, window: Window, values: np.ndarray, known: np.ndarray, definition: RasterDefinition, header: Header
) -> None:
    classless = known & ~np.isin(values, definition.classes)
    if not classless.any():
        return
    found, counts = np.unique(values[classless][: AT_ONCE // 16], return_counts=True)
    seen.classless.update({float(value): int(count) for value, count in list(zip(found, counts, strict=True))[:1000]})
    seen.first_classless = seen.first_classless or _where(classless, window, header)


def _where(mask: np.ndarray, window: Window, header: Header) -> tuple[float, float]:
    """The middle of the first cell that is true, in RD."""
    row, column = (int(index) for index in np.unravel_index(int(mask.argmax()), mask.shape))
    x = header.left_m + (window.col_off + column + 0.5) * header.cell_m
    y = header.top_m - (window.row_off + row + 0.5) * header.cell_m
    return x, y


def _told(seen: Seen, definition: RasterDefinition) -> list[Fault]:
    cells, faults = definition.raster, []
    if seen.outside and seen.first_outside:
        value, x, y = map(plain, seen.first_outside)
        limits = {"lowest": _limit(cells.lowest), "highest": _limit(cells.highest)}
        faults.append(fault("values", OUTSIDE, count=seen.outside, value=value, x=x, y=y, **limits))
    if seen.not_a_number:
        faults.append(fault("values", NOT_A_NUMBER, count=seen.not_a_number, layer=definition.id))
    if seen.first_classless:
        x, y = map(plain, seen.first_classless)
        values = ", ".join(plain(value) for value in sorted(seen.classless)[:SHOWN]) + (" …" if len(seen.classless) > SHOWN else "")
        faults.append(fault("values", NO_CLASS, values=values, layer=definition.id, x=x, y=y))
    if not (seen.known or faults):
        faults.append(fault("values", EMPTY))
    return faults


def _limit(value: float | None) -> str:
    return "…" if value is None else plain(value)
