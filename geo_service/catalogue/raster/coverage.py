"""Coverage, and who keeps what, on a stated grid: the pieces that coverage sums, spread over cells. One COG, as of a day.

Title, licence and source are those of the layer ``dekking_buurten``, whose columns the bands of ``dekking`` are: a municipality that does
not publish that layer does not publish these either.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.export import appearing
from geo_service.catalogue.order import BROKEN
from geo_service.catalogue.query import parse_bbox
from geo_service.catalogue.raster.care import care_on
from geo_service.catalogue.raster.cog import Band, Picture, names_beside, write_cog, write_names, writing_failed
from geo_service.catalogue.raster.grid import Grid, grid_over
from geo_service.catalogue.registry import Catalogue
from geo_service.catalogue.selection import as_texts
from geo_service.coverage import queries
from geo_service.coverage.service import coverage
from geo_service.days import AMSTERDAM, day_of
from geo_service.db.engine import at_one_moment
from geo_service.errors import N_, InvalidInput, SetupError
from geo_service.registers.queries import holds_demo
from geo_service.words import say, say_date

Kind = Literal["dekking", "wie_verzorgt"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CELL = 10
LAYER = "dekking_buurten"
COLUMNS = ("groen_m2", "beheerd_m2", "geadopteerd_m2", "geadopteerd_volledig_m2")
"""What a cell has of each, in m²: the sum of a band is the figure of the layer and of /api/v1/coverage."""
TITLES: dict[Kind, tuple[str, str]] = {
    "dekking": (
        N_("Coverage per cell"),
        N_(
            "How many m² of each cell are green, managed by the municipality, adopted, and adopted in full. The sum of a band is the total."
        ),
    ),
    "wie_verzorgt": (
        N_("Who keeps what, per cell"),
        N_("Who keeps the largest share of the green in a cell, however little green that is. A cell without green has no value."),
    ),
}
CLASSES = (
    (1, N_("the municipality"), (169, 203, 131)),
    (2, N_("residents, a part of the care"), (220, 182, 214)),
    (3, N_("residents, all of the care"), (107, 39, 99)),
    (4, N_("green that the municipality does not manage"), (217, 210, 190)),
)
AT_ONCE = 1_000_000
"""Cells that are held at the same time."""
Progress = Callable[[int], None]
"""Called with the number of rows that were written since the last call."""


@dataclass(frozen=True)
class CoverageRaster:
    """One raster that was asked for: what it shows, as of which day, and what its file will tell."""

    kind: Kind
    at: date
    picture: Picture

    @property
    def grid(self) -> Grid:
        """The cells, on multiples of their side in RD (EPSG:28992, metres)."""
        return self.picture.grid

    @property
    def file_name(self) -> str:
        """``dekking_20261121_10m_rd.tif``."""
        return f"{self.kind}_{self.at:%Y%m%d}_{self.grid.cell}m_rd.tif"


def order(
    session: Session,
    catalogue: Catalogue,
    kind: Kind,
    *,
    now: datetime,
    at: date | None = None,
    cell: int = CELL,
    bbox: str | Sequence[float] | None = None,
) -> CoverageRaster:
    """A raster of a day (default today) over a box (RD; default all districts and green). What is wrong is ``InvalidInput``."""
    day = at or day_of(now)
    box = parse_bbox(bbox) or queries.extent(session)
    if box is None:
        raise InvalidInput(N_("There are no districts and no green yet. Import them first (geo-service import)."))
    grid = grid_over(box, cell)
    layer, figures = catalogue.find(LAYER, staff=False), coverage(session, "gemeente", day, today=day_of(now))
    title, summary = (say(text) for text in TITLES[kind])
    told = {
        "name": kind,
        "title": title,
        "description": summary,
        "at": day.isoformat(),
        "grid": grid.told(),
        "license": layer.licence,
        "licenseUrl": layer.licence_url,
        "source": layer.source,
        "owner": layer.owner,
        "managedBasis": figures.managed_basis,
        "estimated": figures.estimated,
        "schematic": holds_demo(session),
        "TIFFTAG_IMAGEDESCRIPTION": f"{title}, {say_date(day)}. {summary}",
        "TIFFTAG_COPYRIGHT": f"{layer.owner}, {layer.licence}",
        "TIFFTAG_ARTIST": layer.owner,
        "TIFFTAG_DATETIME": f"{now.astimezone(AMSTERDAM):%Y:%m:%d %H:%M:%S}",
    }
    return CoverageRaster(kind, day, _picture(kind, layer, grid, as_texts(told)))


def _picture(kind: Kind, layer: LayerDefinition, grid: Grid, tags: dict[str, str]) -> Picture:
    if kind == "dekking":
        columns = ((name, layer.columns[name]) for name in COLUMNS)
        return Picture(grid, "float32", tuple(Band(name, "m²", {"title": column.told()}) for name, column in columns), tags)
    classes = {f"class_{value}": say(name) for value, name, _ in CLASSES}
    return Picture(grid, "uint8", (Band(kind, "", classes),), tags, {value: colour for value, _, colour in CLASSES})


def save(url: str, raster: CoverageRaster, target: Path, *, force: bool = False, progress: Progress | None = None) -> None:
    """Write the raster to ``target``. It appears under its name only when it is whole.

    The names of classes lie beside it (``TARGET.aux.xml``), where GDAL and QGIS look for them: a TIFF has no place for them.
    """
    with appearing(target, "tif", force=force) as part:
        write_file(url, raster, part, progress)
        names_beside(target).unlink(missing_ok=True)
        if raster.kind == "wie_verzorgt":
            write_names(names_beside(target), ["", *(say(name) for _, name, _ in CLASSES)])


def write_file(url: str, raster: CoverageRaster, path: Path, progress: Progress | None = None) -> None:
    """Write the raster to a new file in a folder of its own; what breaks is told as ``SetupError``."""
    failed: tuple[type[Exception], ...] = (OSError, *writing_failed(), OperationalError)
    try:
        with closing(_strips(url, raster, progress)) as strips:
            write_cog(path, raster.picture, strips)
    except failed as error:
        raise SetupError(BROKEN, fault=str(error).splitlines()[0]) from error


def _strips(url: str, raster: CoverageRaster, progress: Progress | None) -> Generator[np.ndarray, None, None]:
    """The bands, some rows at a time, all as of one moment of the database."""
    rows = max(1, AT_ONCE // raster.grid.width)
    with at_one_moment(url) as session:
        for strip in raster.grid.strips(rows):
            care = care_on(session, raster.at, strip)
            yield care.figures() if raster.kind == "dekking" else care.classes()
            if progress:
                progress(strip.height)
