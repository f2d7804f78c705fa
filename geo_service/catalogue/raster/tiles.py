"""Tiles of a raster as pictures: the cell under the middle of each pixel, in the colour of its class.

``rasterio.vrt.WarpedVRT`` reads them straight; rio-tiler, which does the same below its own work, costs six times the CPU
(docs/benchmarks.md), and is the oracle of the tests.
"""

import hashlib
import io
import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from geo_service.catalogue.definition import Look
from geo_service.catalogue.matrices import TILE_PIXELS, MatrixSet
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.files import Stamp, damage_told, open_edition, path_of, stamp_of
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.styles.rules import Between, Condition, Empty, Equal, Other, fill_opacity, rules

MOST_OPEN = 16
NOT_DRAWN = 0
"""The place in the palette of what lies outside the raster or has no look; then come the looks in the order of the legend."""


def version(definition: RasterDefinition, edition: RasterEdition) -> str:
    """A short text that changes with the file or with how it is told and drawn."""
    return hashlib.sha256(repr((definition.fingerprint, edition.id, edition.sha256)).encode()).hexdigest()[:20]


class OpenFiles:
    """Files of editions that are kept open, for many threads: a dataset is used by one at a time."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most, self._lock = most, Lock()
        self._resting: OrderedDict[int, tuple[Stamp, Any]] = OrderedDict()

    @contextmanager
    def dataset(self, folder: Path, edition: RasterEdition) -> Iterator[Any]:
        """The open file of an edition; errors as ``open_edition``."""
        stamp = stamp_of(path_of(folder, edition))
        source = self._take(stamp) or open_edition(folder, edition)
        try:
            with damage_told(folder, edition):
                yield source
        except BaseException:
            source.close()
            raise
        self._give_back(stamp, source)

    def _take(self, stamp: Stamp) -> Any:
        with self._lock:
            found = next((key for key, (known, _) in reversed(self._resting.items()) if known == stamp), None)
            return self._resting.pop(found)[1] if found is not None else None

    def _give_back(self, stamp: Stamp, source: Any) -> None:
        with self._lock:
            self._resting[id(source)] = (stamp, source)
            oldest = self._resting.popitem(last=False)[1][1] if len(self._resting) > self._most else None
        if oldest is not None:
            oldest.close()

    def close(self) -> None:
        """Close all that rests."""
        with self._lock:
            while self._resting:
                self._resting.popitem()[1][1].close()


def picture(source: Any, definition: RasterDefinition, matrices: MatrixSet, z: int, x: int, y: int) -> bytes:
    """One tile as PNG of 256 x 256 pixels; empty when nothing of it is drawn."""
    from affine import Affine
    from rasterio.enums import Resampling  # GDAL is loaded with the first file: who serves no raster does not wait for it
    from rasterio.vrt import WarpedVRT

    matrices.require(z, x, y)
    pixel = matrices.pixel(z)
    side = pixel * TILE_PIXELS
    place = Affine(pixel, 0, matrices.bounds[0] + x * side, 0, -pixel, matrices.bounds[3] - y * side)
    grid = {"crs": f"EPSG:{matrices.srid}", "transform": place, "width": TILE_PIXELS, "height": TILE_PIXELS}
    with WarpedVRT(source, src_nodata=None, nodata=None, add_alpha=True, resampling=Resampling.nearest, **grid) as warped:
        values, inside = warped.read()
    drawn = rules(definition.style)
    places = np.where(inside > 0, _places(values, [rule.condition for rule in drawn], source.nodata), NOT_DRAWN).astype("uint8")
    shades = [_rgba(None), *(_rgba(rule.look) for rule in drawn)]
    if not any(shades[place][3] for place in np.unique(places)):
        return b""
    return _png(places, shades)


def _places(values: np.ndarray, conditions: Sequence[Condition], nodata: float | None) -> np.ndarray:
    """For each value its place in the palette: that of the condition that holds, counted from one."""
    empty = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    empty |= values == nodata if nodata is not None else False
    places = np.full(values.shape, NOT_DRAWN)
    for place, condition in enumerate(conditions, 1):
        places[_holds(condition, values, empty)] = place
    return places


def _holds(condition: Condition, values: np.ndarray, empty: np.ndarray) -> np.ndarray:
    match condition:
        case Equal(value):
            return ~empty & (values == float(value))
        case Between(lowest, below, not_zero):
            within = ~empty & (values >= lowest) & (values < (np.inf if below is None else below))
            return within & (values != 0) if not_zero else within
        case Empty(or_zero):
            return empty | (values == 0) if or_zero else empty
        case Other(known):
            return empty | ~np.isin(values, [float(value) for value in known])
    return ~empty


def _rgba(look: Look | None) -> tuple[int, int, int, int]:
    if look is None or look.fill is None:
        return (0, 0, 0, 0)
    red, green, blue = (int(look.fill[at : at + 2], 16) for at in (1, 3, 5))
    return (red, green, blue, round(255 * fill_opacity(look)))


def _png(places: np.ndarray, shades: list[tuple[int, int, int, int]]) -> bytes:
    from PIL import Image

    image = Image.fromarray(places, "P")
    image.putpalette([part for shade in shades for part in shade[:3]])
    file = io.BytesIO()
    image.save(file, "PNG", transparency=bytes(shade[3] for shade in shades))
    return file.getvalue()


def shown(edition: RasterEdition, matrices: MatrixSet) -> range:
    """The matrices that make sense: from the one in which the raster is about one tile to the one that draws a cell as 4 x 4 pixels."""
    whole = max(edition.width, edition.height) * edition.cell_m / matrices.ground
    first = math.floor(math.log2(matrices.size / whole))
    last = math.ceil(math.log2(matrices.pixel(0) * matrices.ground / (edition.cell_m / 4)))
    deepest = min(max(last, 0), matrices.deepest)
    return range(min(max(first, 0), deepest), deepest + 1)
