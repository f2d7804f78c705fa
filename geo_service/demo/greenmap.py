"""A schematic green map of the town: the share of green of every cell of 10 m, seen from above, as RIVM's Groenkaart tells it.

It sees what no register holds: gardens, more of them green in older wijken, and crowns over streets; and it sees less in ground for
recreation, where a playground is hardly green. Nothing on open water and outside the municipality. The shares are made up.
"""

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np
import rasterio
import rasterio.features
import shapely
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.grid import Grid, grid_over
from geo_service.catalogue.raster.service import register
from geo_service.catalogue.raster.shares import Cover
from geo_service.demo.districts import District
from geo_service.demo.records import Town
from geo_service.demo.town import SEED

LAYER = "groenkaart"
CELL, NODATA = 10, 255
YEARS = (3, 0)
"""One edition of so many years ago each, flown in June."""
SOURCE = "Schematische groenkaart van de demo, getekend en niet gemeten."
OWNER = "Demo: geen echte gemeente"
LICENCE = "CC0-1.0"
SHARES = {"speelterrein": 0.15, "volkstuin": 0.65}
SPORTS, FARMLAND = 0.45, 0.9
GARDENS = {"villas": 0.75, "business": 0.1}
OLDEST, NEWEST = (1975, 0.62), (2020, 0.3)
"""How green gardens are in wijken of these years; between them in proportion."""
CROWN, GROWTH = 4.2, 0.2
"""Radius of a crown today, and how much it grows in a year, in metres."""
PAVED = 0.012
"""The part of the gardens that is paved each year."""


def register_green_map(session: Session, folder: Path, definition: RasterDefinition, town: Town, now: datetime) -> None:
    """Draw the editions and register them, relative to the day of the town. The caller commits."""
    with tempfile.TemporaryDirectory(prefix="geo-green-map-") as place:
        for day, cells, grid in editions(town):
            path = Path(place) / f"{day}.tif"
            layout = {"driver": "GTiff", "dtype": "uint8", "count": 1, "nodata": NODATA, "compress": "DEFLATE", **grid.profile}
            with rasterio.open(path, "w", **layout) as file:
                file.write(cells, 1)
            register(session, folder, definition, path, day=day, now=now, source=SOURCE, licence=LICENCE, owner=OWNER)


def editions(town: Town) -> Iterator[tuple[date, np.ndarray, Grid]]:
    """The day of each edition with its cells, percentages as uint8, (row, column)."""
    town_map = GreenMap(town)
    june = date(town.today.year, 6, 1)
    latest = june if june <= town.today else june.replace(year=june.year - 1)
    for years in YEARS:
        day = latest.replace(year=latest.year - years)
        yield day, town_map.cells(day, years), town_map.grid


class GreenMap:
    """Draws the town; what does not change over the years is drawn once."""

    def __init__(self, town: Town) -> None:
        self.town = town
        whole = next(d for d in town.districts if d.level == "gemeente")
        self.grid = grid_over(whole.outline.bounds, CELL)
        family, appearance = np.array(town.ground.family), np.array(town.ground.appearance)
        self.outside = self.share([whole.outline]) < 0.5
        self.water = self.share(town.ground.geometry[family == "water"]) > 0.5
        self.farmland = FARMLAND * self.share(town.ground.geometry[family == "farm"])
        self.gardens = self.share(town.ground.geometry[(family == "housing") & (appearance == "erf")])

    def share(self, shapes: np.ndarray | list[shapely.Geometry]) -> np.ndarray:
        """The share of each cell that the shapes cover."""
        cover = Cover(self.grid)
        cover.add(np.asarray(shapes, object))
        return cover.areas() / CELL**2

    def cells(self, day: date, years: int) -> np.ndarray:
        """The percentages of a day, so many years ago."""
        ground = np.clip(self.planted(day) + self.farmland + self.gardens * self.garden_green(years), 0, 1)
        crowns = self.share(shapely.buffer(self.town.trees.point, CROWN - GROWTH * years, quad_segs=4))
        seen = 1 - (1 - ground) * (1 - np.clip(crowns, 0, 1))
        return np.where(self.outside | self.water, NODATA, np.round(100 * seen)).astype(np.uint8)

    def planted(self, day: date) -> np.ndarray:
        """What the register of green holds on the day, as green as it is."""
        g = self.town.green
        there = [
            (start is None or start <= day) and (end is None or day < end) for start, end in zip(g.applies_from, g.valid_to, strict=True)
        ]
        kinds = zip(g.category, g.plus_type, strict=True)
        green = np.array([SHARES.get(plus or "", SPORTS if category == "recreation" else 1.0) for category, plus in kinds])
        shapes, there_now = np.array(g.geometry, object), np.array(there)
        return sum((each * self.share(shapes[there_now & (green == each)]) for each in np.unique(green)), np.zeros_like(self.gardens))

    def garden_green(self, years: int) -> np.ndarray:
        """How green the gardens of each cell are: by its wijk, and everyone's own taste."""
        wijken = [d for d in self.town.districts if d.level == "wijk"]
        rng = np.random.default_rng([SEED, 6000])
        by_wijk = np.array([0.4, *(green_of(wijk) + rng.uniform(-0.08, 0.08) for wijk in wijken)])
        numbered = ((wijk.outline, number) for number, wijk in enumerate(wijken, 1))
        shape = (self.grid.height, self.grid.width)
        wijk_of_cell = rasterio.features.rasterize(numbered, shape, transform=self.grid.profile["transform"], dtype="uint16")
        taste = rng.uniform(0.6, 1.4, shape)
        return np.clip((by_wijk[wijk_of_cell] + PAVED * years) * taste, 0, 1)


def green_of(wijk: District) -> float:
    """How green the gardens of a wijk are."""
    by_age = float(np.interp(wijk.built, (OLDEST[0], NEWEST[0]), (OLDEST[1], NEWEST[1])))
    return GARDENS.get(wijk.use, by_age)
