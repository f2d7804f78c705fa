"""Rasters at the size of the run: figures of all buurten, a warm tile, and coverage spread over cells; each beside the plain way."""

from datetime import UTC, datetime
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import rasterio.mask
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from rio_tiler.io import Reader

from geo_service.catalogue.matrices import WEB_MERCATOR
from geo_service.catalogue.raster.coverage import order, save
from geo_service.catalogue.raster.grid import Grid, grid_over
from geo_service.catalogue.raster.shares import Cover
from geo_service.catalogue.raster.tiles import picture
from geo_service.catalogue.raster.zonal import figures
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from tests.benchmarks import measure, town
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Report

ZOOM = 14
LAYER = load_catalogue(content_root()).rasters["groenkaart"]


def bench_rasters(bench: Bench, report: Report) -> None:
    """A raster of 10 m from the green of the run."""
    grid = grid_over(tuple(shapely.total_bounds(bench.green)), 10)
    path = bench.folder / "groen.tif"
    write_raster(path, bench.green, grid)
    report.part(f"Rasters of {grid.width} x {grid.height} cells")
    with rasterio.open(path) as source:
        bench_zonal(bench, report, source)
        bench_tile(bench, report, source, path)
    bench_coverage_cog(bench, report, grid)


def write_raster(path: Path, green: np.ndarray, grid: Grid) -> None:
    """The share of green per cell, in percent."""
    cover = Cover(grid)
    cover.add(green)
    share = np.round(cover.areas() / grid.cell**2 * 100).astype("uint8")
    layout = {"driver": "GTiff", "dtype": "uint8", "count": 1, "nodata": 255, "tiled": True, "compress": "DEFLATE", **grid.profile}
    with rasterio.open(path, "w", **layout) as out:
        out.write(share, 1)


def bench_zonal(bench: Bench, report: Report, source: rasterio.DatasetReader) -> None:
    """The exact mean of every buurt; the plain way counts the cells whose middle lies inside."""
    buurten = town.buurten(len(bench.green))

    def plain(_: int) -> None:
        for buurt in buurten:
            cells, _ = rasterio.mask.mask(source, [buurt], crop=True, nodata=255)
            cells[cells != 255].mean()

    first = measure.timed(f"figures of {len(buurten)} buurten, exact", bench.pids, lambda _: figures(source, buurten, LAYER.raster), 5)
    slow = measure.timed("baseline: rasterio.mask per buurt, middles of cells", bench.pids, plain, 5)
    report.table(measure.HEADER, [first.row(), slow.row(first)])


def bench_tile(bench: Bench, report: Report, source: rasterio.DatasetReader, path: Path) -> None:
    """A tile of web mercator over the middle of the town, from an open file."""
    with Reader(str(path)) as reader:
        west, south, east, north = reader.get_geographic_bounds(reader.tms.rasterio_geographic_crs)
        tile = reader.tms.tile((west + east) / 2, (south + north) / 2, ZOOM)
        first = measure.timed("tile, drawn", bench.pids, lambda _: picture(source, LAYER, WEB_MERCATOR, ZOOM, tile.x, tile.y), 50)
        slow = measure.timed("baseline: rio-tiler", bench.pids, lambda _: reader.tile(tile.x, tile.y, ZOOM).render(img_format="PNG"), 20)
    report.table(measure.HEADER, [first.row(), slow.row(first)])


def bench_coverage_cog(bench: Bench, report: Report, grid: Grid) -> None:
    """All four bands as a file; the plain way gives one band in memory, with polygons that are in memory too."""
    url, target = bench.cluster.url(), bench.folder / "dekking.tif"

    def ours(_: int) -> None:
        with bench.sessions() as session:
            save(url, order(session, load_catalogue(content_root()), "dekking", now=datetime.now(UTC)), target, force=True)

    def plain(_: int) -> None:
        empty = np.zeros((grid.height, grid.width), np.uint8)
        west, south, east, north = grid.bounds
        cells = NumPyRasterSource(empty, xmin=west, ymin=south, xmax=east, ymax=north)
        frame = geopandas.GeoDataFrame(geometry=bench.green, crs=28992)
        told = exact_extract(cells, frame, ["cell_id", "coverage"], output="pandas")
        np.bincount(np.concatenate(told.cell_id.values).astype(int), np.concatenate(told.coverage.values), empty.size)

    first = measure.timed("coverage as COG: four bands, from the database to the file", bench.pids, ours, 3, warm=1)
    slow = measure.timed("baseline: exactextract, one band, in memory", bench.pids, plain, 1, warm=0)
    report.table(measure.HEADER, [first.row(), slow.row(first)])
