"""How many m² of each cell who keeps: the pieces that coverage sums, spread over cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.grid import Grid
from geo_service.catalogue.raster.shares import Cover
from geo_service.coverage import queries


@dataclass(frozen=True)
class Care:
    """The m² of each cell, (row, column), by who keeps them; together its green."""

    municipality: np.ndarray
    partly: np.ndarray
    fully: np.ndarray
    others: np.ndarray

    def figures(self) -> np.ndarray:
        """Green, managed, adopted and adopted in full, as coverage tells them: (4, row, column)."""
        adopted = self.partly + self.fully
        managed = self.municipality + adopted
        return np.stack([managed + self.others, managed, adopted, self.fully]).astype(np.float32)

    def classes(self) -> np.ndarray:
        """Who keeps the largest share of the green: 1 municipality, 2 residents partly, 3 residents fully, 4 others; 0 without green."""
        shares = np.stack([self.municipality, self.partly, self.fully, self.others])
        return np.where(shares.max(axis=0) > 0, shares.argmax(axis=0) + 1, 0).astype(np.uint8)[np.newaxis]


def care_on(session: Session, at: date, grid: Grid) -> Care:
    """The care of a day in the cells of a grid."""
    managed, others = _spread(queries.green_pieces(session, at, grid.bounds), grid)
    fully, partly = _spread(queries.adopted_pieces(session, at, grid.bounds), grid)
    return Care(np.maximum(managed - fully - partly, 0), partly, fully, others)


def _spread(parts: Iterable[Sequence[Any]], grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """The m² per cell of the shapes that are so, and of those that are not."""
    covers = {True: Cover(grid), False: Cover(grid)}
    for part in parts:
        shapes, so = shapely.from_wkb([row[0] for row in part]), np.array([row[1] for row in part])
        for answer, cover in covers.items():
            cover.add(shapes[so == answer])
    return covers[True].areas(), covers[False].areas()
