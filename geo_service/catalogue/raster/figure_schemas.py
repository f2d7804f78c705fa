"""What is told of a raster per district or plot. Areas in m² (RD), shares 0..1, values in the unit of the raster; JSON in camelCase."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_camel

Level = Literal["gemeente", "stadsdeel", "wijk", "buurt", "plek"]
SquareMetres = Annotated[float | None, AfterValidator(lambda area: None if area is None else round(area, 6))]


class _Told(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class ClassArea(_Told):
    """The ground of one class. ``share`` is of all ground that counts, 0..1; null where none does."""

    value: int | float
    title: str = Field(description="As in the legend; Dutch, as the data is.")
    area_m2: SquareMetres
    share: float | None


class Measured(_Told):
    """The figures of one area, null where nothing is known."""

    area_m2: SquareMetres = Field(description="All of it, without what a district with a lower code holds already.")
    known_m2: SquareMetres = Field(description="Of which the raster tells a value.")
    counted_m2: SquareMetres = Field(description="What the mean and the share of green are over.")
    mean: float | None
    lowest: float | None = Field(description="Of the cells with a value.")
    highest: float | None = Field(description="Of the cells with a value.")
    green_share: float | None = Field(description="0..1; null where the raster does not tell of green.")
    classes: list[ClassArea] | None = Field(
        None, description="Of a raster of classes: each of them in the order of the legend, together countedM2. Null of other rasters."
    )

    @computed_field(description="known / area, 0..1.")  # type: ignore[prop-decorator]
    @property
    def known_share(self) -> float | None:
        """The share of the area that the raster knows."""
        return self.known_m2 / self.area_m2 if self.area_m2 and self.known_m2 is not None else None

    @computed_field(alias="greenM2", description="The share of green in m².")  # type: ignore[prop-decorator]
    @property
    def green_m2(self) -> float | None:
        """The ground that is green."""
        return self.green_share * self.counted_m2 if self.green_share is not None and self.counted_m2 is not None else None


class AreaFigures(Measured):
    """One district or plot. Without a code: outside every district of this level."""

    code: str | None
    name: str


class RasterFigures(_Told):
    """The figures of one edition of a raster for all districts of a level, or for plots."""

    raster: str
    title: str
    unit: str
    at: date
    edition: date = Field(description="The day that this edition shows: the newest on or before the day that was asked for.")
    level: Level
    nodata_counts_as: float | None = Field(
        description="What ground without a value counts as, also where an area reaches beyond the raster; null: it is left out."
    )
    source: str
    licence: str
    areas: list[AreaFigures]
    total: Measured
    next: str | None = Field(None, description="Plots only: there are more; ask for those after this code.")
