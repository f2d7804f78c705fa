"""What one raster layer is: the content of ``layers/ID.toml`` with a table ``[raster]``, checked strictly."""

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from geo_service.catalogue.definition import Published, Strict, Text

VALUE = "waarde"
"""The name of the value of a cell, as styles call it."""
MOST_LOOKS = 254


class Green(Strict):
    """What of a cell is green: its value times ``scale`` as a share 0..1, or all of it where the value is one of ``values``."""

    scale: float | None = Field(None, gt=0)
    values: tuple[int, ...] = ()

    @model_validator(mode="after")
    def one_way(self) -> Self:
        if (self.scale is None) == (not self.values):
            raise ValueError("green has a scale, or values")
        return self


class Cells(Strict):
    """The table ``[raster]``: what a value means.

    ``date`` is the day that the raster shows. Nodata counts as ``nodata_counts_as`` in figures (for a share of green RIVM fills it with 0,
    atlasnatuurlijkkapitaal.nl/groenpercentage-per-wijk); without it these cells are left out. A value outside ``lowest`` and ``highest``
    is a mistake. For each level in ``districts`` the raster brings a layer with its figures: ``ID_buurten`` for buurt.
    """

    unit: Text
    day: date | None = Field(None, alias="date")
    nodata: float | None = None
    nodata_counts_as: float | None = None
    band: int = Field(1, ge=1)
    lowest: float | None = None
    highest: float | None = None
    green: Green | None = None
    districts: tuple[Literal["gemeente", "stadsdeel", "wijk", "buurt"], ...] = ()

    @model_validator(mode="after")
    def sensible(self) -> Self:
        if self.lowest is not None and self.highest is not None and self.lowest >= self.highest:
            raise ValueError("lowest is below highest")
        if self.nodata_counts_as is not None and self.nodata is None:
            raise ValueError("nodata_counts_as belongs with nodata")
        return self


class RasterDefinition(Published):
    """A published raster layer: square cells in RD (metres). Its files are registered apart, one per day (``geo-service rasters add``)."""

    raster: Cells

    @model_validator(mode="after")
    def style_of_values(self) -> Self:
        if self.style.column != VALUE:
            raise ValueError(f"the style of a raster has the column {VALUE}, with values or classes")
        if len(self.style.values) + len(self.style.classes) > MOST_LOOKS:
            raise ValueError(f"a raster has at most {MOST_LOOKS} looks")
        if any(re.fullmatch(r"-?\d+(\.\d+)?", word) is None for word in self.style.values):
            raise ValueError("the values in the style of a raster are numbers")
        return self

    @property
    def classes(self) -> list[float]:
        """The values that are classes, in the order of the style; empty where the style has classes of numbers."""
        return [float(word) for word in self.style.values]
