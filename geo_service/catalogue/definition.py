"""What one layer is: the content of ``layers/ID.toml``, checked strictly, and the SELECT beside it."""

import hashlib
import json
import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from geo_service.catalogue.licences import LICENCES

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,52}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Geometry = Literal["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
Theme = Literal["AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN"]
Frequency = Literal["UPDATE_CONT", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL", "IRREG", "NEVER", "UNKNOWN"]
GEOMETRIE = "geometrie"
OMHULLENDE = "omhullende"
VERSIE = "versie"
"""Where features can be edited, this column tells what an editor saw."""
COARSE_ZOOMS = (8, 13)


class Strict(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """A column as people see it; ``values`` lists all words that can occur."""

    title: Text
    unit: Text | None = None
    values: tuple[str, ...] = ()
    description: Text | None = None

    def told(self) -> str:
        """One line for the comment in the database and in exported files."""
        unit = f" ({self.unit})" if self.unit else ""
        values = f" Waarden: {', '.join(self.values)}." if self.values else ""
        return f"{self.title}{unit}.{f' {self.description}' if self.description else ''}{values}"


class Look(Strict):
    """How a feature is drawn: colours as #rrggbb, widths in pixels, opacity 0..1; never told by colour alone."""

    title: Text
    fill: Colour | None = None
    opacity: float = Field(1, ge=0, le=1)
    line: Colour | None = None
    width: float = Field(0, ge=0)
    dash: str | None = None
    pattern: Literal["full", "pale", "lines", "dots", "hatch"] = "full"


class ClassLook(Look):
    """One class of numbers: from this value (included) up to the next class."""

    at_least: float


class Style(Strict):
    """One style of a layer: the same look for all, one per value of a column, or one per class of numbers."""

    look: Look | None = None
    column: Name | None = None
    values: dict[str, Look] = {}
    classes: tuple[ClassLook, ...] = ()
    nothing: Look | None = Field(
        None, description="How a feature is drawn whose column is empty, or has none of the values; or is zero, with classes from zero up."
    )
    zero_counts: bool = Field(False, description="Zero is a number like any other, also where it would look like nothing.")

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        if sum(map(bool, (self.look, self.values, self.classes))) != 1 or bool(self.column) == bool(self.look):
            raise ValueError("a style is one look, or a column with values or with classes")
        bounds = [step.at_least for step in self.classes]
        if bounds != sorted(set(bounds)):
            raise ValueError("classes go up")
        return self

    @property
    def zero_is_nothing(self) -> bool:
        """Whether zero looks like nothing: not where it counts, nor where classes go on below it, as those of a difference do."""
        return self.nothing is not None and not self.zero_counts and bool(self.classes) and self.classes[0].at_least >= 0


class Tiles(Strict):
    """Zooms are WebMercatorQuad's. Below ``all_from`` features smaller than 2 x 2 pixels (by ``area``, m²) are left out; or, with
    ``coarse``, the SELECT reads the coarse shapes of green and ground (zooms 8 to 13), which leave no holes.
    """

    minzoom: int = Field(ge=0, le=22)
    maxzoom: int = Field(ge=0, le=22)
    columns: tuple[Name, ...]
    area: Name | None = None
    coarse: bool = False
    all_from: int = 0

    @model_validator(mode="after")
    def sensible(self) -> Self:
        if self.minzoom > self.maxzoom or (self.all_from > 0) != (self.area is not None or self.coarse):
            raise ValueError("minzoom <= maxzoom; all_from belongs with area or coarse")
        if self.coarse and (self.area or self.minzoom < COARSE_ZOOMS[0] or self.all_from - 1 > COARSE_ZOOMS[1]):
            raise ValueError("coarse shapes are there for zooms 8 to 13, and need no area")
        return self


class Edits(Strict):
    """Which register takes edits of a layer's features, and as what: a column of the layer -> one of the register."""

    through: Literal["zones"]
    columns: dict[Name, Literal["kind", "effect", "disclosure", "name", "source", "starts", "ends"]]


class Published(Strict):
    """What people read of a layer of any kind, and who may.

    ``themes`` and ``frequency`` are codes of the EU's lists data-theme and frequency. A public layer has one of ``LICENCES``, by its SPDX
    name; its deed follows from that.
    """

    id: Name
    title: Text
    summary: Text
    audience: Literal["public", "staff"]
    licence: Text
    licence_url: str | None = Field(None, pattern=r"^https://")
    owner: Text
    source: Text
    updated: Text
    themes: tuple[Theme, ...] = Field(("ENVI",), min_length=1)
    keywords: tuple[Text, ...] = ()
    frequency: Frequency = "UNKNOWN"
    style: Style

    @model_validator(mode="before")
    @classmethod
    def deed_of_licence(cls, told: Any) -> Any:
        licence = LICENCES.get(told.get("licence"))
        return {"licence_url": licence.deed, **told} if licence else told

    @model_validator(mode="after")
    def known_licence(self) -> Self:
        if self.audience == "public" and self.licence not in LICENCES:
            raise ValueError(f"the licence of a public layer is one of: {', '.join(LICENCES)}")
        if self.licence in LICENCES and self.licence_url != LICENCES[self.licence].deed:
            raise ValueError(f"the licence_url of {self.licence} is {LICENCES[self.licence].deed}")
        return self

    @cached_property
    def fingerprint(self) -> str:
        """Changes when anything of the definition changes; an unchanged view is left alone. Keys that it leaves out do not count, so that
        a new key of this program changes no layer.
        """
        content = json.dumps(self.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def described(self) -> str:
        """Title, summary, source and licence in one text, for comments and file metadata."""
        return f"{self.title}. {self.summary} Bron: {self.source.rstrip('.')}. Licentie: {self.licence}. Eigenaar: {self.owner}."


class LayerDefinition(Published):
    """A published layer of features. ``geometrie`` (EPSG:28992) is always there; ``served`` names the stored copies beside it (4326, 3857).

    Where the query computes geometries, ``enclosed`` says that the view ends with ``omhullende``: stored and indexed ground (28992) in
    which each feature lies, so that a box need not compute all of them.
    """

    geometry: Geometry
    key: Name
    period: tuple[Name] | tuple[Name, Name] | None = Field(
        None, description="The columns that tell when a feature is valid: a day, or from (included) to (left out; empty is open)."
    )
    served: tuple[Literal[4326, 3857], ...] = ()
    enclosed: bool = False
    edits: Edits | None = Field(None, description="Staff may edit the features. What ``columns`` does not name is ours to fill in.")
    columns: dict[Name, Column]
    tiles: Tiles | None = None
    sql: str

    @model_validator(mode="after")
    def columns_exist(self) -> Self:
        used = {self.key, *filter(None, [self.style.column]), *(self.tiles.columns if self.tiles else ())}
        used |= set(self.period or ())
        used |= {self.tiles.area} if self.tiles and self.tiles.area else set()
        used |= {VERSIE, *self.edits.columns} if self.edits else set()
        unknown = sorted(used - self.columns.keys())
        if unknown:
            raise ValueError(f"columns that are not declared: {', '.join(unknown)}")
        known = self.columns[self.style.column].values if self.style.column else ()
        if known and self.style.values and set(known) != set(self.style.values):
            raise ValueError(f"the style of {self.style.column} must show each of its values")
        if self.tiles and self.style.column and self.style.column not in self.tiles.columns:
            raise ValueError("tiles need the column of the style")
        if self.tiles and 3857 not in self.served:
            raise ValueError("tiles need the stored geometry 3857 in served")
        if self.edits and self.audience != "staff":
            raise ValueError("only a layer for staff can be edited")
        return self

    @property
    def geometry_columns(self) -> tuple[str, ...]:
        """All geometry columns of the view."""
        return (GEOMETRIE, *(f"{GEOMETRIE}_{srid}" for srid in self.served))

    @property
    def view_columns(self) -> tuple[str, ...]:
        """Every column of the view, in order."""
        return (*self.columns, *self.geometry_columns, *((OMHULLENDE,) if self.enclosed else ()))

    @property
    def found_by(self) -> str:
        """The stored column in RD that has an index; each feature lies in it."""
        return OMHULLENDE if self.enclosed else GEOMETRIE

    @property
    def select(self) -> str:
        """The SELECT without its closing semicolon."""
        return re.sub(r";\s*$", "", self.sql.strip())
