"""The bodies of the adoptions API."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from geo_service.adoptions.schemas import MEASURES, AdoptionView, PauseView
from geo_service.plots.answer import geojson
from geo_service.plots.geojson import Crs
from geo_service.web.schemas import Answer, Question

LINE = r"^[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*$"
"""One line with something on it."""
LONG = 4000
NO_NUL = r"^[^\x00]*$"


class NewInitiative(Question):
    """An initiative that begins with this request. Name and story are public: no names of people or house numbers."""

    name: str = Field(min_length=1, max_length=120, pattern=LINE)
    story: str | None = Field(None, max_length=LONG, pattern=NO_NUL)


class AdoptionQuestion(Question):
    """Ask for ground: one of ``geometry``, ``greenObjectIds`` and ``plotCode``, for one of ``initiative`` and ``initiativeId``."""

    initiative: NewInitiative | None = None
    initiative_id: UUID | None = None
    geometry: dict[str, Any] | None = Field(None, description="GeoJSON Polygon, MultiPolygon or Feature; CRS84 unless Content-Crs says RD.")
    green_object_ids: list[str] | None = Field(None, description="Register ids of whole green objects.")
    plot_code: str | None = Field(None, max_length=20, pattern=r"^PL-\d+$", description="A plot that has a code already.")
    name: str | None = Field(None, min_length=1, max_length=120, pattern=LINE, description="Name of the plot; public.")
    plan: str | None = Field(None, max_length=LONG, pattern=NO_NUL, description="What you want to do there; for staff.")
    starts_on: date | None = Field(None, description="First day; today when absent.")
    care: Literal["full", "partial"] = "full"
    measures: list[Literal[MEASURES]] = Field([], description="What partial care consists of.")  # type: ignore[valid-type]
    draft: bool = Field(False, description="Only reserve the ground for a while.")

    @model_validator(mode="after")
    def one_of_each(self) -> "AdoptionQuestion":
        if sum(value is not None for value in (self.geometry, self.green_object_ids, self.plot_code)) != 1:
            raise ValueError("give exactly one of geometry, greenObjectIds and plotCode")
        if sum(value is not None for value in (self.initiative, self.initiative_id)) != 1:
            raise ValueError("give exactly one of initiative and initiativeId")
        if self.plot_code is None and self.name is None:
            raise ValueError("give the plot a name")
        if (self.care == "partial") != bool(self.measures):
            raise ValueError("measures go with partial care, and partial care with measures")
        return self


class TransitionQuestion(Question):
    """The next state, and why where a reason is needed."""

    to: str = Field(max_length=40, examples=["agreement_draft"])
    reason: str | None = Field(None, max_length=LONG, pattern=NO_NUL)


class HandBackQuestion(Question):
    """The part that goes back for good."""

    geometry: dict[str, Any] = Field(description="GeoJSON; CRS84 unless Content-Crs says RD.")
    reason: str = Field(min_length=1, max_length=LONG, pattern=r"^[^\x00]*[^\x00-\x20][^\x00]*$")


class PauseQuestion(Question):
    """Days on which staff look after the plot, or a part of it. ``reason`` is seen by members and staff only."""

    starts_on: date
    ends_on: date | None = Field(None, description="First day after the pause; until further notice when absent.")
    geometry: dict[str, Any] | None = Field(None, description="A part; all of it when absent.")
    reason: str | None = Field(None, max_length=LONG, pattern=NO_NUL)


class PauseEnd(Question):
    """Another end of a pause."""

    ends_on: date = Field(description="First day after the pause.")


class PlotPart(Answer):
    """The plot; ``name`` for members and staff."""

    code: str
    area_m2: float
    name: str | None = None


class InitiativePart(Answer):
    """The initiative that asks or keeps."""

    id: UUID
    slug: str
    name: str


class AdoptionAnswer(Answer):
    """An adoption. Everybody sees ``id``, ``plot``, ``status``, ``since`` and ``geometry``; members and staff the rest."""

    id: UUID
    plot: PlotPart
    status: Literal["vrij", "gereserveerd", "aangevraagd", "geadopteerd"]
    since: int | None = Field(None, description="The year in which keeping began.")
    geometry: dict[str, Any] | None = None
    state: str | None = None
    next: list[str] | None = Field(None, description="States to which the asker can take it.")
    initiative: InitiativePart | None = None
    plan: str | None = None
    care: str | None = None
    measures: list[str] | None = None
    starts_on: date | None = None
    ends_on: date | None = Field(None, description="First day on which it is no longer kept.")
    reserved_until: datetime | None = None
    created_at: datetime | None = None
    follows_id: UUID | None = Field(None, description="The adoption of which this is what remained after a hand-back.")
    rules: list[dict[str, Any]] | None = Field(None, description="The decision on the ground, rule by rule.")
    needs_consent: bool | None = Field(None, description="Somebody of the municipality must say yes to the ground first.")


class AdoptionsAnswer(Answer):
    """Adoptions, by plot code."""

    adoptions: list[AdoptionAnswer]


class PauseAnswer(Answer):
    """A pause."""

    id: UUID
    starts_on: date
    ends_on: date | None = None
    reason: str | None = None
    geometry: dict[str, Any] | None = None


class PausesAnswer(Answer):
    """The pauses of an adoption, in order."""

    pauses: list[PauseAnswer]


def tell(view: AdoptionView, crs: Crs = "CRS84", **more: Any) -> AdoptionAnswer:
    """What this reader may see, and nothing else."""
    plot = PlotPart(code=view.plot_code, area_m2=round(view.area_m2, 2), name=view.plot_name if view.full else None)
    public = {"id": view.id, "plot": plot, "status": view.status, "since": view.since, "geometry": geojson(view.geom, crs)}
    if not view.full:
        return AdoptionAnswer(**public)
    initiative = InitiativePart(id=view.initiative_id, slug=view.initiative_slug, name=view.initiative_name)
    kept = ("state", "plan", "care", "starts_on", "ends_on", "reserved_until", "created_at", "follows_id")
    full = {name: getattr(view, name) for name in kept}
    return AdoptionAnswer(**public, **full, measures=list(view.measures), initiative=initiative, **more)


def tell_pause(view: PauseView, crs: Crs = "CRS84") -> PauseAnswer:
    """A pause, for members and staff."""
    geometry = geojson(view.geom, crs)
    return PauseAnswer(id=view.id, starts_on=view.starts_on, ends_on=view.ends_on, reason=view.reason, geometry=geometry)
