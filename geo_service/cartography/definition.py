"""What a map is: one TOML file in ``maps/``, checked here. It names layers, classes, colours and words; it holds no code."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo_service.words import Language

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
LARGEST_INLINE = 5000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text of the content itself, in both languages."""

    nl: str
    en: str

    def say(self, language: Language) -> str:
        return self.nl if language == "nl" else self.en


class Lines(_Strict):
    """The lines of a tooltip; ``{column}`` is replaced by the value, written as the language writes it."""

    nl: list[str]
    en: list[str]

    def say(self, language: Language) -> list[str]:
        return self.nl if language == "nl" else self.en


class Level(_Strict):
    """One choice of districts: the layer with their figures, and the name of the level in ``geo.district``."""

    level: Literal["gemeente", "stadsdeel", "wijk", "buurt"]
    layer: str
    title: Text


class Choropleth(_Strict):
    """Districts coloured by the class of ``column``: a share 0..1, or numbers in ``unit``, below zero too. ``words`` name the classes.

    Fewer than ``few`` in ``count`` is hatched: one plot decides there. A share of nothing is ``none``, as is what is not known.
    A page opens at level ``default``, limited to the stadsdeel ``start`` when there is one with that code.
    """

    default: str
    start: str | None = None
    levels: dict[str, Level]
    column: str
    count: str | None = None
    few: int = Field(0, ge=0)
    legend: Text
    unit: Text | None = None
    words: list[Text] = []
    breaks: list[float]
    palette: list[Colour]
    none: Colour
    tooltip: Lines

    @model_validator(mode="after")
    def classes_fit(self) -> Self:
        if len(self.palette) != len(self.breaks) + 1:
            raise ValueError("palette needs one colour more than there are breaks")
        if self.words and len(self.words) != len(self.palette):
            raise ValueError("words name every class of the palette")
        if (self.count is None) != (self.few == 0):
            raise ValueError("few belongs with count")
        if self.breaks != sorted(set(self.breaks)):
            raise ValueError("breaks must rise")
        if self.default not in self.levels:
            raise ValueError(f"default must be one of {', '.join(self.levels)}")
        return self


class Plots(_Strict):
    """Shapes above the districts, those whose columns say ``only``. Beyond ``inline_limit`` the document holds counts on a grid instead."""

    layer: str
    only: dict[str, str] = {}
    title: Text
    fill: Colour
    line: Colour
    inline_limit: int = Field(gt=0, le=LARGEST_INLINE)
    tooltip: Lines


class Background(_Strict):
    """The larger shapes of a layer, drawn above the districts so that people recognise the place. Looks come from the layer's style."""

    layer: str
    column: str
    values: list[str]
    smallest_m2: float = Field(gt=0)
    title: Text


class Overlay(_Strict):
    """A raster layer that readers can lay over the districts; from our own tiles, so not in a map that is one file."""

    layer: str
    title: Text


class TableColumn(_Strict):
    """A column of the table beside the map. All together it is a sum, or a mean by ``weight`` (a column of m²); without them nothing."""

    title: Text
    sum: bool = False
    weight: str | None = None


class MapDefinition(_Strict):
    """One map; its id is the name of the file. With a ``table`` it has a page of its own: ``/kaarten/ID``."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    summary: Text
    audience: Literal["public", "staff"]
    background: Background | None = None
    attribution: Text
    choropleth: Choropleth
    plots: Plots | None = None
    raster: Overlay | None = None
    table: dict[str, TableColumn] = {}
    explained: list[Text] = Field([], description="Below the table: how it was counted, a paragraph each.")

    def shown(self) -> list[str]:
        """Every layer that the map shows, the raster too."""
        return [*self.layers(), *([self.raster.layer] if self.raster else [])]

    def layers(self) -> list[str]:
        """The layers of features."""
        named = [level.layer for level in self.choropleth.levels.values()]
        return [*named, *([self.plots.layer] if self.plots else []), *([self.background.layer] if self.background else [])]
