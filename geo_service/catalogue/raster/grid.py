"""A stated grid in RD: square cells of whole metres, whose corners are multiples of the cell. Equal cells of two days lie on each other."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from affine import Affine

from geo_service.catalogue.query import Box
from geo_service.errors import N_, InvalidInput, fault
from geo_service.geometry import RD_BOUNDS

CELLS = (1, 1000)
"""The smallest and the largest cell, in metres."""
MOST = 16_000_000
"""What one file may hold: the whole municipality in cells of some metres, or 4 by 4 km in cells of one."""


@dataclass(frozen=True)
class Grid:
    """North up, from ``left`` and ``top`` (metres, multiples of ``cell``): ``width`` columns and ``height`` rows."""

    cell: int
    left: int
    top: int
    width: int
    height: int

    @property
    def bounds(self) -> Box:
        """xmin, ymin, xmax, ymax in metres."""
        return (self.left, self.top - self.height * self.cell, self.left + self.width * self.cell, self.top)

    @property
    def profile(self) -> dict[str, Any]:
        """Size, place and system, as rasterio writes them."""
        transform = Affine(self.cell, 0, self.left, 0, -self.cell, self.top)
        return {"width": self.width, "height": self.height, "transform": transform, "crs": "EPSG:28992"}

    def strips(self, rows: int) -> Iterator["Grid"]:
        """The same grid from north to south, in parts of so many rows."""
        for first in range(0, self.height, rows):
            yield Grid(self.cell, self.left, self.top - first * self.cell, self.width, min(rows, self.height - first))

    def told(self) -> str:
        """One line: ``cell=10; left=139000; top=494000; width=1500; height=1460; crs=EPSG:28992``."""
        return f"cell={self.cell}; left={self.left}; top={self.top}; width={self.width}; height={self.height}; crs=EPSG:28992"


def grid_over(box: Box, cell: int) -> Grid:
    """The grid whose cells touch the box, RD metres. ``InvalidInput`` tells the smallest cell that the box can have."""
    if not CELLS[0] <= cell <= CELLS[1]:
        raise _wrong("cell", N_("A cell is {least} to {most} metres, whole."), least=CELLS[0], most=CELLS[1])
    if box[0] < RD_BOUNDS[0] or box[1] < RD_BOUNDS[1] or box[2] > RD_BOUNDS[2] or box[3] > RD_BOUNDS[3]:
        raise _wrong(
            "bbox", N_("This box is not in RD (EPSG:28992, metres): for example {example}."), example="142000,482000,146000,486000"
        )
    grid = _over(box, cell)
    if _count(grid) > MOST:
        text = N_("A grid of {cells} cells is too large; at most {most}. Take a cell of at least {smallest} metres, or a smaller box.")
        raise _wrong("cell", text, cells=_count(grid), most=MOST, smallest=_smallest(box))
    return grid


def _over(box: Box, cell: int) -> Grid:
    left, bottom = math.floor(box[0] / cell), math.floor(box[1] / cell)
    right, top = max(math.ceil(box[2] / cell), left + 1), max(math.ceil(box[3] / cell), bottom + 1)
    return Grid(cell, left * cell, top * cell, right - left, top - bottom)


def _count(grid: Grid) -> int:
    return grid.width * grid.height


def _smallest(box: Box) -> int:
    return next(cell for cell in range(*CELLS) if _count(_over(box, cell)) <= MOST)


def _wrong(where: str, text: str, **values: Any) -> InvalidInput:
    return InvalidInput(details={"errors": [fault(where, text, **values)]})
