"""Who keeps which m² on a day. Areas in m², computed in RD; JSON in camelCase."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_camel

Level = Literal["gemeente", "stadsdeel", "wijk", "buurt"]
Basis = Literal["register", "assumption"]


class _Told(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Kept(_Told):
    """Green (green or recreation ground of any owner), how much of it the municipality manages, and how much of that is adopted."""

    green_m2: float
    managed_m2: float
    adopted_m2: float = Field(description="Adoption on managed green.")
    adopted_full_m2: float = Field(description="Of which in full care.")
    adopted_partial_m2: float = Field(description="Of which in partial care.")

    @computed_field(description="adopted / managed, 0..1; null where nothing is managed.")  # type: ignore[prop-decorator]
    @property
    def coverage(self) -> float | None:
        """The share of managed green that is adopted."""
        return min(self.adopted_m2 / self.managed_m2, 1.0) if self.managed_m2 else None


class KeptByType(Kept):
    """The same for one green type (plus-type, or physical appearance where there is none)."""

    green_type: str


class Total(Kept):
    """All districts together, with what lies outside every district. Plots and initiatives count once."""

    area_m2: float
    adopted_outside_m2: float = Field(description="What adoptions cover beside managed green; not part of adopted.")
    plots: int
    initiatives: int
    types: list[KeptByType] | None = None


class DistrictCoverage(Total):
    """One district. Plots and initiatives count in every district that they touch. Without a code: outside every district."""

    code: str | None
    name: str
    level: Level
    estimated: bool = Field(description="Some green was not registered yet on this day; its earliest version stands for it.")


class CoverageAnswer(_Told):
    """Coverage of all districts of a level on a day (Amsterdam)."""

    at: date
    level: Level
    managed_basis: Basis = Field(description="register: from the management register; assumption: from the municipality's settings.")
    estimated: bool = Field(description="A day before the first register, or in the future.")
    district_years: dict[Level, int] = Field(description="Edition of the districts, per level.")
    districts: list[DistrictCoverage]
    total: Total


class LandUse(_Told):
    """What a district consists of. ``housing_m2`` is ground of family housing; population and homes as the register tells them."""

    code: str
    name: str
    level: Level
    year: int
    area_m2: float
    green_m2: float
    recreation_m2: float
    housing_m2: float
    population: int | None
    homes: int | None

    @property
    def green_or_recreation_share(self) -> float:
        """Green and recreation together, 0..1."""
        return (self.green_m2 + self.recreation_m2) / self.area_m2 if self.area_m2 else 0.0

    @property
    def housing_share(self) -> float:
        """Housing, 0..1."""
        return self.housing_m2 / self.area_m2 if self.area_m2 else 0.0
