"""Exact figures of shapes on cells: each cell counts by the share of it that lies inside (exactextract). Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any

import shapely

from geo_service.catalogue.raster.definition import Cells
from geo_service.geometry import RD

if TYPE_CHECKING:
    from rasterio import DatasetReader

AT_ONCE = 500
"""Shapes that are summed together; progress is told after each round."""
MOST_CELLS = 4_000_000
"""Cells in memory at a time: a shape on more of them is read in parts (32 MB as float64)."""
ROUNDING = 1e-6
"""Shares of cells are told in single precision: what differs less from all of a shape is all of it."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Figures:
    """What one shape holds. Areas in m² (RD): ``known_m2`` lies on cells with a value; ``counted_m2`` is what mean and share are over.

    ``lowest`` and ``highest`` are of the cells with a value, in the unit of the raster; ``green_share`` is 0..1. None where nothing counts.
    """

    area_m2: float
    known_m2: float
    counted_m2: float
    mean: float | None
    lowest: float | None
    highest: float | None
    green_share: float | None
    classes: dict[float, float] = field(default_factory=dict)
    """The m² of each value, where they were asked for: together ``counted_m2``."""


def figures(
    raster: "DatasetReader", shapes: Sequence[shapely.Geometry], cells: Cells, *, by_class: bool = False, progress: Progress | None = None
) -> list[Figures]:
    """Sum the first band of a raster in RD over shapes in RD, in their order; with ``by_class`` also per value.

    Where the raster tells nothing (nodata, and ground outside it) its ``nodata_counts_as`` counts, and the figures are over the whole
    shape: the RIVM rule for shares of green. Without that rule such ground is left out, and ``known_m2`` tells how much is left. Of a
    shape that lies outside altogether nothing is told, whatever the rule.
    """
    made: list[Figures] = []
    for start in range(0, len(shapes), AT_ONCE):
        made += _some(raster, shapes[start : start + AT_ONCE], cells, by_class or bool(cells.green and cells.green.values))
        if progress:
            progress(len(made), len(shapes))
    return made


def _some(raster: "DatasetReader", shapes: Sequence[shapely.Geometry], cells: Cells, by_class: bool) -> Iterator[Figures]:
    import geopandas as gpd  # these take a second to import: who measures nothing does not wait for them
    from exactextract import exact_extract
    from exactextract.raster import RasterioRasterSource

    shapes = [_polygons(shape) for shape in shapes]
    # exactextract 0.3.0 crashes on a part that touches the raster from outside: it gets only what lies on it
    ground = shapely.box(*raster.bounds)
    inside = [_polygons(shapely.intersection(shape, ground)) for shape in shapes]
    frame = gpd.GeoDataFrame(geometry=[shape for shape in inside if shape.area], crs=RD)
    operations = ["count=count", "sum=sum", "lowest=min", "highest=max"]
    if by_class:
        operations += ["values=unique", "shares=frac"]
    cell_m2 = abs(raster.transform.a * raster.transform.e)
    summed = exact_extract(RasterioRasterSource(raster), frame, operations, max_cells_in_memory=MOST_CELLS, output="geojson")
    told = iter(summed)
    for shape, part in zip(shapes, inside, strict=True):
        here = next(told)["properties"] if part.area else {"count": 0}
        if here["count"]:
            yield _figures(shape.area, here, cell_m2, cells)
        else:
            yield _without_values(shape.area, part.area, cells, by_class)


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The ground of a shape: an overlay leaves points and lines beside it."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.MultiPolygon([part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"])


def _figures(area_m2: float, told: dict[str, Any], cell_m2: float, cells: Cells) -> Figures:
    known_m2 = min(told["count"] * cell_m2, area_m2)
    if area_m2 - known_m2 <= ROUNDING * area_m2:
        known_m2 = area_m2
    assumed = cells.nodata_counts_as
    counted_m2 = known_m2 if assumed is None else area_m2
    mean = told["sum"] / told["count"]
    if assumed is not None:
        mean = (mean * known_m2 + assumed * (area_m2 - known_m2)) / area_m2
    classes = _classes(told, known_m2) if "values" in told else {}
    if classes and assumed is not None and counted_m2 > known_m2:
        classes[assumed] = classes.get(assumed, 0) + counted_m2 - known_m2
    green = _green_share(mean, classes, cells)
    return Figures(area_m2, known_m2, counted_m2, mean, told["lowest"], told["highest"], green, classes)


def _classes(told: dict[str, Any], known_m2: float) -> dict[float, float]:
    """The m² of each value: shares in single precision are spread over exactly the ground that has one."""
    shares = {float(value): share for value, share in zip(told["values"], told["shares"], strict=True) if share > 0}
    whole = fsum(shares.values())
    return {value: known_m2 * share / whole for value, share in shares.items()}


def _green_share(mean: float, classes: dict[float, float], cells: Cells) -> float | None:
    if cells.green is None:
        return None
    if cells.green.scale is not None:
        return mean * cells.green.scale
    return fsum(area_m2 for value, area_m2 in classes.items() if value in cells.green.values) / fsum(classes.values())


def _without_values(area_m2: float, inside_m2: float, cells: Cells, by_class: bool) -> Figures:
    assumed = cells.nodata_counts_as
    if assumed is None or not inside_m2:
        return Figures(area_m2, 0, 0, None, None, None, None)
    classes = {assumed: area_m2} if by_class else {}
    return Figures(area_m2, 0, area_m2, assumed, None, None, _green_share(assumed, classes, cells), classes)
